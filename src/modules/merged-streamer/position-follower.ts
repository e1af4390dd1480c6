import type { EncodedEvent } from '../../store/types.ts'
import type { Listener, MergedStream } from './merged-stream.ts'
import type { MergedFollower, MergedPage } from './types.ts'

/**
 * A cursor into a merged log: a position. It joins the stream before it first reads, so whatever is
 * committed later than what it read wakes it.
 */
export class PositionFollower implements MergedFollower, Listener {
  readonly #stream: MergedStream
  readonly #onClosed: (stream: MergedStream) => void
  #cursor: number
  #ended = false
  #armed = false
  #closed = false
  #listener: (() => void) | undefined
  #removed: readonly string[] = []
  readonly #told = new Set<string>()

  /** @param onClosed called once, after the follower has left its stream */
  constructor(
    stream: MergedStream,
    afterPosition: number,
    onClosed: (stream: MergedStream) => void,
  ) {
    this.#stream = stream
    this.#cursor = afterPosition
    this.#onClosed = onClosed
    stream.followers.add(this)
  }

  get cursor(): number {
    return this.#cursor
  }

  get lag(): number {
    return this.#stream.lagAt(this.#cursor)
  }

  get ended(): boolean {
    return this.#ended
  }

  pull(maxBytes: number): Promise<readonly EncodedEvent[]> | undefined {
    if (this.#closed || this.#ended) return undefined
    const reading = this.#stream.read(this.#cursor, maxBytes)
    if (reading === undefined) this.#armed = true
    return reading?.then((page) => (this.#closed ? [] : this.#handOut(page)))
  }

  onWake(listener: () => void): void {
    this.#listener = listener
  }

  takeRemoved(): readonly string[] {
    const fresh = this.#removed.filter((id) => !this.#told.has(id))
    for (const id of fresh) this.#told.add(id)
    return fresh
  }

  wake(): void {
    if (!this.#armed) return
    this.#armed = false
    this.#listener?.()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#listener = undefined
    this.#stream.followers.delete(this)
    this.#onClosed(this.#stream)
  }

  #handOut(page: MergedPage): readonly EncodedEvent[] {
    this.#cursor = page.position
    this.#removed = page.unknown
    this.#ended = page.ended && page.upToDate
    return page.events
  }
}
