import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { StepstreamError } from '../errors.ts'
import type { CurrentSession } from '../modules/session-coordinator/types.ts'
import type { LoggedEvent } from '../session/events.ts'
import { fold } from '../session/evolve.ts'
import { initialState } from '../session/state.ts'
import type { HttpDeps } from './deps.ts'

/** `?atSeq=`: what is asked for is shown as it was after that event. */
export const atSeqQuery = z.object({
  atSeq: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Show it as it was after the event with this seq'),
})

const PAGE_EVENTS = 1000

/** The session as it was after one of its events; as it is without one. @throws INVALID_QUERY */
export async function sessionAt(
  session: CurrentSession,
  atSeq: number | undefined,
  deps: Pick<HttpDeps, 'store'>,
): Promise<CurrentSession> {
  if (atSeq === undefined) return session
  const { record } = session
  let state = initialState(record)
  await readUpTo(session, atSeq, deps, (events) => {
    state = fold(state, events)
  })
  return { record, state }
}

/**
 * Hands over the events of a session up to one of them, a page at a time; all without one.
 * @throws INVALID_QUERY when the log does not reach so far, SESSION_NOT_FOUND when it is gone meanwhile
 */
export async function readUpTo(
  { record, state }: CurrentSession,
  atSeq: number | undefined,
  { store }: Pick<HttpDeps, 'store'>,
  take: (events: readonly LoggedEvent[]) => void,
): Promise<void> {
  if (atSeq !== undefined && atSeq > state.seq) {
    const message = `The query parameter "atSeq" is beyond the last event, ${state.seq}.`
    throw new StepstreamError('INVALID_QUERY', message)
  }
  const last = atSeq ?? Number.POSITIVE_INFINITY
  for (let afterSeq = 0; afterSeq < last; ) {
    const limit = Math.min(PAGE_EVENTS, last - afterSeq)
    const page = await store.readEvents({ sessionId: record.id, afterSeq, limit })
    take(page.map(({ body }) => JSON.parse(body) as LoggedEvent))
    afterSeq += page.length
    if (page.length < limit) {
      if (atSeq === undefined) return
      throw new StepstreamError('SESSION_NOT_FOUND', `the session ${record.id} was removed`)
    }
    // A long log must not keep the others waiting.
    await nextTurn()
  }
}
