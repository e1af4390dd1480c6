import type { Clock } from '../../clock.ts'
import type { Driver, Turn } from './types.ts'

/** A turn whose wakes are never lost: a flag while nobody idles, a callback while somebody does. */
export class SessionTurn implements Turn {
  readonly sessionId: string
  readonly claim: string | undefined
  readonly claimedSeq: number | undefined
  readonly #clock: Clock
  #woken = false
  #resume: (() => void) | undefined
  #timer: { readonly at: number; readonly cancel: () => void } | undefined

  constructor(sessionId: string, clock: Clock, driver?: Driver) {
    this.sessionId = sessionId
    this.claim = driver?.claim
    this.claimedSeq = driver?.claimedSeq
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

  idle(until?: number): Promise<void> {
    if (this.#woken) return Promise.resolve()
    this.#arm(until)
    return new Promise<void>((resolve) => {
      this.#resume = () => {
        this.#resume = undefined
        resolve()
      }
    })
  }

  /** Nothing to ask for: a store of one process has no other drivers. */
  confirm(): Promise<void> | undefined {
    return undefined
  }

  /** The turn is over: nothing is left to fire. */
  end(): void {
    this.#arm(undefined)
  }

  /** A session asks for the same time again and again, its deadline: that timer is kept. */
  #arm(until: number | undefined): void {
    if (this.#timer?.at === until) return
    this.#timer?.cancel()
    this.#timer = undefined
    if (until === undefined) return
    const cancel = this.#clock.setTimer(until - this.#clock.now(), () => {
      this.#timer = undefined
      this.#resume?.()
    })
    this.#timer = { at: until, cancel }
  }
}
