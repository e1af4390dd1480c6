import { createHash } from 'node:crypto'
import type { InteractionRequest } from '../../session/events.ts'
import type { GivenAnswer } from '../../session/state.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { GivenAnswer as GivenResult } from './types.ts'

/** What is asked for now. */
export const OPEN = 'interaction'
/** What was answered, for whoever answers again. */
export const ANSWERED = 'answered'
/** What is asked for no more, and was not answered: for whoever answers late. */
export const OVER = 'over'

/** On whose behalf something is asked. */
export type Asker = Pick<ExecutorContext, 'tenant' | 'sessionId' | 'stepId' | 'attempt' | 'now'>

/** How soon it is looked at again whether a session asks for it at all, or still. */
const FIRST_LOOK_MS = 10_000
const MAX_LOOK_MS = 3_600_000

/** What an interaction is found by; all that counts is in its session's log. */
export interface OpenRecord {
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
  /** How much output whoever took it last has told, by the number of their claim; absent: nobody has. */
  readonly told?: { readonly claim: number; readonly bytes: number }
  /** Absent in records from before it was. */
  readonly kind?: InteractionRequest['kind']
  readonly queue?: string
}

export interface AnsweredRecord extends Omit<GivenAnswer, 'interactionId' | 'kind' | 'at'> {
  readonly sessionId: string
  readonly stepId: string
  /** Absent in records from before it was. */
  readonly kind?: GivenAnswer['kind']
  readonly at?: number
}

export function openDocument(
  id: string,
  { tenant, sessionId, stepId, attempt, now }: Asker,
  { kind, queue }: Pick<InteractionRequest, 'kind' | 'queue'>,
): NewDocument {
  const ofQueue = queue === undefined ? {} : { queue }
  const record: OpenRecord = { sessionId, stepId, attempt, kind, ...ofQueue }
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
  return endedDocument(open, ANSWERED, JSON.stringify(record))
}

export function overDocument(open: Document): NewDocument {
  return endedDocument(open, OVER, '{}')
}

function endedDocument(open: Document, kind: string, body: string): NewDocument {
  const { tenant, id, createdAt, sessionId } = open
  return { tenant, kind, id, body, createdAt, dueAt: null, sessionId, expiresAt: null }
}

/** When an interaction of an age is looked at next, at the latest: less and less often. */
export function nextLook({ createdAt }: Document, now: number): number {
  return now + Math.min(Math.max(now - createdAt, FIRST_LOOK_MS), MAX_LOOK_MS)
}

export function openRecordOf({ body }: Pick<Document, 'body'>): OpenRecord {
  return JSON.parse(body) as OpenRecord
}

export function answeredRecordOf({ body }: Pick<Document, 'body'>): AnsweredRecord {
  return JSON.parse(body) as AnsweredRecord
}

/** The same for the same answer, whoever’s key it comes with. */
export function digestOf({ status, output, error, worker }: GivenResult): string {
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
