/** A session that waits for a place. */
export interface Queued {
  readonly sessionId: string
  readonly priority: number
}

/**
 * Sessions by priority, the highest first, and in order of arrival within one: a list for each
 * priority, of which there are few, so that no operation looks through what waits.
 */
export class PriorityQueue {
  readonly #waiting = new Map<number, Set<string>>()
  /** The priorities that somebody waits with, the highest last. */
  readonly #priorities: number[] = []
  readonly #ids = new Set<string>()

  get size(): number {
    return this.#ids.size
  }

  has(sessionId: string): boolean {
    return this.#ids.has(sessionId)
  }

  /** Takes it once: one that waits already keeps its place. */
  add({ sessionId, priority }: Queued): void {
    if (this.#ids.has(sessionId)) return
    this.#ids.add(sessionId)
    const peers = this.#waiting.get(priority) ?? this.#open(priority)
    peers.add(sessionId)
  }

  take(): Queued | undefined {
    const priority = this.#priorities.at(-1) ?? 0
    const peers = this.#waiting.get(priority)
    for (const sessionId of peers ?? []) {
      peers?.delete(sessionId)
      this.#ids.delete(sessionId)
      if (peers?.size === 0) this.#closeHighest(priority)
      return { sessionId, priority }
    }
    return undefined
  }

  clear(): void {
    this.#waiting.clear()
    this.#priorities.length = 0
    this.#ids.clear()
  }

  #open(priority: number): Set<string> {
    const peers = new Set<string>()
    this.#waiting.set(priority, peers)
    const above = this.#priorities.findIndex((other) => other > priority)
    this.#priorities.splice(above === -1 ? this.#priorities.length : above, 0, priority)
    return peers
  }

  #closeHighest(priority: number): void {
    this.#waiting.delete(priority)
    this.#priorities.pop()
  }
}
