import { finalEventTypes } from '../../session/events.ts'
import type { EncodedEvent } from '../../store/types.ts'
import type { EventRing } from './event-ring.ts'

/** What a stream asks of each of its followers. */
export interface Listener {
  wake(): void
}

/** One session's followers and the ring they share. It exists only while somebody follows, or did lately. */
export class SessionStream {
  readonly sessionId: string
  readonly followers = new Set<Listener>()
  /**
   * Reads of the store under way, by the cursor they start at. Only those begun since the last
   * commit are here to be shared, so that none is older than what the stream knows.
   */
  readonly reads = new Map<number, Promise<readonly EncodedEvent[]>>()
  readonly #ring: EventRing
  readonly #slices = new Map<number, readonly EncodedEvent[]>()
  #published = 0
  #epoch = 0
  #ended = false
  /** When it last took an event or lost a follower, in ms since the epoch. */
  touchedAt: number

  constructor(sessionId: string, ring: EventRing, now: number) {
    this.sessionId = sessionId
    this.#ring = ring
    this.touchedAt = now
  }

  /** The highest seq it was told of; 0 while it was told nothing. */
  get published(): number {
    return this.#published
  }

  /** Changes when the stream may have missed something, so that what was known about the tail is void. */
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

  /** Takes committed events; wakes nobody. */
  take(events: readonly EncodedEvent[]): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.#slices.clear()
    this.reads.clear()
    for (const event of events) this.#ring.push(event)
    this.#published = Math.max(this.#published, last.seq)
    if (finalEventTypes.has(last.type)) this.#ended = true
  }

  /** Buffered events after `afterSeq`; the same array for all who ask in one turn. */
  slice(afterSeq: number, maxBytes: number): readonly EncodedEvent[] | undefined {
    if (this.followers.size === 1) return this.#ring.after(afterSeq, maxBytes)
    const shared = this.#slices.get(afterSeq)
    if (shared !== undefined) return shared
    const events = this.#ring.after(afterSeq, maxBytes)
    if (events !== undefined) this.#share(afterSeq, events)
    return events
  }

  /** Drops the buffered events; followers read the store for them. */
  clear(): void {
    this.#ring.clear()
    this.#slices.clear()
  }

  /** Drops all it believed, after a fault: every follower looks into the store again. */
  reset(): void {
    this.clear()
    this.#published = 0
    this.#epoch += 1
  }

  /** Keeps a slice until the next turn, which is when all who were woken together have pulled it. */
  #share(afterSeq: number, events: readonly EncodedEvent[]): void {
    if (this.#slices.size === 0) setImmediate(() => this.#slices.clear())
    this.#slices.set(afterSeq, events)
  }
}
