import { finalEventTypes } from '../../session/events.ts'
import type { EncodedEvent } from '../../store/types.ts'
import type { EventRing } from './event-ring.ts'

/** What a stream asks of each of its followers. */
export interface Listener {
  wake(): void
}

/**
 * One session's followers, the ring they share, and what is known about the end of the log. It
 * exists only while somebody follows, or did lately.
 *
 * Every commit is announced after it was made: this process's own with its events, another's by a
 * doubt. So once a read that began after the last doubt has seen the end of the log, whatever comes
 * later is announced, and a follower that has every event known may rest until it is woken.
 */
export class SessionStream {
  readonly sessionId: string
  readonly followers = new Set<Listener>()
  /**
   * Reads of the store under way, by the cursor they start at. Only those are here to be shared
   * that began since the stream last learnt something, so that none is older than what it knows.
   */
  readonly reads = new Map<number, Promise<readonly EncodedEvent[]>>()
  readonly #ring: EventRing
  readonly #slices = new Map<number, readonly EncodedEvent[]>()
  #lastSeq = 0
  #epoch = 0
  #confirmedEpoch = -1
  #ended = false
  /** When it last took an event or lost a follower, in ms since the epoch. */
  touchedAt: number

  constructor(sessionId: string, ring: EventRing, now: number) {
    this.sessionId = sessionId
    this.#ring = ring
    this.touchedAt = now
  }

  /** The highest seq that is known to be in the log; 0 while nothing is. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  /** Changes with each doubt. */
  get epoch(): number {
    return this.#epoch
  }

  get bytes(): number {
    return this.#ring.bytes
  }

  get idle(): boolean {
    return this.followers.size === 0
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Whether every event beyond `seq` is yet to be announced. */
  isTail(seq: number): boolean {
    return seq >= this.#lastSeq && this.#confirmedEpoch === this.#epoch
  }

  /** Takes events of the log, by whomever they were written; wakes nobody. */
  take(events: readonly EncodedEvent[]): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.#slices.clear()
    for (const event of events) {
      if (event.seq > this.#ring.lastSeq) this.#ring.push(event)
    }
    this.know(last.seq)
    if (finalEventTypes.has(last.type)) this.#ended = true
  }

  /** Hears that the log has an event, which it need not hold. */
  know(seq: number): void {
    if (seq <= this.#lastSeq) return
    this.#lastSeq = seq
    this.reads.clear()
  }

  /** Others may have written: only a read that begins from now on tells where the log ends. */
  doubt(): void {
    this.#epoch += 1
    this.reads.clear()
  }

  /** A read that began in `epoch` has seen the end of the log. */
  confirmTail(epoch: number): void {
    if (epoch === this.#epoch) this.#confirmedEpoch = epoch
  }

  /** Buffered events after `afterSeq`; the same array for all who ask in one turn. */
  slice(afterSeq: number, maxBytes: number): readonly EncodedEvent[] | undefined {
    if (this.followers.size === 1) return this.#ring.after(afterSeq, maxBytes)
    const shared = this.#slices.get(afterSeq)
    if (shared !== undefined) return shared
    const events = this.#ring.after(afterSeq, maxBytes)
    if (events !== undefined) this.share(afterSeq, events)
    return events
  }

  /** Keeps a slice until the next turn, which is when all who were woken together have pulled it. */
  share(afterSeq: number, events: readonly EncodedEvent[]): void {
    if (this.#slices.size === 0) setImmediate(() => this.#slices.clear())
    this.#slices.set(afterSeq, events)
  }

  /** Drops the buffered events; followers read the store for them. */
  clear(): void {
    this.#ring.clear()
    this.#slices.clear()
  }

  /** Drops all it held, after a fault: every follower looks into the store again. */
  reset(): void {
    this.clear()
    this.doubt()
  }
}
