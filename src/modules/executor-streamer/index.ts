import type { Clock } from '../../clock.ts'
import type { Commit, EncodedEvent, Store } from '../../store/types.ts'
import { EventRing } from './event-ring.ts'
import { PageCache } from './page-cache.ts'
import { PageReader } from './page-reader.ts'
import { SessionStream } from './session-stream.ts'
import { type FollowerSources, StreamFollower } from './stream-follower.ts'
import type { ExecutorStreamer, Follower } from './types.ts'

/** What one session's ring may hold, in characters of the event bodies. */
const MAX_STREAM_BYTES = 4 * 1024 * 1024
/** Evicting goes a little below the budget, so that it is not needed again at the next event. */
const EVICT_TO = 0.9

export interface ExecutorStreamerOptions {
  readonly store: Pick<Store, 'readEvents' | 'extent'>
  readonly clock: Clock
  /** How many of a session's last events the buffer holds. */
  readonly maxEvents: number
  /** How long an idle stream stays in the buffer. */
  readonly ttlMs: number
  /** What all rings together may hold, in characters of the event bodies. */
  readonly maxTotalBytes: number
  /** Told of a fault inside the streamer; nothing is lost by it, since followers then read the store. */
  readonly onFault?: (error: unknown, sessionId: string) => void
}

/**
 * Makes the streamer. A ring is kept only for a session that somebody follows or followed within
 * `ttlMs`: publishing to any other session is one failed look-up, since its log is in the store.
 */
export function createExecutorStreamer(options: ExecutorStreamerOptions): ExecutorStreamer {
  return new BufferedStreamer(options)
}

class BufferedStreamer implements ExecutorStreamer {
  readonly #options: ExecutorStreamerOptions
  readonly #streams = new Map<string, SessionStream>()
  readonly #pages = new PageCache()
  /** What all followers share. */
  readonly #sources: FollowerSources
  #bufferedBytes = 0
  #followers = 0
  #cancelSweep: (() => void) | undefined

  constructor(options: ExecutorStreamerOptions) {
    this.#options = options
    this.#sources = {
      pages: this.#pages,
      reader: new PageReader({
        store: options.store,
        pages: this.#pages,
        onFound: (stream, events) => this.#found(stream, events),
      }),
      onClosed: (stream) => this.#left(stream),
    }
  }

  publish(commits: readonly Commit[]): void {
    if (this.#streams.size === 0) return
    for (const commit of commits) {
      const stream = this.#streams.get(commit.sessionId)
      if (stream !== undefined) this.#deliver(stream, commit)
    }
    if (this.#bufferedBytes > this.#options.maxTotalBytes) this.#evict()
  }

  changed(sessionIds: readonly string[]): void {
    if (this.#streams.size === 0) return
    for (const sessionId of sessionIds) {
      const stream = this.#streams.get(sessionId)
      if (stream === undefined) continue
      stream.doubt()
      this.#wake(stream)
    }
  }

  extent(sessionId: string) {
    return this.#options.store.extent(sessionId)
  }

  follow(sessionId: string, afterSeq: number, knownSeq = 0): Follower {
    const stream = this.#streams.get(sessionId) ?? this.#open(sessionId)
    stream.know(Math.max(afterSeq, knownSeq))
    this.#followers += 1
    return new StreamFollower(stream, afterSeq, this.#sources)
  }

  stats() {
    return {
      streams: this.#streams.size,
      bufferedBytes: this.#bufferedBytes,
      followers: this.#followers,
    }
  }

  close(): void {
    this.#cancelSweep?.()
    this.#cancelSweep = undefined
    this.#pages.clear()
    this.#streams.clear()
    this.#bufferedBytes = 0
  }

  #deliver(stream: SessionStream, commit: Commit): void {
    this.#take(stream, commit.events)
    this.#wake(stream)
  }

  /** What others wrote goes into the ring as well: followers that come to it later need not read it again. */
  #found(stream: SessionStream, events: readonly EncodedEvent[]): void {
    if (this.#streams.get(stream.sessionId) !== stream) return
    this.#take(stream, events)
    if (this.#bufferedBytes > this.#options.maxTotalBytes) this.#evict()
  }

  #take(stream: SessionStream, events: readonly EncodedEvent[]): void {
    this.#guard(stream, () => {
      stream.take(events)
      stream.touchedAt = this.#options.clock.now()
    })
  }

  #wake(stream: SessionStream): void {
    for (const follower of stream.followers) this.#guard(stream, () => follower.wake())
  }

  /** Keeps a fault inside: the stream forgets what it held and its followers read the store. */
  #guard(stream: SessionStream, work: () => void): void {
    const before = stream.bytes
    try {
      work()
    } catch (error) {
      stream.reset()
      this.#options.onFault?.(error, stream.sessionId)
    }
    this.#bufferedBytes += stream.bytes - before
  }

  #open(sessionId: string): SessionStream {
    const { clock, maxEvents, maxTotalBytes } = this.#options
    const ring = new EventRing(maxEvents, Math.min(MAX_STREAM_BYTES, maxTotalBytes))
    const stream = new SessionStream(sessionId, ring, clock.now())
    this.#streams.set(sessionId, stream)
    this.#cancelSweep ??= this.#scheduleSweep()
    return stream
  }

  #left(stream: SessionStream): void {
    this.#followers -= 1
    stream.touchedAt = this.#options.clock.now()
  }

  /** Lets go of the oldest, those that nobody follows before the others, ended ones first of all. */
  #evict(): void {
    const goal = this.#options.maxTotalBytes * EVICT_TO
    const candidates = [...this.#streams.values()].sort(
      (a, b) => rankOf(a) - rankOf(b) || a.touchedAt - b.touchedAt,
    )
    for (const stream of candidates) {
      if (this.#bufferedBytes <= goal) return
      this.#release(stream)
    }
  }

  #scheduleSweep(): () => void {
    return this.#options.clock.setTimer(Math.max(this.#options.ttlMs / 4, 1000), () => {
      this.#sweep()
      this.#cancelSweep = this.#streams.size === 0 ? undefined : this.#scheduleSweep()
    })
  }

  #sweep(): void {
    const oldest = this.#options.clock.now() - this.#options.ttlMs
    this.#pages.clear()
    for (const stream of this.#streams.values()) {
      if (stream.touchedAt <= oldest) this.#release(stream)
    }
  }

  /** Frees a stream's memory; one with followers stays, empty, so that they are still woken. */
  #release(stream: SessionStream): void {
    this.#bufferedBytes -= stream.bytes
    stream.clear()
    if (stream.idle) this.#streams.delete(stream.sessionId)
  }
}

function rankOf(stream: SessionStream): number {
  if (stream.idle) return stream.ended ? 0 : 1
  return stream.ended ? 2 : 3
}
