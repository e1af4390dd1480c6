import type { Clock } from '../../clock.ts'

/** The first pause before what failed is tried again; doubled each time, up to the longest. */
const RETRY_MS = 500
const MAX_RETRY_MS = 30_000

/** What failed and is tried again, later each time; by name. */
export class Retries {
  readonly #clock: Clock
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, () => void>()
  #stopped = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  failed(name: string, again: () => void): void {
    const count = this.#failures.get(name) ?? 0
    this.#failures.set(name, count + 1)
    this.began(name)
    if (this.#stopped) return
    const fire = () => {
      this.#timers.delete(name)
      again()
    }
    const pauseMs = Math.min(RETRY_MS * 2 ** count, MAX_RETRY_MS)
    this.#timers.set(name, this.#clock.setTimer(pauseMs, fire))
  }

  /** It is tried already, for whatever reason: the pause is over. */
  began(name: string): void {
    this.#timers.get(name)?.()
    this.#timers.delete(name)
  }

  succeeded(name: string): void {
    this.#failures.delete(name)
  }

  stop(): void {
    this.#stopped = true
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }
}
