/** The figures of one process, in the Prometheus text format. */
export interface Metrics {
  readonly contentType: string
  /** Answers within seconds, without the figures of the store when it is gone. */
  render(): Promise<string>
  /** One attempt ended. */
  attemptEnded(uses: string, status: string, seconds: number): void
  /** One group of writes was committed. */
  committed(seconds: number, rows: number): void
  /** Other processes were seen to have written to so many sessions. */
  changesSeen(sessions: number): void
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
