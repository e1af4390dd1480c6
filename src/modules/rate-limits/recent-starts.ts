import type { RateLimit } from '../../rate-limit.ts'

/**
 * When the last attempts began, as many as may begin in one window. One more may begin when as many
 * places back one began at least a window ago, so no window has more, wherever it is laid.
 */
export class RecentStarts {
  readonly #windowMs: number
  /** A ring: the next start takes the place of the oldest. */
  readonly #startedAt: number[]
  #next = 0

  constructor({ count, windowMs }: RateLimit) {
    this.#windowMs = windowMs
    this.#startedAt = new Array<number>(count).fill(Number.NEGATIVE_INFINITY)
  }

  /** How many may begin now, of as many as want to. */
  room(wanted: number, now: number): number {
    const most = Math.min(wanted, this.#startedAt.length)
    let room = 0
    while (room < most && this.#leftMs(room, now) === 0) room++
    return room
  }

  /** How long until one may begin. */
  leftMs(now: number): number {
    return this.#leftMs(0, now)
  }

  add(now: number): void {
    this.#startedAt[this.#next] = now
    this.#next = (this.#next + 1) % this.#startedAt.length
  }

  #leftMs(ahead: number, now: number): number {
    const place = (this.#next + ahead) % this.#startedAt.length
    const startedAt = this.#startedAt[place] ?? Number.NEGATIVE_INFINITY
    // A clock that was set back far must hold nobody up until it is there again.
    return Math.max(this.#windowMs - Math.abs(now - startedAt), 0)
  }
}
