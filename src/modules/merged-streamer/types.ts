import type { Commit, EncodedEvent, LogScope, ReadLog } from '../../store/types.ts'
import type { Follower } from '../executor-streamer/types.ts'

/** Which sessions a merged stream covers. */
export interface Coverage {
  readonly tenant: string
  readonly sessions: LogScope
  /**
   * Whether no session will join any more: the stream ends once it is so and all of them have ended.
   * Asked whenever the stream has come to the end of the log, so it may change with any event.
   */
  isComplete(): boolean | Promise<boolean>
  /** When it is asked again at the end of the log though there was no event. @default never */
  readonly recheckMs?: number
}

/**
 * Streams of several sessions in the order of commits. A merged log is a log like another: what its
 * followers are handed are events whose `seq` is the commit position, so it grows with holes; the
 * seq within the session is in the body.
 */
export interface MergedStreamer {
  /** Has the followers of these sessions look into the log. Never throws. */
  publish(commits: readonly Pick<Commit, 'sessionId' | 'tenant'>[]): void
  /** As `publish`, where others have written. Never throws. */
  changed(sessionIds: readonly string[]): void
  /** One page, for those who do not follow. */
  read(coverage: Coverage, part: MergedPart): Promise<MergedPage>
  /** A reader that starts behind a position of the log. */
  follow(coverage: Coverage, afterPosition: number): MergedFollower
  /** How many followers there are, and in how many groups that read together. */
  stats(): { readonly followers: number; readonly streams: number }
}

export interface MergedFollower extends Follower {
  /** Sessions that were found to be removed since this was asked last: there may be events of theirs that were not handed out. */
  takeRemoved(): readonly string[]
}

export type MergedPart = Pick<ReadLog, 'afterPosition' | 'limit' | 'maxBytes'>

export interface MergedPage {
  readonly events: readonly EncodedEvent[]
  /** All there is up to here is in the page or before it. */
  readonly position: number
  /** Whether there was nothing behind it. */
  readonly upToDate: boolean
  /** Sessions named that are not there, or not any more. */
  readonly unknown: readonly string[]
  /** Whether all sessions have ended and none will join: once up to date, nothing will ever follow. */
  readonly ended: boolean
}
