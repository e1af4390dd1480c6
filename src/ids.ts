import { randomFillSync } from 'node:crypto'
import { monotonicFactory } from 'ulid'

const POOL_BYTES = 4096
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** Asking the system for each character's random byte would cost more than the rest of an id. */
function pooledRandom(): number {
  if (used === POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  return (pool[used++] ?? 0) / 256
}

const ulid = monotonicFactory(pooledRandom)

/** A new session id: sorts by the time it was made, also within one millisecond of one process. */
export function newSessionId(now: number): string {
  return `ses_${ulid(now)}`
}

/** A new id for a request whose caller gave none. */
export function newRequestId(): string {
  return `req_${ulid()}`
}

/** What a session id looks like. */
export const sessionIdPattern = /^ses_[0-9A-HJKMNP-TV-Z]{26}$/
