import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { RateLimit } from '../../rate-limit.ts'
import type { RequestCounter } from '../../store/replica.ts'
import { RecentStarts } from './recent-starts.ts'
import type { Turns } from './types.ts'

export interface LimitedTurnsOptions {
  /** Counts for all processes together; undefined: this one is alone. */
  readonly requests: RequestCounter | undefined
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** How long to wait before a counter is asked again that could not be reached. */
const UNREACHABLE_MS = 1000

/**
 * Lets attempts begin in the order they came. What this process let begin is known to the
 * millisecond; what all do together is counted in fixed windows, and while the window is full it is
 * asked about once, when it ends.
 */
export class LimitedTurns implements Turns {
  readonly limit: RateLimit
  readonly #options: LimitedTurnsOptions
  readonly #recent: RecentStarts
  readonly #waiting = new Set<() => void>()
  #isAsking = false
  #cancelTimer: (() => void) | undefined

  constructor(limit: RateLimit, options: LimitedTurnsOptions) {
    this.limit = limit
    this.#options = options
    this.#recent = new RecentStarts(limit)
  }

  take(begin: () => void): () => void {
    const turn = () => begin()
    this.#waiting.add(turn)
    this.#look()
    return () => {
      this.#waiting.delete(turn)
      if (this.#waiting.size === 0) this.#stopTimer()
    }
  }

  #look(): void {
    if (this.#isAsking || this.#cancelTimer !== undefined || this.#waiting.size === 0) return
    const now = this.#options.clock.now()
    const room = this.#recent.room(this.#waiting.size, now)
    if (room === 0) this.#lookIn(this.#recent.leftMs(now))
    else if (this.#options.requests === undefined) this.#letBegin(room)
    else void this.#ask(room, this.#options.requests)
  }

  async #ask(wanted: number, requests: RequestCounter): Promise<void> {
    this.#isAsking = true
    const { granted, againMs } = await this.#count(wanted, requests)
    this.#isAsking = false
    if (granted < wanted) this.#lookIn(againMs)
    this.#letBegin(granted)
  }

  /** Those that are counted in one turn of the event loop are counted by one statement. */
  async #count(
    wanted: number,
    requests: RequestCounter,
  ): Promise<{ granted: number; againMs: number }> {
    const { uses, count, windowMs } = this.limit
    try {
      const counted = await Promise.all(
        Array.from({ length: wanted }, () => requests.count(`attempts of ${uses}`, windowMs)),
      )
      const granted = counted.filter((one) => one.count <= count).length
      // One more, since a window that ends in this very millisecond is still counted in.
      return { granted, againMs: (counted[0]?.ttlMs ?? 0) + 1 }
    } catch (error) {
      // What cannot be counted waits: the limit would be off when it is needed most.
      this.#options.log.warn({ err: error, uses }, 'attempts cannot be counted; trying again')
      return { granted: 0, againMs: UNREACHABLE_MS }
    }
  }

  #letBegin(granted: number): void {
    const now = this.#options.clock.now()
    let left = granted
    for (const turn of this.#waiting) {
      if (left-- === 0) break
      this.#waiting.delete(turn)
      this.#recent.add(now)
      turn()
    }
    if (this.#waiting.size === 0) this.#stopTimer()
    this.#look()
  }

  #lookIn(delayMs: number): void {
    this.#cancelTimer = this.#options.clock.setTimer(delayMs, () => {
      this.#cancelTimer = undefined
      this.#look()
    })
  }

  #stopTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }
}
