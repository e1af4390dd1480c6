import type { Clock } from '../../clock.ts'
import { type MergedReads, readPage } from './read-page.ts'
import type { Coverage, MergedPage } from './types.ts'

/** The most events one read of the store returns; `maxBytes` usually ends it earlier. */
const PAGE_EVENTS = 1000

/** How long the end of the log is left alone once it was read: a busy log is read in larger pieces. */
const PAUSE_MS = 20

/** What a stream asks of each of its followers. */
export interface Listener {
  wake(): void
}

export interface MergedStreamOptions {
  readonly store: MergedReads
  readonly clock: Clock
}

/**
 * The followers of the same sessions, and what is known about the end of their merged log.
 *
 * Every commit is announced after it was made, as a doubt. So once a read that began after the last
 * doubt has come to the end of the log, whatever comes later is announced, and a follower that is
 * there may rest until it is woken.
 */
export class MergedStream {
  readonly coverage: Coverage
  readonly followers = new Set<Listener>()
  readonly #options: MergedStreamOptions
  /** Reads under way, by the position they start at; one that began before the last doubt confirms no end. */
  readonly #reads = new Map<number, Promise<MergedPage>>()
  #epoch = 0
  #confirmedEpoch = -1
  /** How far the log was read, and when its end was seen last. */
  #end = 0
  #readAt = Number.NEGATIVE_INFINITY
  #cancelPause: (() => void) | undefined
  #cancelRecheck: (() => void) | undefined

  constructor(coverage: Coverage, options: MergedStreamOptions) {
    this.coverage = coverage
    this.#options = options
  }

  /** How much of the log of all sessions lies behind the position, as far as is known. */
  lagAt(position: number): number {
    return this.#isTail(position) ? 0 : Math.max(this.#end - position, 0)
  }

  /** There may be new events. */
  doubt(): void {
    this.#epoch += 1
    this.#wakeAll()
  }

  /** The page behind a position, the same for all who ask meanwhile; undefined when they are to wait until they are woken. */
  read(position: number, maxBytes: number): Promise<MergedPage> | undefined {
    const running = this.#reads.get(position)
    if (running !== undefined) return running
    if (this.#isTail(position) || this.#mustPause(position)) return undefined
    const reading = this.#read(position, maxBytes).finally(() => this.#reads.delete(position))
    this.#reads.set(position, reading)
    return reading
  }

  close(): void {
    this.#cancelPause?.()
    this.#cancelPause = undefined
    this.#cancelRecheck?.()
    this.#cancelRecheck = undefined
  }

  #isTail(position: number): boolean {
    return position >= this.#end && this.#confirmedEpoch === this.#epoch
  }

  #mustPause(position: number): boolean {
    const pauseMs = this.#readAt + PAUSE_MS - this.#options.clock.now()
    if (position < this.#end || pauseMs <= 0) return false
    this.#cancelPause ??= this.#options.clock.setTimer(pauseMs, () => {
      this.#cancelPause = undefined
      this.#wakeAll()
    })
    return true
  }

  /** What has to happen for it to be complete may be no event. */
  #recheckLater(): void {
    const { recheckMs } = this.coverage
    if (recheckMs === undefined || this.followers.size === 0) return
    this.#cancelRecheck?.()
    this.#cancelRecheck = this.#options.clock.setTimer(recheckMs, () => this.doubt())
  }

  #wakeAll(): void {
    for (const follower of this.followers) follower.wake()
  }

  async #read(position: number, maxBytes: number): Promise<MergedPage> {
    const epoch = this.#epoch
    const { store, clock } = this.#options
    const part = { afterPosition: position, limit: PAGE_EVENTS, maxBytes }
    const page = await readPage(store, this.coverage, part)
    this.#end = Math.max(this.#end, page.position)
    if (!page.upToDate) return page
    this.#readAt = clock.now()
    // Where it has ended, whoever comes later must be told so by a page.
    if (page.ended || epoch !== this.#epoch) return page
    this.#confirmedEpoch = epoch
    this.#recheckLater()
    return page
  }
}
