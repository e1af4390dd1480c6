import { atEnd, BusyError, type Connect, connect } from './connection.ts'
import { ProblemError, StreamGapError } from './errors.ts'
import { FIRST_RETRY_MS, pause, pauseMs } from './pause.ts'
import type { Event, Gap } from './types.ts'

const finalTypes: ReadonlySet<string> = new Set([
  'session.completed',
  'session.failed',
  'session.cancelled',
])

export interface Following extends Connect {
  /** The id behind which to begin; undefined: with the first event that is kept. */
  readonly after: string | undefined
  /** @default throws a StreamGapError */
  readonly onGap: ((gap: Gap) => void) | undefined
}

/** The events of a session to its end, over as many connections as that takes. */
export async function* follow(following: Following): AsyncGenerator<Event, void> {
  const place = { cursor: following.after, retryMs: FIRST_RETRY_MS, failures: 0 }
  for (;;) {
    let leastMs = 0
    try {
      if (yield* readOn(following, place)) return
    } catch (error) {
      if (following.signal?.aborted) throw following.signal.reason
      if (isFinal(error)) throw error
      leastMs = (error instanceof BusyError ? error.retryAfterMs : undefined) ?? 0
    }
    const waitMs = Math.max(leastMs, pauseMs(place.retryMs, place.failures, Math.random()))
    place.failures += 1
    await pause(waitMs, following.signal)
  }
}

/** What a follower knows from one connection to the next. */
interface Place {
  cursor: string | undefined
  retryMs: number
  failures: number
}

/** What comes over one connection; returns whether the session has ended. */
async function* readOn(following: Following, place: Place): AsyncGenerator<Event, boolean> {
  for await (const frame of connect(following, place.cursor)) {
    if (frame === atEnd) return true
    if (frame.is === 'id') place.cursor = frame.id
    else if (frame.is === 'retry') place.retryMs = frame.retryMs
    else if (frame.type === 'stream.hello') place.failures = 0
    else if (frame.type === 'stream.gap') tellGap(JSON.parse(frame.data) as Gap, following)
    else if (!frame.type.startsWith('stream.')) {
      yield JSON.parse(frame.data) as Event
      if (finalTypes.has(frame.type)) return true
    }
  }
  return false
}

/** @throws StreamGapError unless somebody is to be told */
function tellGap(gap: Gap, { onGap }: Following): void {
  if (onGap === undefined) throw new StreamGapError(gap)
  onGap(gap)
}

/** Whether another connection would not help. */
function isFinal(error: unknown): boolean {
  return error instanceof ProblemError || error instanceof StreamGapError
}
