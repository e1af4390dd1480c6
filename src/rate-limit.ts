import parseDuration from 'parse-duration'

/** So many attempts of one kind of step may begin in a window of time. */
export interface RateLimit {
  /** The executor. */
  readonly uses: string
  readonly count: number
  readonly windowMs: number
}

/** What a rate limit looks like, for whoever wrote one that cannot be read. */
export const rateLimitForm =
  'executor=count/time, such as webhook=100/1s, a count from 1 to 100,000 and a time from 1ms to 1d'

/** Each process remembers as many times. */
const MAX_COUNT = 100_000
const MAX_WINDOW_MS = 86_400_000

const pattern = /^(?<uses>[^=\s]+)=(?<count>\d+)\/(?<time>(\d+(\.\d+)?(ms|s|m|h|d))+)$/

/** Reads `webhook=100/1s`; undefined when it is no rate limit. */
export function readRateLimit(text: string): RateLimit | undefined {
  const { uses = '', count: digits = '', time = '' } = pattern.exec(text)?.groups ?? {}
  const count = Number(digits)
  const windowMs = Math.round(parseDuration(time) ?? 0)
  const isAllowed = count >= 1 && count <= MAX_COUNT && windowMs >= 1 && windowMs <= MAX_WINDOW_MS
  return isAllowed ? { uses, count, windowMs } : undefined
}
