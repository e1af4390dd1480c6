import type { ExecutorStreamer, Follower } from '../modules/executor-streamer/types.ts'
import { finalEventTypes } from '../session/events.ts'

/** The longest a request may wait for a session's end. */
const MAX_WAIT_SECONDS = 60

const PULL_BYTES = 1 << 20

/** The seconds of `Prefer: wait=N`, capped; undefined without one. Source: RFC 7240 §4.3. */
export function preferredWait(header: string | string[] | undefined): number | undefined {
  const match = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec([header ?? ''].flat().join(','))
  return match === null ? undefined : Math.min(Number(match[1]), MAX_WAIT_SECONDS)
}

/** Resolves with true at a session's end, or with false when the signal aborts before it. */
export async function waitForEnd(
  streamer: ExecutorStreamer,
  sessionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const follower = streamer.follow(sessionId, 0)
  try {
    while (!signal.aborted) {
      const pulled = follower.pull(PULL_BYTES)
      // A wake-up that comes before the listener is set would be lost: nothing is awaited in between.
      const events = pulled instanceof Promise ? await pulled : pulled
      if (events?.some((event) => finalEventTypes.has(event.type))) return true
      if (events === undefined) await wakeOrAbort(follower, signal)
    }
    return false
  } finally {
    follower.close()
  }
}

function wakeOrAbort(follower: Follower, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    follower.onWake(done)
    signal.addEventListener('abort', done, { once: true })
  })
}
