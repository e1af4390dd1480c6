import type { Clock } from '../../clock.ts'

/** Notices when an attempt has told nothing for too long. */
export class IdleLimit {
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #onIdle: () => void
  #lastSign: number
  #cancelTimer: () => void

  constructor(clock: Clock, limitMs: number, onIdle: () => void) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#onIdle = onIdle
    this.#lastSign = clock.now()
    this.#cancelTimer = clock.setTimer(limitMs, () => this.#look())
  }

  /** The attempt has told something; costs no timer, as there may be many. */
  sign(): void {
    this.#lastSign = this.#clock.now()
  }

  close(): void {
    this.#cancelTimer()
  }

  #look(): void {
    const leftMs = this.#lastSign + this.#limitMs - this.#clock.now()
    if (leftMs <= 0) this.#onIdle()
    else this.#cancelTimer = this.#clock.setTimer(leftMs, () => this.#look())
  }
}
