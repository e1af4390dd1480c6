import { createHash, randomFillSync } from 'node:crypto'
import { monotonicFactory, ulid as ulidOf } from 'ulid'

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

/** A new id for an entry of the audit log. */
export function newAuditId(now: number): string {
  return `aud_${ulid(now)}`
}

/** What the id of an audit entry looks like. */
export const auditIdPattern = /^aud_[0-9A-HJKMNP-TV-Z]{26}$/

/** A new id for one occurrence of a problem. */
export function newErrorId(): string {
  return `err_${ulid()}`
}

/** A new id for a delivery. */
export function newDeliveryId(now: number): string {
  return `del_${ulid(now)}`
}

/** What a session id looks like. */
export const sessionIdPattern = /^ses_[0-9A-HJKMNP-TV-Z]{26}$/

/** A new id for an interaction. */
export function newInteractionId(now: number): string {
  return `int_${ulid(now)}`
}

/** What the id of an interaction looks like; of an escalation it tells the step too. */
export const interactionIdPattern = /^int_[0-9A-HJKMNP-TV-Z]{26}(_\d{1,9}_\d{1,9})?$/

/** A new id for a signal whose sender gave none. */
export function newSignalId(now: number): string {
  return `sig_${ulid(now)}`
}

/** A new id for a schedule. */
export function newScheduleId(now: number): string {
  return `sch_${ulid(now)}`
}

/** What the id of a schedule looks like. */
export const scheduleIdPattern = /^sch_[0-9A-HJKMNP-TV-Z]{26}$/

/** A new id for a batch. */
export function newBatchId(now: number): string {
  return `bat_${ulid(now)}`
}

/** What the id of a batch looks like. */
export const batchIdPattern = /^bat_[0-9A-HJKMNP-TV-Z]{26}$/

/** A new id for a hook. */
export function newHookId(now: number): string {
  return `hok_${ulid(now)}`
}

/** What the id of a hook looks like. */
export const hookIdPattern = /^hok_[0-9A-HJKMNP-TV-Z]{26}$/

/** A new id for a key. */
export function newKeyId(now: number): string {
  return `key_${ulid(now)}`
}

/** What the id of a key looks like. */
export const keyIdPattern = /^key_[0-9A-HJKMNP-TV-Z]{26}$/

/** The id of the session that follows from something: the same for everyone who asks. */
export function sessionIdOf(at: number, cause: string): string {
  const digest = createHash('sha256').update(cause).digest().values()
  return `ses_${ulidOf(at, () => (digest.next().value ?? 0) / 256)}`
}
