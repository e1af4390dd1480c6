import { finalEventTypes } from '../../session/events.ts'
import type { EncodedEvent } from '../../store/types.ts'
import type { PageCache } from './page-cache.ts'
import type { PageReader } from './page-reader.ts'
import type { Listener, SessionStream } from './session-stream.ts'
import type { Follower } from './types.ts'

export interface FollowerSources {
  readonly reader: PageReader
  readonly pages: PageCache
  /** Called once, after the follower has left its stream. */
  onClosed(stream: SessionStream): void
}

/**
 * A cursor into one log. It joins the stream before it first reads the store, and an event of the
 * ring is handed out only when it is the very next one; so whatever is committed between the read
 * and the joining is either in what was read or in what the stream was told.
 */
export class StreamFollower implements Follower, Listener {
  readonly #stream: SessionStream
  readonly #sources: FollowerSources
  #cursor: number
  #ended = false
  #armed = false
  #closed = false
  #listener: (() => void) | undefined

  constructor(stream: SessionStream, afterSeq: number, sources: FollowerSources) {
    this.#stream = stream
    this.#cursor = afterSeq
    this.#sources = sources
    stream.followers.add(this)
  }

  get cursor(): number {
    return this.#cursor
  }

  get lag(): number {
    return Math.max(this.#stream.lastSeq - this.#cursor, 0)
  }

  get ended(): boolean {
    return this.#ended
  }

  pull(maxBytes: number): readonly EncodedEvent[] | Promise<readonly EncodedEvent[]> | undefined {
    if (this.#closed) return undefined
    const buffered =
      this.#stream.slice(this.#cursor, maxBytes) ??
      this.#sources.pages.get(this.#stream.sessionId, this.#cursor)
    if (buffered !== undefined) return this.#handOut(buffered)
    if (!this.#stream.isTail(this.#cursor)) return this.#read(maxBytes)
    this.#armed = true
    return undefined
  }

  onWake(listener: () => void): void {
    this.#listener = listener
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
    this.#sources.onClosed(this.#stream)
  }

  async #read(maxBytes: number): Promise<readonly EncodedEvent[]> {
    const events = await this.#sources.reader.read(this.#stream, this.#cursor, maxBytes)
    return this.#closed ? [] : this.#handOut(events)
  }

  #handOut(events: readonly EncodedEvent[]): readonly EncodedEvent[] {
    const last = events.at(-1)
    if (last === undefined) return events
    this.#cursor = last.seq
    this.#ended = finalEventTypes.has(last.type)
    return events
  }
}
