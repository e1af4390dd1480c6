import type { Clock } from '../../clock.ts'
import { type StepState, stepAt } from '../../session/state.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import { answerIn } from './earlier.ts'
import { openOf } from './open.ts'
import { answeredDocument, nextLook, openRecordOf, overDocument } from './record.ts'
import type { OpenInteraction } from './types.ts'

export interface TidyOptions {
  readonly store: Pick<Store, 'putDocument' | 'removeDocument' | 'readEvents'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly clock: Pick<Clock, 'now'>
  /** Told of each interaction that was found to be asked for still, when it is looked at. */
  readonly onLook?: ((open: OpenInteraction) => Promise<void>) | undefined
}

/** Forgets what no session asks for any more; an answer is kept for whoever gives it again. */
export function createTidy(options: TidyOptions): (document: Document) => Promise<void> {
  const { store, coordinator, clock } = options

  return async (document) => {
    const { tenant, kind, id, version, ...rest } = document
    const record = openRecordOf(document)
    const session = await coordinator.current(record.sessionId)
    const step = session && stepIn(session, record.stepId)
    const answer = session && (await answerIn(session, document, store))
    const isAsking = step?.status === 'running' && step.attempt === record.attempt
    if (step?.interaction?.id === id || (isAsking && answer === undefined)) {
      const found = session && openOf(session).find(({ interaction }) => interaction.id === id)
      if (found !== undefined) await options.onLook?.(found)
      const dueAt = nextLook(document, clock.now())
      await store.putDocument({ ...rest, tenant, kind, id, dueAt }, version)
      return
    }
    if (answer !== undefined) {
      await store.putDocument(answeredDocument(document, answer), 0)
    } else if (session !== undefined) await store.putDocument(overDocument(document), 0)
    await store.removeDocument(tenant, kind, id)
  }
}

function stepIn({ state }: CurrentSession, stepId: string): StepState | undefined {
  const index = state.graph.indexOf.get(stepId)
  return index === undefined ? undefined : stepAt(state, index)
}
