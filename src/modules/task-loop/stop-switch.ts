import type { AbortReason } from '../executors/types.ts'

/** What stops an attempt: its timeout, its silence, a cancel, a shutdown. The first reason wins. */
export class StopSwitch {
  #reason: AbortReason | undefined
  // Most attempts never look at their signal, and a controller costs more than the rest of them.
  #controller: AbortController | undefined
  #onStop: (() => void) | undefined

  get reason(): AbortReason | undefined {
    return this.#reason
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  stop(reason: AbortReason): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
    this.#onStop?.()
  }

  /** Calls the one listener at the stop, or at once if that has been. */
  onStop(listener: () => void): void {
    this.#onStop = listener
    if (this.#reason !== undefined) listener()
  }
}
