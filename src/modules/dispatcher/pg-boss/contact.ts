/** A gap between two answers that is longer than this means that somebody was away: the database, or this process. */
const GAP_MS = 4500

/** How long the database has been answering without a break, by the clock that no one sets. */
export class Contact {
  #since = Number.NEGATIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY
  #breaks = 0

  /** Whether the database has answered ever since it was first asked. */
  get unbroken(): boolean {
    return this.#breaks === 0 && performance.now() - this.#last <= GAP_MS
  }

  answered(): void {
    const now = performance.now()
    if (now - this.#last > GAP_MS) {
      if (this.#last !== Number.NEGATIVE_INFINITY) this.#breaks += 1
      this.#since = now
    }
    this.#last = now
  }

  failed(): void {
    this.#breaks += 1
    this.#last = Number.NEGATIVE_INFINITY
  }

  steadyFor(ms: number): boolean {
    const now = performance.now()
    return now - this.#last <= GAP_MS && now - this.#since >= ms
  }
}
