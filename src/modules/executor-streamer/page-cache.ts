import type { EncodedEvent } from '../../store/types.ts'

const MAX_PAGES = 32

/**
 * The pages of old events that were read last, of all sessions, so that many followers that replay
 * one log (a page that everybody reloads, a restart) share the reads and the arrays. Events never
 * change, so a page stays true however the log grows.
 */
export class PageCache {
  #pages = new Map<string, readonly EncodedEvent[]>()

  get(sessionId: string, afterSeq: number): readonly EncodedEvent[] | undefined {
    return this.#pages.get(keyOf(sessionId, afterSeq))
  }

  put(sessionId: string, afterSeq: number, page: readonly EncodedEvent[]): void {
    const key = keyOf(sessionId, afterSeq)
    this.#pages.delete(key)
    this.#pages.set(key, page)
    if (this.#pages.size <= MAX_PAGES) return
    const [oldest] = this.#pages.keys()
    if (oldest !== undefined) this.#pages.delete(oldest)
  }

  clear(): void {
    this.#pages.clear()
  }
}

function keyOf(sessionId: string, afterSeq: number): string {
  return `${sessionId} ${afterSeq}`
}
