import type { FinalEvent } from '../../client/index.ts'
import { unwrap } from '../service/unwrap.ts'
import { exitCodeOfSignal } from './exit-code-of-signal.ts'
import { eventsOf, isFinal } from './follow-lines.ts'
import { endOf, type Followed, type Following, getSession } from './following.ts'
import { onInterrupt } from './on-interrupt.ts'
import { Picture } from './picture.ts'
import { openScreen } from './screen.ts'
import { catchUp, type LiveSession, newLiveSession } from './session-state.ts'
import { takeEvent } from './take-event.ts'

/** Clocks that differ by less tell the same time. */
const SAME_TIME_MS = 2000

/** Follows a session on the terminal. Ctrl-C asks what becomes of it. @param page where it can be looked at */
export async function followLive(
  following: Following,
  page: string | undefined,
): Promise<Followed> {
  const { session, clockAhead } = await openSession(following)
  const screen = openScreen(process.stdout)
  const picture = new Picture({ following, session, screen, clockAhead, page })
  const ended = new AbortController()
  const leaving = new AbortController()
  let code = 0
  const leave = (signal: NodeJS.Signals) => {
    code ||= exitCodeOfSignal(signal)
    leaving.abort()
  }
  using question = onInterrupt({
    following,
    picture,
    leave,
    ended: ended.signal,
    fail: (error) => leaving.abort(error),
  })
  let end: FinalEvent | undefined
  try {
    for await (const event of eventsOf(following, leaving.signal)) {
      takeEvent(session, event)
      picture.note()
      if (isFinal(event)) end = event
    }
    ended.abort()
    await question.settled()
    picture.keep()
    return await endOf(following, end)
  } catch (error) {
    ended.abort()
    await question.settled()
    picture.keep()
    if (code === 0 || !leaving.signal.aborted) throw error
    return { is: 'left', code }
  } finally {
    picture.stop()
    screen.close()
  }
}

/** The session as it is where the following begins, and by how many ms the service's clock is ahead of ours. */
async function openSession(
  following: Following,
): Promise<{ session: LiveSession; clockAhead: number }> {
  const { service, sessionId, after } = following
  const params = { path: { id: sessionId } }
  const asking = service.api.GET('/v1/sessions/{id}/plan', { params })
  const session = newLiveSession(sessionId, await unwrap(asking))
  if (after > 0) {
    const asked = await service.api.GET('/v1/sessions/{id}/interactions', { params })
    const view = await getSession(following, { atSeq: after })
    catchUp(session, view, asked.data?.interactions ?? [])
  }
  const { response } = await asking
  const ahead = Date.parse(response.headers.get('date') ?? '') - Date.now()
  return { session, clockAhead: Math.abs(ahead) > SAME_TIME_MS ? ahead : 0 }
}
