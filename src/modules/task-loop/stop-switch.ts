import type { Clock } from '../../clock.ts'
import type { AbortReason } from '../executors/types.ts'

/**
 * What stops an attempt: its timeout, or the signal of whoever drives it. The first reason wins.
 */
export class StopSwitch {
  readonly #controller = new AbortController()
  readonly #cancelTimer: () => void
  readonly #outer: AbortSignal
  readonly #onOuter = () => this.#stop(this.#outer.reason as AbortReason)
  #reason: AbortReason | undefined

  constructor(clock: Clock, timeoutMs: number, outer: AbortSignal) {
    this.#outer = outer
    this.#cancelTimer = clock.setTimer(timeoutMs, () => this.#stop('timeout'))
    if (outer.aborted) this.#onOuter()
    else outer.addEventListener('abort', this.#onOuter, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get reason(): AbortReason | undefined {
    return this.#reason
  }

  /** The attempt has ended: nothing is left to stop. */
  release(): void {
    this.#cancelTimer()
    this.#outer.removeEventListener('abort', this.#onOuter)
  }

  #stop(reason: AbortReason): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller.abort(reason)
  }
}
