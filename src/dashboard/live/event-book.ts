import type { LoggedEvent } from '../../session/events.ts'
import type { ReadPage } from './log-page.ts'

const PAGE_EVENTS = 500
const WHOLE_PAGE_EVENTS = 5000
const TELL_EVERY_MS = 150

/**
 * The events of a log by their seq. Of a long one those are here that were needed so far; others are
 * read when they are looked at, or all of them when something is searched for.
 */
export class EventBook {
  /** The first event that is kept. */
  first = 1
  /** The last one that is known to be there. */
  last = 0
  /** Why nothing more can be read. */
  error: unknown
  readonly #read: ReadPage
  readonly #listeners = new Set<() => void>()
  readonly #bySeq = new Map<number, LoggedEvent>()
  readonly #dense: LoggedEvent[] = []
  #wanted: readonly [from: number, to: number] = [0, -1]
  #isReading = false
  #whole: Promise<void> | undefined
  #reads = 0

  constructor(read: ReadPage) {
    this.#read = read
  }

  /** Calls back when something was read that was looked for, or could not be. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another number each time it calls back. */
  reads = (): number => this.#reads

  get(seq: number): LoggedEvent | undefined {
    return this.#bySeq.get(seq)
  }

  put(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      this.#bySeq.set(event.seq, event)
      this.last = Math.max(this.last, event.seq)
    }
  }

  /** All from the first on, as far as none is missing; the same list each time, which grows. */
  dense(): readonly LoggedEvent[] {
    for (;;) {
      const next = this.#bySeq.get(this.first + this.#dense.length)
      if (next === undefined) return this.#dense
      this.#dense.push(next)
    }
  }

  get isWhole(): boolean {
    return this.first + this.dense().length > this.last
  }

  /** Somebody looks at these: what is missing of them is read, unless they look elsewhere meanwhile. */
  want(from: number, to: number): void {
    this.#wanted = [Math.max(from, this.first), Math.min(to, this.last)]
    if (!this.#isReading && this.error === undefined) void this.#readWanted()
  }

  /** Reads what is missing, up to what is the last one then, or until `error` says why it cannot be. */
  readAll(): Promise<void> {
    this.#whole ??= this.#readWhole()
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#whole = undefined
      })
    return this.#whole
  }

  async #readWanted(): Promise<void> {
    this.#isReading = true
    try {
      for (;;) {
        const missing = this.#firstMissing(...this.#wanted)
        if (missing === undefined) return
        // Whole pages from where they begin: whoever looks back finds what is before, too.
        const start = missing - ((missing - 1) % PAGE_EVENTS)
        const from = this.#firstMissing(Math.max(start, this.first), missing) ?? missing
        const limit = start + PAGE_EVENTS - from
        const { events } = await this.#read({ after: from - 1, limit })
        if (events.length === 0) return
        this.put(events)
        this.#tell()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isReading = false
    }
  }

  async #readWhole(): Promise<void> {
    let toldAt = performance.now()
    while (!this.isWhole) {
      const after = this.first + this.#dense.length - 1
      const { events } = await this.#read({ after, limit: WHOLE_PAGE_EVENTS })
      if (events.length === 0) return
      this.put(events)
      if (performance.now() - toldAt < TELL_EVERY_MS) continue
      toldAt = performance.now()
      this.#tell()
    }
    this.#tell()
  }

  #fail(error: unknown): void {
    this.error = error
    this.#tell()
  }

  #tell(): void {
    this.#reads += 1
    for (const listener of [...this.#listeners]) listener()
  }

  #firstMissing(from: number, to: number): number | undefined {
    for (let seq = from; seq <= to; seq++) if (!this.#bySeq.has(seq)) return seq
    return undefined
  }
}
