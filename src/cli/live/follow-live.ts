import { styleText } from 'node:util'
import { type FinalEvent, ProblemError } from '../../client/index.ts'
import { askWhatNow, canAsk } from './ask-what-now.ts'
import { cancelSession } from './cancel-session.ts'
import { Estimates } from './estimates.ts'
import { exitCodeOfSignal } from './exit-code-of-signal.ts'
import { eventsOf, isFinal } from './follow-lines.ts'
import { endOf, type Followed, type Following, getSession } from './following.ts'
import { frameOf, shareOf } from './frame.ts'
import { onClosedOutput } from './on-closed-output.ts'
import type { Paint } from './paint.ts'
import { openScreen, type Screen } from './screen.ts'
import { catchUp, type LiveSession, newLiveSession } from './session-state.ts'
import { takeEvent } from './take-event.ts'

/** Twelve pictures a second at most: more is not seen, and costs. */
const PICTURE_MS = 85

/** Clocks that differ by less tell the same time. */
const SAME_TIME_MS = 2000

/** Colours for standard output, as far as it has any and NO_COLOR and FORCE_COLOR allow. */
export const paintOut: Paint = (format, text) => styleText(format, text, { stream: process.stdout })

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
  const { data, error, response } = await service.api.GET('/v1/sessions/{id}/plan', { params })
  if (data === undefined) throw new ProblemError(response.status, error)
  const session = newLiveSession(sessionId, data)
  if (after > 0) catchUp(session, await getSession(following, { atSeq: after }))
  const ahead = Date.parse(response.headers.get('date') ?? '') - Date.now()
  return { session, clockAhead: Math.abs(ahead) > SAME_TIME_MS ? ahead : 0 }
}

interface Parts {
  readonly following: Following
  readonly session: LiveSession
  readonly screen: Screen
  readonly clockAhead: number
  readonly page: string | undefined
}

/** What is drawn of a session, until it is stopped. */
class Picture {
  readonly #parts: Parts
  readonly #estimates: Estimates
  #timer: NodeJS.Timeout | undefined
  #lost: string | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { service, sessionId, line } = parts.following
    this.#estimates = new Estimates(service, sessionId)
    line.onChange = (lost) => {
      this.#lost = lost
    }
    this.go()
  }

  /** Something happened. */
  note(): void {
    this.#estimates.note()
  }

  go(): void {
    this.#timer ??= setInterval(() => this.#draw(), PICTURE_MS)
  }

  /** Makes room for something else. */
  pause(): void {
    this.stop()
    this.#parts.screen.clear()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Leaves the last picture where it is. */
  keep(): void {
    this.stop()
    this.#parts.screen.keep(this.#lines(undefined))
  }

  #draw(): void {
    this.#parts.screen.draw(this.#lines(this.#lost))
    this.#estimates.look(Date.now())
  }

  #lines(lost: string | undefined): readonly string[] {
    const { following, session, screen, clockAhead, page } = this.#parts
    const { endedAt } = session
    const share = { percent: shareOf(session), endsAt: undefined }
    return frameOf(session, {
      now: endedAt ?? Date.now() + clockAhead,
      paint: paintOut,
      where: following,
      columns: screen.columns,
      rows: screen.rows,
      progress: endedAt === undefined ? (this.#estimates.last ?? share) : share,
      page,
      lost: lost === undefined ? undefined : `connection lost (${lost}); resumes by itself`,
    })
  }
}

interface Interrupt {
  readonly following: Following
  readonly picture: Picture
  leave(signal: NodeJS.Signals): void
  fail(error: unknown): void
  /** Takes a question back. */
  readonly ended: AbortSignal
}

/** Has a Ctrl-C ask, and the next one leave. */
function onInterrupt({ following, picture, leave, fail, ended }: Interrupt) {
  let asking: Promise<void> | undefined
  let isCancelling = false
  const onSigint = () => {
    if (asking !== undefined || isCancelling || !canAsk()) return leave('SIGINT')
    asking = ask()
      .catch(fail)
      .finally(() => {
        asking = undefined
      })
  }
  process.on('SIGINT', onSigint)
  process.on('SIGTERM', leave)
  process.on('SIGHUP', leave)
  onClosedOutput(() => leave('SIGHUP'))
  return {
    /** Resolves when nothing is asked any more. */
    settled: async () => asking,
    [Symbol.dispose]() {
      process.off('SIGINT', onSigint)
      process.off('SIGTERM', leave)
      process.off('SIGHUP', leave)
    },
  }

  async function ask(): Promise<void> {
    picture.pause()
    const decision = await askWhatNow(following.isEmbedded, ended)
    if (decision === 'leave' || decision === 'leaveNow') return leave('SIGINT')
    picture.go()
    if (decision !== 'cancel') return
    isCancelling = true
    await cancelSession(following)
  }
}
