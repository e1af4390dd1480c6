import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { batchFailures, MAX_SESSIONS, type NewBatch } from '../modules/batches/types.ts'
import { Faults } from '../plan/faults.ts'
import { labelsSchema, metadataSchema } from '../plan/marks.ts'
import { definitionBodySchema, workflowBodySchema } from '../plan/workflow.ts'
import { parseBody } from './parse-body.ts'

const fields = {
  name: z.string().min(1).max(200).optional().describe('What people see.'),
  labels: labelsSchema
    .optional()
    .describe('Of its sessions: put over those of a workflow, and under those posted beside one.'),
  metadata: metadataSchema.optional().describe('Of its sessions, in the same way.'),
  maxRunning: z
    .int()
    .min(1)
    .max(MAX_SESSIONS)
    .optional()
    .describe('How many of its sessions may be unfinished at once. Default: no limit.'),
  onFailure: z
    .enum(batchFailures)
    .default('continue')
    .describe('stop: the first session that fails cancels those that have not begun.'),
}

/** What the planner checks, with better pointers than a schema could give. */
const parsedSchema = z.strictObject({
  ...fields,
  sessions: z.array(z.unknown()).min(1).max(MAX_SESSIONS).optional(),
  workflow: z.unknown().optional(),
  version: z.unknown().optional(),
  inputs: z.array(z.unknown()).min(1).max(MAX_SESSIONS).optional(),
})

/** A batch as a caller may write it. Documents the format; `readBatchBody` checks it. */
export const batchBodySchema = z
  .strictObject({
    ...fields,
    sessions: z
      .array(workflowBodySchema)
      .min(1)
      .max(MAX_SESSIONS)
      .optional()
      .describe(
        'Each what POST /v1/sessions takes. Either this is needed, or workflow and inputs.',
      ),
    workflow: z
      .union([z.string(), definitionBodySchema])
      .optional()
      .describe('The name of a saved workflow, or a workflow, or a list of steps.'),
    version: z
      .int()
      .min(1)
      .optional()
      .describe('Of the saved workflow. Default: what is current now, for all its sessions.'),
    inputs: z
      .array(z.record(z.string(), z.unknown()))
      .min(1)
      .max(MAX_SESSIONS)
      .optional()
      .describe('Of the workflow: one session for each.'),
  })
  .meta({ id: 'BatchBody', description: 'Many sessions, started as one.' })

/** @throws StepstreamError with every fault found in what is not a session's own */
export function readBatchBody(body: unknown): NewBatch {
  const { sessions, workflow, version, inputs, labels, metadata, ...rest } = parseBody(
    parsedSchema,
    body,
  )
  const faults = new Faults()
  const isEither = (sessions === undefined) !== (workflow === undefined && inputs === undefined)
  if (!isEither) {
    faults.add([], 'INVALID_VALUE', 'give either sessions, or a workflow and a list of inputs')
  } else if (sessions === undefined && workflow === undefined) {
    faults.add(['workflow'], 'MISSING_FIELD', 'is needed with a list of inputs')
  } else if (sessions === undefined && inputs === undefined) {
    faults.add(
      ['inputs'],
      'MISSING_FIELD',
      'is needed with a workflow: a list, {} for each session',
    )
  } else if (sessions !== undefined && version !== undefined) {
    faults.add(['version'], 'INVALID_VALUE', 'goes with a workflow, not with sessions')
  }
  faults.throwIfAny()
  return {
    settings: defined({ ...rest, labels, metadata: metadata as JsonObject | undefined }),
    content: {
      common: defined({ workflow, version, labels, metadata: metadata as JsonObject | undefined }),
      items:
        sessions?.map((one) => ({ body: one })) ?? inputs?.map((one) => ({ inputs: one })) ?? [],
    },
  }
}

/** What was not posted is not there. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> }
}
