import { ConfigError } from '../../config.ts'
import type { RateLimit } from '../../rate-limit.ts'
import type { ExecutorRegistry } from '../executors/types.ts'
import { LimitedTurns, type LimitedTurnsOptions } from './limited-turns.ts'
import type { RateLimits } from './types.ts'

export interface RateLimitsOptions extends LimitedTurnsOptions {
  readonly limits: readonly RateLimit[]
  readonly executors: Pick<ExecutorRegistry, 'list'>
}

/** The limits of `RATE_LIMITS`. @throws ConfigError for an executor that there is not */
export function createRateLimits({ limits, executors, ...options }: RateLimitsOptions): RateLimits {
  const names = executors.list().map(({ name }) => name)
  for (const { uses } of limits) {
    if (names.includes(uses)) continue
    throw new ConfigError(`RATE_LIMITS names the executor "${uses}"; there are ${names.join(', ')}`)
  }
  const turns = new Map(limits.map((limit) => [limit.uses, new LimitedTurns(limit, options)]))
  return { of: (uses) => turns.get(uses) }
}
