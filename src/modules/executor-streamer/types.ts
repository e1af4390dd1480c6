import type { Commit, EncodedEvent, LogExtent } from '../../store/types.ts'

/**
 * A bounded buffer over the tails of the logs. A follower is a cursor and a wake-up; behind the
 * buffer it reads the store, so replay and live cannot race and nothing is lost or doubled.
 */
export interface ExecutorStreamer {
  /** Takes a commit into the buffers and wakes the session's followers. Never throws. */
  publish(commits: readonly Commit[]): void
  /**
   * Others have written to these logs, or perhaps this process has: those that are followed here are
   * read anew, once for all their followers. Never throws.
   */
  changed(sessionIds: readonly string[]): void
  /** Where the session's log begins and ends; undefined if there is none. */
  extent(sessionId: string): Promise<LogExtent | undefined>
  /**
   * A reader that starts after `afterSeq`, an event of the log, or 0. `knownSeq` is the last event
   * that the caller knows to be in the store: what is on disk shows there a moment before the
   * streamer is told of it.
   */
  follow(sessionId: string, afterSeq: number, knownSeq?: number): Follower
  stats(): { readonly streams: number; readonly bufferedBytes: number; readonly followers: number }
  close(): void
}

export interface Follower {
  /** The seq of the last event handed out. */
  readonly cursor: number
  /** How many events are committed, as far as the streamer was told, that were not handed out yet. */
  readonly lag: number
  /** Whether all was handed out and nothing will follow. */
  readonly ended: boolean
  /**
   * The next events, about `maxBytes` of them: from the buffer at once (an array), from the store
   * (a promise), or `undefined` when it is at the tail. Followers at the same place get the same
   * array, so that what is derived from it (the bytes to write) can be made once and cached on it.
   * A promise may yield an empty array: pull again.
   */
  pull(maxBytes: number): readonly EncodedEvent[] | Promise<readonly EncodedEvent[]> | undefined
  /** Called when there is something to pull after `pull` said `undefined`; one listener. */
  onWake(listener: () => void): void
  close(): void
}
