import type { RateLimit } from '../../rate-limit.ts'

/** Who may begin when, where the settings say how often. */
export interface RateLimits {
  /** Undefined where nothing limits that kind of step. */
  of(uses: string): Turns | undefined
}

/** The attempts of one kind of step that want to begin: first come, first served in a process. */
export interface Turns {
  readonly limit: RateLimit
  /** Calls `begin` once, when it may, perhaps at once; the returned function gives the turn up. */
  take(begin: () => void): () => void
}
