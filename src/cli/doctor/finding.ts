/** ok: as it should be; warning: it works, but; broken: something does not work; none: there is nothing to check. */
export type Health = 'ok' | 'warning' | 'broken' | 'none'

/** What a check has found. */
export interface Finding {
  readonly check: string
  readonly health: Health
  readonly detail: string
  /** What to do about it. */
  readonly action?: string
}

/** Looks at one thing, and changes nothing. */
export type Check = () => Promise<Finding | readonly Finding[]>
