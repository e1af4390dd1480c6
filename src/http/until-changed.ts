import type { CurrentSession } from '../modules/session-coordinator/types.ts'
import type { HttpDeps } from './deps.ts'

/** Resolves when a session has changed since it was read, or when the signal aborts. */
export async function untilChanged(
  { record, state }: CurrentSession,
  signal: AbortSignal,
  { streamer }: Pick<HttpDeps, 'streamer'>,
): Promise<void> {
  const follower = streamer.follow(record.id, state.seq)
  try {
    // What was written before the listener is set shows here.
    const pulled = follower.pull(1)
    const events = pulled instanceof Promise ? await pulled : pulled
    if (events !== undefined || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done)
        resolve()
      }
      follower.onWake(done)
      signal.addEventListener('abort', done, { once: true })
    })
  } finally {
    follower.close()
  }
}
