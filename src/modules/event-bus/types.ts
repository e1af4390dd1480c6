import type { EventType, LoggedEvent } from '../../session/events.ts'
import type { Commit } from '../../store/types.ts'

/** An event of one type as its subscribers get it. */
export type EventOf<T extends EventType> = Extract<LoggedEvent, { readonly type: T }>

/** What a subscriber does with an event. One that throws or rejects is logged and disturbs nobody. */
export type Subscriber<T extends EventType> = (
  event: EventOf<T>,
  commit: Commit,
) => void | Promise<void>

/** The events that this process commits, for whoever in it wants to know. */
export interface EventBus {
  /**
   * Calls the subscriber with every event of the type, after it is on disk: those of one session in
   * order, each once. Events of other replicas are told there; what must not be missed by a crash is
   * read from the log.
   */
  on<T extends EventType>(type: T, subscriber: Subscriber<T>): void
  /** Told by the store of each group of commits. */
  publish(commits: readonly Commit[]): void
}
