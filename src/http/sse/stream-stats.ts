import type { Lapse } from '../../modules/keys/types.ts'
import type { GapReason } from './cursor.ts'

/** Why a stream that was opened is open no more. */
export type CloseReason = 'ended' | 'client' | 'stalled' | 'shutdown' | 'unavailable' | Lapse

/** Why a stream was answered with a goodbye in place of events. */
export type RefusalReason = 'overloaded' | 'shutdown' | 'unavailable'

/** Counters since the start; the metrics read them when they are scraped. */
export interface StreamStats {
  opened: number
  /** The sum over all reasons is `opened` less the streams that are open. */
  readonly closed: Record<CloseReason, number>
  readonly refused: Record<RefusalReason, number>
  readonly gaps: Record<GapReason, number>
  /** Events handed to streams, filtered ones included. */
  deliveredEvents: number
  /** Those of them that were in the log before the stream was opened. */
  replayedEvents: number
  writtenBytes: number
}

export function newStreamStats(): StreamStats {
  return {
    opened: 0,
    closed: {
      ended: 0,
      client: 0,
      stalled: 0,
      shutdown: 0,
      unavailable: 0,
      revoked: 0,
      expired: 0,
    },
    refused: { overloaded: 0, shutdown: 0, unavailable: 0 },
    gaps: { future: 0, purged: 0, unknown: 0 },
    deliveredEvents: 0,
    replayedEvents: 0,
    writtenBytes: 0,
  }
}
