import type { Document, NewDocument } from '../../store/documents.ts'
import type { SessionRecord } from '../../store/types.ts'
import type { Delivery, DeliveryAttempt, DeliveryState } from './types.ts'

export const KIND = 'delivery'

/** How many of the last attempts are kept. */
const MAX_KEPT = 20

/** What the document of a delivery holds. */
export interface DeliveryRecord {
  readonly state: DeliveryState
  /** How many attempts have begun since the first, or since somebody asked for more. */
  readonly tries: number
  readonly attemptCount: number
  readonly attempts: readonly DeliveryAttempt[]
  /** The attempt under way: nobody else begins one before it must be over. */
  readonly attempting?: { readonly at: number; readonly until: number }
}

export const untried: DeliveryRecord = {
  state: 'pending',
  tries: 0,
  attemptCount: 0,
  attempts: [],
}

export function recordOf({ body }: Document): DeliveryRecord {
  return JSON.parse(body) as DeliveryRecord
}

/** The document with another content, to be looked at again at `dueAt`. */
export function withRecord(
  { version: _, ...document }: Document,
  record: DeliveryRecord,
  dueAt: number | null,
): NewDocument {
  return { ...document, body: JSON.stringify(record), dueAt }
}

/** The record with one attempt more, which is over. */
export function withAttempt(
  { attempting: _, ...record }: DeliveryRecord,
  attempt: DeliveryAttempt,
): DeliveryRecord {
  return {
    ...record,
    attemptCount: record.attemptCount + 1,
    attempts: [...record.attempts, attempt].slice(-MAX_KEPT),
  }
}

/** As others see it. */
export function deliveryOf(
  document: Pick<Document, 'id' | 'createdAt' | 'dueAt'>,
  { state, attemptCount, attempts, attempting }: DeliveryRecord,
  { id: sessionId, plan }: SessionRecord,
): Delivery {
  const { id, createdAt, dueAt } = document
  // Before the first attempt it is due for a look at the session.
  const isNext = state === 'pending' && attemptCount > 0 && attempting === undefined
  return {
    id,
    sessionId,
    state,
    receiver: plan.onEnd === undefined ? '' : new URL(plan.onEnd.webhook.url).origin,
    createdAt,
    attemptCount,
    attempts,
    ...(isNext && dueAt !== null ? { nextAttemptAt: dueAt } : {}),
  }
}
