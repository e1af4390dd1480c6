import type { LoggedEvent } from '../../../session/events.ts'
import type { SessionPlan } from '../../api/types.ts'
import type { EventBook } from '../../live/event-book.ts'
import type { SessionLog } from '../../log/session-log.ts'

/** What the parts of the page show. */
export interface Shown {
  readonly id: string
  readonly session: SessionPlan
  /** After the event that is looked at. */
  readonly log: SessionLog
  /** All that have been read, of a long log but for what its steps put out; append only. */
  readonly events: readonly LoggedEvent[]
  /** All there are, read as they are looked at. */
  readonly book: EventBook
  /** The last event that is known to be there: the log is still being read below it. */
  readonly known: number
  /** It is shown as it was: nothing can be done. */
  readonly isPast: boolean
  readonly search: {
    readonly view?: string | undefined
    readonly step?: string | undefined
    readonly find?: string | undefined
    readonly types?: string | undefined
    readonly of?: string | undefined
  }
  readonly go: (changes: Record<string, string | undefined>) => void
}
