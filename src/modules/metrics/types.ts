import type { EventBus } from '../event-bus/types.ts'

/** The figures of one process, in the Prometheus text format. */
export interface Metrics {
  readonly contentType: string
  /** Answers within seconds, without the figures of the store when it is gone. */
  render(): Promise<string>
  /** Counts what this process commits; the sum over all replicas has each event once. */
  follow(bus: Pick<EventBus, 'on'>): void
  /** One attempt ended. */
  attemptEnded(uses: string, status: string, seconds: number): void
  /** An attempt has waited so long for a rate limit to let it begin. */
  turnCame(uses: string, seconds: number): void
  /** One group of writes was committed. */
  committed(seconds: number, rows: number): void
  /** An attempt to tell a receiver of an end has ended. */
  deliveryAttempted(result: string): void
  /** Other processes were seen to have written to so many sessions. */
  changesSeen(sessions: number): void
  /** So many fire times of schedules came to this. */
  schedulesFired(kind: string, times: number): void
  /** So many calls or events came to this at a hook. */
  hooksFired(kind: string, count: number): void
  /** An entry of the audit log could not be written. */
  auditLost(): void
}

/** Where the figures come from that are read when they are asked for. */
export interface MetricSources {
  sessionsByStatus(): Promise<Readonly<Record<string, number | undefined>>>
  /** How many sessions this process drives at once, at most. */
  readonly places: number
  /** Sessions driven here, and those of all processes that wait for a place. */
  load(): { readonly running: number; readonly queued: number }
  streams(): {
    readonly open: number
    readonly opened: number
    readonly closed: Readonly<Record<string, number>>
    readonly deliveredEvents: number
    readonly writtenBytes: number
    /** Events that the slowest and the average open stream are behind. */
    readonly maxLag: number
  }
}
