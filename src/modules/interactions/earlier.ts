import { StepstreamError } from '../../errors.ts'
import type { LoggedEvent } from '../../session/events.ts'
import type { GivenAnswer } from '../../session/state.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import { ANSWERED, type AnsweredRecord, answeredRecordOf, OPEN, openRecordOf } from './record.ts'

/** How much of a log is read at once. */
const PAGE_EVENTS = 1000

/** What an interaction was answered with before; undefined where it was not. */
export type EarlierAnswer = (tenant: string, id: string) => Promise<AnsweredRecord | undefined>

export interface EarlierOptions {
  readonly store: Pick<Store, 'document' | 'readEvents'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

export function createEarlier({ store, coordinator }: EarlierOptions): EarlierAnswer {
  return async (tenant, id) => {
    const document = await store.document(tenant, OPEN, id)
    if (document === undefined) {
      const kept = await store.document(tenant, ANSWERED, id)
      return kept && answeredRecordOf(kept)
    }
    const session = await coordinator.current(openRecordOf(document).sessionId)
    return session && answerIn(session, document, store)
  }
}

/** What was answered, and is not kept apart yet. */
export async function answerIn(
  { state }: CurrentSession,
  { id, body, createdAt }: Document,
  store: Pick<Store, 'readEvents'>,
): Promise<AnsweredRecord | undefined> {
  const { sessionId, stepId, kind } = openRecordOf({ body })
  const { interaction, answer } = state.steps[state.graph.indexOf.get(stepId) ?? -1] ?? {}
  if (answer === undefined || interaction?.id === id) return undefined
  if (answer.interactionId === id) return recordOf(answer, sessionId, stepId)
  // The step knows the last one alone: there may have been one before.
  if (answer.at < createdAt) return undefined
  const found = await findAnswer(sessionId, id, store)
  return found && recordOf({ ...found, kind }, sessionId, stepId)
}

/** Looks for an answer in the log. */
async function findAnswer(
  sessionId: string,
  id: string,
  store: Pick<Store, 'readEvents'>,
): Promise<Known | undefined> {
  for (let afterSeq = 0; ; ) {
    const page = await store.readEvents({ sessionId, afterSeq, limit: PAGE_EVENTS })
    for (const { seq, type, body } of page) {
      afterSeq = seq
      if (type !== 'interaction.answered' || !body.includes(id)) continue
      const { at, data } = JSON.parse(body) as Answered
      if (data.interactionId === id) return { ...data, at: Date.parse(at) }
    }
    if (page.length < PAGE_EVENTS) return undefined
  }
}

type Answered = Extract<LoggedEvent, { type: 'interaction.answered' }>

/** What is known of an answer, wherever it was found. */
type Known = Pick<Answered['data'], 'status' | 'decision' | 'actor' | 'digest'> & {
  readonly kind?: GivenAnswer['kind'] | undefined
  readonly at: number
}

function recordOf(
  { kind, status, decision, actor, digest, at }: Known,
  sessionId: string,
  stepId: string,
): AnsweredRecord {
  return {
    sessionId,
    stepId,
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
    ...(decision === undefined ? {} : { decision }),
    ...(actor === undefined ? {} : { actor }),
    digest,
    at,
  }
}

/** An answer that comes again is that of the first time. @throws StepstreamError INTERACTION_ANSWERED */
export function refuseOtherAnswer(id: string, digest: string, { digest: before }: AnsweredRecord) {
  if (digest === before) return
  throw new StepstreamError('INTERACTION_ANSWERED', `interaction ${id} was answered otherwise`)
}

/** Whether an answer came too late: perhaps whoever was faster gave the same one. */
export function isOver(refusal: unknown): boolean {
  if (!(refusal instanceof StepstreamError)) return false
  return refusal.code === 'INTERACTION_OVER' || refusal.code === 'INTERACTION_NOT_FOUND'
}
