import { type Connect, connect } from './connection.ts'
import { StreamGapError } from './errors.ts'
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

/** What a follower knows from one connection to the next. */
interface Place {
  cursor: string | undefined
  retryMs: number
  /** How long the service wants to be left alone at least. */
  leastMs: number
  /** How many connections in a row came to nothing. */
  failures: number
}

/** The events of a session to its end, over as many connections as that takes. */
export async function* follow(following: Following): AsyncGenerator<Event, void> {
  const { after: cursor, signal } = following
  const place: Place = { cursor, retryMs: FIRST_RETRY_MS, leastMs: 0, failures: 0 }
  for (;;) {
    if (yield* readOn(following, place)) return
    const ms = pauseMs(place.retryMs, place.failures, Math.random())
    await pause(Math.max(ms, place.leastMs), signal)
    place.leastMs = 0
    place.failures += 1
  }
}

/** What comes over one connection; returns whether the session has ended. */
async function* readOn(following: Following, place: Place): AsyncGenerator<Event, boolean> {
  for await (const frame of connect(following, place.cursor)) {
    if (frame.is === 'end') return true
    if (frame.is === 'busy') place.leastMs = frame.retryAfterMs ?? 0
    else if (frame.is === 'id') place.cursor = frame.id
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
