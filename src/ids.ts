import { monotonicFactory } from 'ulid'

const ulid = monotonicFactory()

/** A new session id: sorts by the time it was made, also within one millisecond of one process. */
export function newSessionId(now: number): string {
  return `ses_${ulid(now)}`
}

/** What a session id looks like. */
export const sessionIdPattern = /^ses_[0-9A-HJKMNP-TV-Z]{26}$/
