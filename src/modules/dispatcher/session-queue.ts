import { PriorityQueue, type Queued } from './priority-queue.ts'
import type { Occasion } from './types.ts'

/**
 * Sessions that wait for a place: each once, what has begun before what is new, and within both by
 * priority, the highest first, and then in order of arrival.
 *
 * Of one priority, what is new cannot starve. While it waits nothing further begins, so those that
 * have begun become fewer: their plans are finite, and each comes back only for a timer, a retry or
 * a command of its own. Until then it is the new that must wait, or sessions would begin faster than
 * they end. A low priority does wait for as long as higher ones keep coming: that is what it says.
 */
export class SessionQueue {
  readonly #begun = new PriorityQueue()
  readonly #created = new PriorityQueue()

  get size(): number {
    return this.#begun.size + this.#created.size
  }

  /** A session that waits already, such as one that is new and has changed meanwhile, keeps its place. */
  add(sessionId: string, occasion: Occasion, priority: number): void {
    if (this.#created.has(sessionId) || this.#begun.has(sessionId)) return
    const queue = occasion === 'changed' ? this.#begun : this.#created
    queue.add({ sessionId, priority })
  }

  take(): Queued | undefined {
    return this.#begun.take() ?? this.#created.take()
  }

  clear(): void {
    this.#begun.clear()
    this.#created.clear()
  }
}
