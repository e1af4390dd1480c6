import type { Store } from '../../store/types.ts'
import { summaryOf } from './summary.ts'
import type { CurrentSession } from './types.ts'

export interface KeepStates {
  /** Of shorter logs none is kept: they are read at once. */
  readonly minEvents: number
  /** What the states may take in memory, as far as that can be told. */
  readonly maxBytes: number
}

interface Kept extends CurrentSession {
  /** What the state may hold of its log. */
  readonly logBytes: number
}

/** What was folded of a log, and whether the log holds more by now. */
export interface Found extends Kept {
  readonly isWhole: boolean
}

/**
 * What was folded of long logs that were read last and that nobody here drives: a log only grows, so a
 * state is good for as long as its log is there, and what came since is all that has to be read. Those
 * that nobody asked for the longest make room.
 */
export class KeptStates {
  readonly #store: Pick<Store, 'extent'>
  readonly #limits: KeepStates
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  constructor(store: Pick<Store, 'extent'>, limits: KeepStates) {
    this.#store = store
    this.#limits = limits
  }

  /** Undefined where none is kept, and where the log is gone or is another one. */
  async find(sessionId: string): Promise<Found | undefined> {
    const kept = this.#kept.get(sessionId)
    if (kept === undefined) return undefined
    const extent = await this.#store.extent(sessionId)
    const { seq, endedAt } = kept.state
    const last = extent === undefined ? 0 : extent.next - 1
    const isOther = last < seq || (endedAt !== undefined && last > seq)
    if (isOther) {
      this.#drop(sessionId)
      return undefined
    }
    // The last of the map is the one that was asked for last.
    if (this.#kept.delete(sessionId)) this.#kept.set(sessionId, kept)
    return { ...kept, isWhole: last === seq }
  }

  /** @param logBytes what the state may hold of its log */
  keep({ record, state }: CurrentSession, logBytes: number): void {
    const { minEvents, maxBytes } = this.#limits
    const bytes = logBytes + state.steps.length * STEP_BYTES
    this.#drop(record.id)
    if (state.seq < minEvents || bytes > maxBytes) return
    // What stands beside the log is written with it, and follows from it.
    this.#kept.set(record.id, { record: { ...record, ...summaryOf(state) }, state, logBytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= maxBytes) return
      this.#drop(oldest)
    }
  }

  #drop(sessionId: string): void {
    const kept = this.#kept.get(sessionId)
    if (kept === undefined) return
    this.#bytes -= kept.logBytes + kept.state.steps.length * STEP_BYTES
    this.#kept.delete(sessionId)
  }
}

/** What a step takes in memory: as it is planned, its place in the graph, and what became of it. */
const STEP_BYTES = 2048
