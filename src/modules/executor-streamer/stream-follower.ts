import { StepstreamError } from '../../errors.ts'
import type { EncodedEvent, Store } from '../../store/types.ts'
import type { PageCache } from './page-cache.ts'
import type { Listener, SessionStream } from './session-stream.ts'
import type { Follower } from './types.ts'

/** The most events one read of the store returns; `maxBytes` usually ends it earlier. */
const PAGE_EVENTS = 1000

export interface FollowerSources {
  readonly store: Pick<Store, 'readEvents'>
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
  /** The last event that is known to be in the store, whether the stream was told of it or not. */
  readonly #knownSeq: number
  /** The stream's epoch when the store said that there is nothing beyond the cursor; -1 before. */
  #tailEpoch = -1
  #armed = false
  #closed = false
  #listener: (() => void) | undefined

  constructor(
    stream: SessionStream,
    { afterSeq, knownSeq }: { afterSeq: number; knownSeq: number },
    sources: FollowerSources,
  ) {
    this.#stream = stream
    this.#cursor = afterSeq
    this.#knownSeq = knownSeq
    this.#sources = sources
    stream.followers.add(this)
  }

  get cursor(): number {
    return this.#cursor
  }

  get lag(): number {
    return Math.max(this.#stream.published - this.#cursor, 0)
  }

  pull(maxBytes: number): readonly EncodedEvent[] | Promise<readonly EncodedEvent[]> | undefined {
    if (this.#closed) return undefined
    const buffered =
      this.#stream.slice(this.#cursor, maxBytes) ??
      this.#sources.pages.get(this.#stream.sessionId, this.#cursor)
    if (buffered !== undefined) return this.#handOut(buffered)
    if (!this.#isAtTail()) return this.#read(maxBytes)
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

  /** Whether every event that could be beyond the cursor would have been, or will be, published to the stream. */
  #isAtTail(): boolean {
    const { published, epoch } = this.#stream
    if (Math.max(published, this.#knownSeq) > this.#cursor) return false
    return published > 0 || this.#tailEpoch === epoch
  }

  async #read(maxBytes: number): Promise<readonly EncodedEvent[]> {
    const { epoch, published } = this.#stream
    const events = await this.#sharedRead(maxBytes)
    if (this.#closed) return []
    if (events.length > 0) return this.#handOut(events)
    if (Math.max(published, this.#knownSeq) > this.#cursor) throw this.#logIsGone()
    this.#tailEpoch = epoch
    return events
  }

  #sharedRead(maxBytes: number): Promise<readonly EncodedEvent[]> {
    const { reads } = this.#stream
    const afterSeq = this.#cursor
    // A read under way may be older than what this follower knows of and the stream does not.
    if (this.#knownSeq > Math.max(this.#stream.published, afterSeq)) {
      return this.#readPage(afterSeq, maxBytes)
    }
    const running = reads.get(afterSeq)
    if (running !== undefined) return running
    const read = this.#readPage(afterSeq, maxBytes).finally(() => {
      if (reads.get(afterSeq) === read) reads.delete(afterSeq)
    })
    reads.set(afterSeq, read)
    return read
  }

  async #readPage(afterSeq: number, maxBytes: number): Promise<readonly EncodedEvent[]> {
    const { store, pages } = this.#sources
    const { sessionId } = this.#stream
    const page = await store.readEvents({ sessionId, afterSeq, limit: PAGE_EVENTS, maxBytes })
    if (page.length > 0) pages.put(sessionId, afterSeq, page)
    return page
  }

  #handOut(events: readonly EncodedEvent[]): readonly EncodedEvent[] {
    this.#cursor = events.at(-1)?.seq ?? this.#cursor
    return events
  }

  /** The store has not got what was committed: the session was removed while somebody followed it. */
  #logIsGone(): StepstreamError {
    return new StepstreamError('SESSION_NOT_FOUND', `${this.#stream.sessionId} was removed`)
  }
}
