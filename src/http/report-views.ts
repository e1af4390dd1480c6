import { z } from 'zod'
import { sessionStatuses } from '../session/status.ts'

const durations = z
  .object({ p50: z.number(), p95: z.number(), max: z.number() })
  .nullable()
  .meta({ description: 'In ms, by nearest rank; null where there is nothing to measure' })

const tally = z.object({
  sessions: z.int(),
  byStatus: z.partialRecord(z.enum(sessionStatuses), z.int()),
  successRate: z
    .number()
    .nullable()
    .describe('The share of those that ended that is completed, 0 to 1; null where none has ended'),
  durationMs: durations.describe(
    'From creation to end, of those that completed, with errors or without',
  ),
})

const work = {
  workflow: z.string().nullable().describe('The saved workflow; null where it was posted whole'),
  name: z.string().nullable().describe('The name, of sessions that were posted whole'),
}

/** GET /v1/reports/sessions */
export const sessionsReportSchema = tally
  .extend({
    isWhole: z.boolean().describe('Whether that is all there are'),
    periods: z
      .array(tally.extend({ from: z.iso.datetime() }))
      .describe('Hours or days in which sessions were created, the earliest first'),
    workflows: z
      .array(tally.extend(work))
      .describe('By saved workflow, else by name: the 100 with most sessions'),
    failures: z
      .object({
        sessions: z.int().describe('How many failed sessions it looks at: the newest 200'),
        reasons: z.array(
          z.object({
            code: z.string(),
            sessions: z.int(),
            latest: z.object({ sessionId: z.string(), stepId: z.string().optional() }),
          }),
        ),
      })
      .describe('Why sessions failed, the most frequent reason first'),
  })
  .meta({ id: 'SessionsReport' })

/** GET /v1/reports/steps */
export const stepsReportSchema = z
  .object({
    sessions: z.int().describe('How many ended sessions it looks at'),
    isWhole: z.boolean().describe('Whether that is all there are'),
    steps: z
      .array(
        z.object({
          ...work,
          step: z.string().describe('Its id; of sessions with neither, what it says'),
          uses: z.string(),
          completed: z.int().describe('How often; each item of a fan-out counts'),
          failed: z.int(),
          skipped: z.int(),
          retries: z.int().describe('Attempts beyond the first'),
          durationMs: durations.describe('Of the last attempt, its waits included'),
          totalMs: z.number(),
          share: z.number().describe('Its part of the time of all steps, 0 to 1'),
        }),
      )
      .describe('The 200 that took most time in all, the longest first'),
  })
  .meta({ id: 'StepsReport' })
