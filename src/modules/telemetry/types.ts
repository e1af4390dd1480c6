import type { Correlation, SessionRecord } from '../../store/types.ts'
import type { EventBus } from '../event-bus/types.ts'

/** Spans of sessions, steps and attempts, made from the committed log and sent to a collector. */
export interface Telemetry {
  /** Begins to make spans of what this process commits. */
  follow(bus: Pick<EventBus, 'on'>): void
  /** Others have written to these sessions: what is known of them may be old. */
  changed(sessionIds: readonly string[]): void
  /** What an attempt passes on to whom it calls: its own span as their parent. */
  correlationOf(session: SessionRecord, stepId: string, attempt: number): Correlation
  /** Sends what is left, but waits for the collector only so long. */
  close(): Promise<void>
}
