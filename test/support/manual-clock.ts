import type { Clock } from '../../src/clock.ts'

/** A clock that stands still until a test moves it; due timers fire in the order of their times. */
export class ManualClock implements Clock {
  #now: number
  #timers: { at: number; fire: () => void }[] = []

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  setTimer(delayMs: number, fire: () => void): () => void {
    const timer = { at: this.#now + Math.max(delayMs, 0), fire }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length
  }

  /** Moves time forward, firing what falls due on the way, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = this.#earliest()
      if (due === undefined || due.at > end) break
      this.#now = Math.max(this.#now, due.at)
      this.#timers = this.#timers.filter((timer) => timer !== due)
      due.fire()
    }
    this.#now = end
  }

  /** The machine sleeps: time goes by and timers stand still. */
  suspend(ms: number): void {
    this.#now += ms
    this.#timers = this.#timers.map((timer) => Object.assign(timer, { at: timer.at + ms }))
  }

  #earliest(): { at: number; fire: () => void } | undefined {
    return this.#timers.reduce<{ at: number; fire: () => void } | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    )
  }
}
