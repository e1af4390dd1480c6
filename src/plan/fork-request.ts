import { z } from 'zod'
import { Faults } from './faults.ts'
import { addIssues } from './issues.ts'
import { checkSanity } from './sanity.ts'
import { parsedStepSchema } from './step-schema.ts'

/** What a new session does differently in a step that runs again: each field replaces the old one. */
export const stepChangeSchema = parsedStepSchema
  .pick({ with: true, when: true, retry: true, timeout: true })
  .meta({ id: 'StepChange', description: 'What replaces the step’s own, field by field.' })

export type StepChange = z.output<typeof stepChangeSchema>

const changes = {
  inputs: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Values that replace those the session was started with, by name.'),
  steps: z
    .record(z.string(), stepChangeSchema)
    .optional()
    .describe('Changes to steps that run again, by id.'),
}

/** The body of a fork. Documents the format; `readForkRequest` checks it. */
export const forkRequestSchema = z
  .strictObject({ fromStep: z.string().describe('The first step that runs again.'), ...changes })
  .meta({ id: 'ForkRequest' })

/** The body of a retry. */
export const retryRequestSchema = z.strictObject(changes).meta({ id: 'RetryRequest' })

/** What a session that goes on from another one does differently. */
export interface PlanChanges {
  readonly inputs?: Readonly<Record<string, unknown>> | undefined
  readonly steps?: Readonly<Record<string, StepChange>> | undefined
}

/**
 * Reads a posted body by one of the two schemas.
 * @throws StepstreamError with every fault found, each with a JSON pointer
 */
export function readForkRequest<Schema extends z.ZodType>(
  body: unknown,
  schema: Schema,
): z.output<Schema> {
  const faults = new Faults()
  checkSanity(body, [], faults)
  faults.throwIfAny()
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  addIssues(parsed.error.issues, body, [], faults)
  return faults.fail()
}
