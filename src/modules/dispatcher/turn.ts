import type { Clock } from '../../clock.ts'
import type { Turn } from './types.ts'

/** A turn whose wakes are never lost: a flag while nobody idles, a callback while somebody does. */
export class SessionTurn implements Turn {
  readonly sessionId: string
  readonly #clock: Clock
  #woken = false
  #resume: (() => void) | undefined

  constructor(sessionId: string, clock: Clock) {
    this.sessionId = sessionId
    this.#clock = clock
  }

  /** Whether a wake came since the last look. */
  get woken(): boolean {
    return this.#woken
  }

  look(): void {
    this.#woken = false
  }

  wake(): void {
    this.#woken = true
    this.#resume?.()
  }

  async idle(until?: number): Promise<void> {
    if (this.#woken) return
    await new Promise<void>((resolve) => {
      const cancelTimer =
        until === undefined
          ? () => {}
          : this.#clock.setTimer(until - this.#clock.now(), () => this.#resume?.())
      this.#resume = () => {
        cancelTimer()
        this.#resume = undefined
        resolve()
      }
    })
  }
}
