import { z } from 'zod'
import { parseDuration } from '../../duration.ts'
import { durationSchema } from '../../duration-schema.ts'
import type { JsonObject } from '../../json.ts'
import type { Executor } from './types.ts'

const input = z
  .strictObject({
    for: durationSchema.optional().describe('How long to wait, such as "5s".'),
    until: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('The time to wait for, such as "2030-01-31T09:00:00Z".'),
  })
  .refine((value) => (value.for === undefined) !== (value.until === undefined), {
    error: 'Give either “for” or “until”',
  })

/** Waits for a time. The time is fixed when the step starts, so a restart does not start it over. */
export const waitExecutor: Executor<z.output<typeof input>> = {
  name: 'wait',
  description: 'Waits for a duration or until a time; nothing runs meanwhile.',
  input,
  waits: true,
  safeToRepeat: () => true,
  estimateMs: ({ for: duration }: JsonObject) => {
    const known = typeof duration === 'string' && !duration.includes('{{')
    return known ? parseDuration(duration) : 0
  },
  async execute({ for: durationMs, until }, context) {
    const at = until === undefined ? context.now() + (durationMs ?? 0) : Date.parse(until)
    const output = { until: new Date(at).toISOString() }
    return at <= context.now()
      ? { status: 'succeeded', output }
      : { status: 'waiting', until: at, output }
  },
}
