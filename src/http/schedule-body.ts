import { z } from 'zod'
import { durationSchema } from '../duration-schema.ts'
import { type NewSchedule, overlaps } from '../modules/schedules/types.ts'
import { labelsSchema, metadataSchema } from '../plan/marks.ts'
import { definitionBodySchema } from '../plan/workflow.ts'
import { parseBody } from './parse-body.ts'

const MAX_MADE_UP = 100
const MAX_RUNS = 2 ** 31 - 1

const time = z.iso.datetime({ offset: true })

const whenFields = {
  cron: z
    .string()
    .max(200)
    .optional()
    .describe('Five fields, or six with seconds first. One of cron, every and at is needed.'),
  every: durationSchema.optional().describe('An interval, 1s at least.'),
  at: z.iso
    .datetime({ offset: true, local: true })
    .optional()
    .describe('One time; without an offset a local one of the zone.'),
  timeZone: z
    .string()
    .max(100)
    .default('UTC')
    .describe('The IANA name of the zone that cron and a local time are read in.'),
  startsAt: time.optional().describe('Nothing fires before.'),
  endsAt: time.optional().describe('Nothing fires then or later.'),
  maxRuns: z.int().min(1).max(MAX_RUNS).optional().describe('How many sessions it starts in all.'),
}

const howFields = {
  overlap: z
    .enum(overlaps)
    .default('skip')
    .describe(
      'When it fires and a session of it is unfinished. skip: nothing is started. queue: the start waits for the end, one at most. cancel_previous: what is unfinished is cancelled. allow: both run.',
    ),
  catchUp: z
    .strictObject({
      max: z.int().min(0).max(MAX_MADE_UP).default(1).describe('So many, the latest.'),
      within: durationSchema.default(24 * 60 * 60 * 1000).describe('Default: 1d.'),
    })
    .prefault({ within: '1d' })
    .describe('Which of the times at which the service was not there are made up.'),
  paused: z
    .boolean()
    .optional()
    .describe('Whether nothing is to fire. Default: false for a new one, else as it is.'),
}

/** What the planner checks, with better pointers than a schema could give. */
const startFields = {
  workflow: z.unknown(),
  version: z.unknown().optional(),
  inputs: z.unknown().optional(),
  labels: z.unknown().optional(),
  metadata: z.unknown().optional(),
}

const fields = {
  name: z.string().min(1).max(200).optional().describe('What people see.'),
  ...whenFields,
  ...howFields,
}

const parsedSchema = z.strictObject({ ...fields, ...startFields })

/** A schedule as a caller may write it. Documents the format; `readScheduleBody` checks it. */
export const scheduleBodySchema = z
  .strictObject({
    ...fields,
    workflow: z
      .union([z.string(), definitionBodySchema])
      .describe('The name of a saved workflow, or a workflow, or a list of steps.'),
    version: z.int().min(1).optional().describe('Of the saved workflow. Default: the current one.'),
    inputs: z.record(z.string(), z.unknown()).optional(),
    labels: labelsSchema.optional().describe('Of its sessions, put over those of the workflow.'),
    metadata: metadataSchema.optional().describe('Of its sessions, put over the workflow’s.'),
  })
  .meta({ id: 'ScheduleBody', description: 'When to start sessions, and of what.' })

/** @throws StepstreamError with every fault found */
export function readScheduleBody(body: unknown): NewSchedule {
  const { workflow, version, inputs, labels, metadata, paused, ...rest } = parseBody(
    parsedSchema,
    body,
  )
  const { every, startsAt, endsAt, catchUp, ...plain } = rest
  return {
    definition: {
      ...plain,
      everyMs: every,
      startsAt: startsAt === undefined ? undefined : Date.parse(startsAt),
      endsAt: endsAt === undefined ? undefined : Date.parse(endsAt),
      catchUp: { max: catchUp.max, withinMs: catchUp.within },
      // As JSON has it: what was not posted is not there.
      start: JSON.parse(JSON.stringify({ workflow, version, inputs, labels, metadata })),
    },
    paused,
  }
}
