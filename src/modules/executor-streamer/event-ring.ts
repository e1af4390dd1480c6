import type { EncodedEvent } from '../../store/types.ts'

/**
 * The last events of one log, dense by `seq`, bounded by count and bytes (counted in characters of
 * the bodies). The oldest leave first; an event that does not follow the last one starts it anew.
 */
export class EventRing {
  readonly #maxEvents: number
  readonly #maxBytes: number
  #events: EncodedEvent[] = []
  /** Where the oldest event is in `#events`; what lies before it is dropped in bulk, now and then. */
  #head = 0
  #bytes = 0

  constructor(maxEvents: number, maxBytes: number) {
    this.#maxEvents = maxEvents
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The seq of the newest event held; 0 when it holds none. */
  get lastSeq(): number {
    return this.#events.at(-1)?.seq ?? 0
  }

  get size(): number {
    return this.#events.length - this.#head
  }

  push(event: EncodedEvent): void {
    const last = this.#events.at(-1)
    if (last !== undefined && event.seq !== last.seq + 1) this.clear()
    this.#events.push(event)
    this.#bytes += event.body.length
    while (this.size > this.#maxEvents || (this.#bytes > this.#maxBytes && this.size > 0)) {
      this.#dropOldest()
    }
    if (this.#head > 64 && this.#head > this.#events.length / 2) this.#compact()
  }

  /**
   * The events from `afterSeq + 1` on: as many as fit `maxBytes`, at least one; undefined when the
   * ring does not hold that event.
   */
  after(afterSeq: number, maxBytes: number): readonly EncodedEvent[] | undefined {
    const oldest = this.#events[this.#head]
    if (oldest === undefined) return undefined
    const from = this.#head + afterSeq + 1 - oldest.seq
    if (from < this.#head || from >= this.#events.length) return undefined
    let to = from
    let bytes = 0
    do {
      bytes += this.#events[to]?.body.length ?? 0
      to += 1
    } while (to < this.#events.length && bytes < maxBytes)
    return this.#events.slice(from, to)
  }

  clear(): void {
    this.#events = []
    this.#head = 0
    this.#bytes = 0
  }

  #dropOldest(): void {
    this.#bytes -= this.#events[this.#head]?.body.length ?? 0
    this.#head += 1
    if (this.size === 0) this.clear()
  }

  #compact(): void {
    this.#events = this.#events.slice(this.#head)
    this.#head = 0
  }
}
