import { z } from 'zod'
import { parseDuration } from './duration.ts'
import { StepstreamError } from './errors.ts'

/**
 * A duration in a schema: takes the string, yields milliseconds, and documents itself as a string
 * (`z.toJSONSchema(schema, { io: 'input' })`). An issue it raises carries `params.code`, the
 * stable error code.
 */
export const durationSchema = z
  .unknown()
  .meta({
    type: 'string',
    description: 'A duration with a unit: ms, s, m, h, d or w.',
    examples: ['500ms', '30s', '1h30m'],
  })
  .transform((value, context): number => {
    if (value === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'A duration is missing',
        params: { code: 'MISSING_FIELD' },
      })
      return z.NEVER
    }
    try {
      return parseDuration(value)
    } catch (error) {
      if (!(error instanceof StepstreamError)) throw error
      context.addIssue({ code: 'custom', message: error.message, params: { code: error.code } })
      return z.NEVER
    }
  })
