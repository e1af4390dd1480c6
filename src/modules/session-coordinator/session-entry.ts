import type { SessionState } from '../../session/state.ts'
import { ConflictError, type SessionRecord, type SessionSummary } from '../../store/types.ts'
import { summaryOf } from './summary.ts'

/** A session that the coordinator has at hand: its folded state, and how far that can be trusted. */
export class SessionEntry {
  readonly record: SessionRecord
  /** With everything decided so far; what is still on its way to the disk included. */
  ahead: SessionState
  /** What is on disk. */
  committed: SessionState
  summary: SessionSummary
  /** Somebody drives the session, or is about to: its state stays at hand. */
  held: 'new' | 'driven' | undefined
  /** Others may have written since `committed`, so that it must be read again before it is used. */
  stale = false
  /** Until when its driver holds back, so that somebody else gets a word in. */
  way: Promise<void> | undefined
  gaveWayAt = Number.NEGATIVE_INFINITY
  /** Writes under way. */
  pending = 0
  /** The last write under way, or the last one done. */
  lastAppend: Promise<void> = Promise.resolve()
  /** The last write that waits for something, or behind one that does. */
  #held: Promise<void> | undefined
  /** The reading of what others wrote, while it goes on. */
  catchingUp: Promise<void> | undefined
  /** The last event that was read, not written, here. */
  readSeq: number
  /** The last `readSeq` at which the driver's claim was seen to hold. */
  confirmedSeq = 0
  /** A write was refused because the claim is lost. */
  doubted = false

  constructor(record: SessionRecord, state: SessionState, readSeq: number) {
    this.record = record
    this.ahead = state
    this.committed = state
    this.summary = summaryOf(state)
    this.readSeq = readSeq
  }

  /** Writes once `ready` is; what is decided later is written later, and not if this is not. */
  inTurn(ready: Promise<void> | undefined, write: () => Promise<void>): Promise<void> {
    const before = this.#held
    if (ready === undefined && before === undefined) return write()
    const written = Promise.all([ready, before?.catch(() => this.#refuse())]).then(write)
    this.#held = written
    const over = () => {
      if (this.#held === written) this.#held = undefined
    }
    written.then(over, over)
    return written
  }

  #refuse(): never {
    throw new ConflictError(this.record.id)
  }

  /** The log holds more than was known. */
  advance(state: SessionState): void {
    if (state.seq === this.committed.seq) return
    this.take(state)
    this.readSeq = state.seq
  }

  /** What was decided on top of a refused write is void: the log says what is true. */
  fallBack(): void {
    this.take(this.committed)
    this.stale = true
  }

  private take(state: SessionState): void {
    this.ahead = state
    this.committed = state
    this.summary = summaryOf(state)
  }
}
