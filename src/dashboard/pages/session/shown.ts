import type { LoggedEvent } from '../../../session/events.ts'
import type { SessionPlan } from '../../api/types.ts'
import type { SessionLog } from '../../log/session-log.ts'

/** What the parts of the page show. */
export interface Shown {
  readonly id: string
  readonly session: SessionPlan
  /** After the event that is looked at. */
  readonly log: SessionLog
  /** All that have been read; append only. */
  readonly events: readonly LoggedEvent[]
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
