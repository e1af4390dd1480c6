/**
 * Sessions that wait for a place: each once, what has begun before what is new, in order of arrival
 * within both.
 *
 * What is new cannot starve. While it waits nothing further begins, so those that have begun become
 * fewer: their plans are finite, and each comes back only for a timer, a retry or a command of its
 * own. Until then it is the new that must wait, or sessions would begin faster than they end.
 */
export class SessionQueue {
  readonly #begun = new Set<string>()
  readonly #created = new Set<string>()

  get size(): number {
    return this.#begun.size + this.#created.size
  }

  /** A session that is new and has changed while it waited keeps its place. */
  add(sessionId: string, occasion: 'created' | 'changed'): void {
    if (this.#created.has(sessionId)) return
    if (occasion === 'changed') this.#begun.add(sessionId)
    else if (!this.#begun.has(sessionId)) this.#created.add(sessionId)
  }

  take(): string | undefined {
    return takeFirst(this.#begun) ?? takeFirst(this.#created)
  }

  clear(): void {
    this.#begun.clear()
    this.#created.clear()
  }
}

function takeFirst(ids: Set<string>): string | undefined {
  for (const id of ids) {
    ids.delete(id)
    return id
  }
  return undefined
}
