import { StepstreamError } from '../../errors.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { ActRequest } from '../page/types.ts'

/** Hands out the secrets that an attempt may fill in: each to the pages of its own origins only. */
export function secretsFor(
  context: Pick<ExecutorContext, 'secret'>,
  secretOrigins: ReadonlyMap<string, readonly string[]>,
): ActRequest['secret'] {
  return (name, origin) => {
    if (!secretOrigins.get(name)?.includes(origin)) {
      const message = `the secret ${name} may not be filled in on ${origin}; SECRET_ORIGINS does not say so`
      throw new StepstreamError('SECRET_NOT_ALLOWED', message)
    }
    const value = context.secret(name)
    if (value !== undefined) return value
    throw new StepstreamError('SECRET_NOT_ALLOWED', `there is no secret ${name} where this runs`)
  }
}
