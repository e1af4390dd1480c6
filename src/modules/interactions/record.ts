import { createHash } from 'node:crypto'
import type { Document, NewDocument } from '../../store/documents.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { AcceptedAnswer, GivenAnswer } from './types.ts'

/** What is asked for now. */
export const OPEN = 'interaction'
/** What was answered, for whoever answers again. */
export const ANSWERED = 'answered'
/** What was asked for until nobody needed it any more, for whoever answers too late. */
export const WITHDRAWN = 'withdrawn'

/** How soon it is looked at again whether a session asks for it at all, or still. */
const FIRST_LOOK_MS = 10_000
const MAX_LOOK_MS = 3_600_000

/** What an interaction is found by; all that counts is in its session's log. */
export interface OpenRecord {
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
  /** How much output has been reported. @default 0 */
  readonly outputBytes?: number
}

export interface AnsweredRecord extends Pick<AcceptedAnswer, 'sessionId' | 'stepId' | 'status'> {
  readonly digest: string
}

export function openDocument(
  id: string,
  { tenant, sessionId, stepId, attempt, now }: ExecutorContext,
): NewDocument {
  const record: OpenRecord = { sessionId, stepId, attempt }
  const createdAt = now()
  return {
    tenant,
    kind: OPEN,
    id,
    body: JSON.stringify(record),
    createdAt,
    dueAt: createdAt + FIRST_LOOK_MS,
    sessionId,
    expiresAt: null,
  }
}

export function answeredDocument(open: Document, record: AnsweredRecord): NewDocument {
  const { tenant, id, createdAt, sessionId } = open
  const body = JSON.stringify(record)
  return { tenant, kind: ANSWERED, id, body, createdAt, dueAt: null, sessionId, expiresAt: null }
}

export function withdrawnDocument(open: Document): NewDocument {
  const { tenant, id, createdAt, sessionId } = open
  const times = { createdAt, dueAt: null, expiresAt: null }
  return { tenant, kind: WITHDRAWN, id, body: '{}', sessionId, ...times }
}

/** When an interaction of an age is looked at next, at the latest: less and less often. */
export function nextLook({ createdAt }: Document, now: number): number {
  return now + Math.min(Math.max(now - createdAt, FIRST_LOOK_MS), MAX_LOOK_MS)
}

export function openRecordOf({ body }: Document): OpenRecord {
  return JSON.parse(body) as OpenRecord
}

export function answeredRecordOf({ body }: Document): AnsweredRecord {
  return JSON.parse(body) as AnsweredRecord
}

/** The same for the same answer, whoever’s key it comes with. */
export function digestOf({ status, output, error, worker }: GivenAnswer): string {
  const given = JSON.stringify([
    status,
    output ?? null,
    error?.code ?? null,
    error?.message ?? null,
    // Of two workers who had it one is too late, whatever it says.
    ...(worker === undefined ? [] : [worker]),
  ])
  return createHash('sha256').update(given).digest('base64url')
}
