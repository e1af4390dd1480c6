import type { ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Lapse, Permit } from '../../modules/keys/types.ts'
import type { StreamForm } from './form.ts'
import type { StreamedEvent } from './frame.ts'
import type { GoodbyeReason } from './goodbye.ts'
import type { Retrying, RetryLine } from './retry-line.ts'
import type { CloseReason, StreamStats } from './stream-stats.ts'
import type { TimerWheel, WheelEntry } from './timer-wheel.ts'
import type { Pumped, TurnQueue } from './turn-queue.ts'
import type { TypesFilter } from './types-filter.ts'

/** About how much one write carries: enough to make system calls rare, and what a socket buffers. */
const CHUNK_BYTES = 64 * 1024

/** What all writers of a process share. */
export interface WriterSurroundings {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly turns: TurnQueue
  readonly retries: RetryLine
  readonly stats: StreamStats
  readonly log: FastifyBaseLogger
  readonly heartbeatMs: number
  readonly stallMs: number
  readonly random: () => number
  onClosed(writer: StreamWriter, reason: CloseReason): void
}

/** What a stream is read from, as a `Follower` of a session's log is. */
export interface StreamSource {
  readonly cursor: number
  readonly lag: number
  readonly ended: boolean
  pull(maxBytes: number): readonly StreamedEvent[] | Promise<readonly StreamedEvent[]> | undefined
  onWake(listener: () => void): void
  close(): void
}

export interface Stream {
  /** What is followed, for the log. */
  readonly subject: object
  readonly response: ServerResponse
  /** How it is written. */
  readonly form: StreamForm
  readonly follower: StreamSource
  readonly filter: TypesFilter | undefined
  /** What the client was let in by, if that can lapse. */
  readonly permit?: Permit | undefined
  /** The seq the next event was to get when the stream was opened. */
  readonly next: number
  /** What is told before these events: that others, behind the cursor, are not to be had; mostly nothing. */
  gapBefore(events: readonly StreamedEvent[], cursor: number): string
}

/**
 * Writes one follower's events to one response: pull, write, and when the socket is full wait until
 * it drains. There is no queue: what a slow reader has not got yet stays in the log.
 */
export class StreamWriter implements WheelEntry, Pumped, Retrying {
  readonly #stream: Stream
  readonly #around: WriterSurroundings
  #cursor: number
  /** The id the client is known to hold, as far as a filter lets ids through. */
  #markedSeq: number
  #lastWriteAt = 0
  /** When the socket took no more; 0 while it flows. */
  #fullSince = 0
  #reading = false
  /** The store refused the last read; the stream stays open until it may ask again. */
  #refused = false
  #checking = false
  /** Set once the stream is over, though the response may still be flushing. */
  #over: { readonly reason: CloseReason; readonly since: number } | undefined

  constructor(stream: Stream, around: WriterSurroundings) {
    this.#stream = stream
    this.#around = around
    this.#cursor = stream.follower.cursor
    this.#markedSeq = this.#cursor
  }

  get lag(): number {
    return this.#stream.follower.lag
  }

  /** Writes the opening at once, so that the client sees its headers, then what there is. */
  start(opening: string): void {
    const { response, follower } = this.#stream
    const { clock, wheel, turns, heartbeatMs, stallMs } = this.#around
    response.on('drain', () => this.#drained())
    response.on('close', () => this.#closed())
    follower.onWake(() => turns.add(this))
    wheel.add(this, clock.now() + Math.min(heartbeatMs, stallMs))
    this.#write(opening)
    this.pump()
  }

  /** Writes until the socket is full, the store must be waited for, or the tail is reached. */
  pump(): void {
    try {
      while (this.#isReady()) {
        const pulled = this.#stream.follower.pull(CHUNK_BYTES)
        if (pulled === undefined) return
        if (pulled instanceof Promise) this.#await(pulled)
        else this.#deliver(pulled)
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  retry(): void {
    this.#refused = false
    this.pump()
    if (!this.#reading && !this.#refused) this.#around.retries.leave(this)
  }

  onDue(now: number): number {
    const { heartbeatMs, stallMs } = this.#around
    if (this.#over !== undefined) {
      if (now - this.#over.since >= stallMs) this.#stream.response.destroy()
      return now + stallMs
    }
    this.#checkPermit()
    if (this.#fullSince > 0) {
      if (now - this.#fullSince >= stallMs) this.cut('stalled')
      return this.#fullSince + stallMs
    }
    if (now - this.#lastWriteAt >= heartbeatMs)
      this.#write(this.#bookmark() || this.#stream.form.heartbeat)
    return Math.min(this.#lastWriteAt + heartbeatMs, now + stallMs)
  }

  /** Ends the stream before its session's end; a client that does not read is cut instead. */
  sayGoodbye(reason: 'shutdown' | 'unavailable' | Lapse): void {
    if (this.#over !== undefined) return
    if (this.#fullSince > 0) this.cut(reason)
    else this.#end(reason, this.#bookmark() + this.#goodbye(reason))
  }

  /** Closes the connection as it is; the client may resume from the last event it read. */
  cut(reason: CloseReason): void {
    this.#leave(reason)
    this.#stream.response.destroy()
  }

  /** At each heartbeat. While the store cannot tell, whoever was let in may stay. */
  #checkPermit(): void {
    const { permit, subject } = this.#stream
    if (permit === undefined || this.#checking) return
    this.#checking = true
    permit
      .lapse()
      .then(
        (lapse) => lapse !== undefined && this.sayGoodbye(lapse),
        (error: unknown) => {
          this.#around.log.debug({ err: error, ...subject }, 'the key of a stream was not checked')
        },
      )
      .finally(() => {
        this.#checking = false
      })
  }

  #isReady(): boolean {
    return this.#over === undefined && this.#fullSince === 0 && !this.#reading && !this.#refused
  }

  /** What comes from the store goes on in a later turn, so that a long replay leaves room for other work. */
  #await(read: Promise<readonly StreamedEvent[]>): void {
    this.#reading = true
    read.then(
      (events) => {
        this.#reading = false
        this.#around.retries.answered(this)
        if (this.#over === undefined) this.#deliverFromStore(events)
      },
      (error: unknown) => {
        this.#reading = false
        this.#fail(error)
      },
    )
  }

  #deliverFromStore(events: readonly StreamedEvent[]): void {
    try {
      this.#deliver(events)
      this.#around.turns.add(this)
    } catch (error) {
      this.#fail(error)
    }
  }

  #deliver(events: readonly StreamedEvent[]): void {
    const { follower, filter } = this.#stream
    this.#tellGap(this.#stream.gapBefore(events, this.#cursor))
    if (events.length > 0) this.#write(this.#stream.form.events(events, filter))
    this.#count(events)
    const last = events.at(-1)
    if (last !== undefined && (filter === undefined || filter.has(last.type))) {
      this.#markedSeq = last.seq
    }
    this.#cursor = follower.cursor
    if (follower.ended) this.#end('ended', '')
  }

  /** Events were purged while the stream was open. */
  #tellGap(gap: string): void {
    if (gap === '') return
    this.#around.stats.gaps.purged += 1
    this.#write(gap)
  }

  #count(events: readonly StreamedEvent[]): void {
    const { stats } = this.#around
    const { next } = this.#stream
    stats.deliveredEvents += events.length
    const last = events.at(-1)
    if (last === undefined) return
    stats.replayedEvents +=
      last.seq < next ? events.length : events.filter(({ seq }) => seq < next).length
  }

  #goodbye(reason: GoodbyeReason): string {
    return this.#stream.form.goodbye(reason, this.#cursor, this.#around.random)
  }

  /** What tells a client how far the log was looked through where it was shown less; nothing if it knows. */
  #bookmark(): string {
    if (this.#markedSeq === this.#cursor) return ''
    this.#markedSeq = this.#cursor
    return this.#stream.form.bookmark(this.#cursor)
  }

  #write(data: Buffer | string | undefined): void {
    if (data === undefined) return
    const flows = this.#stream.response.write(data)
    this.#lastWriteAt = this.#around.clock.now()
    this.#around.stats.writtenBytes += data.length
    if (!flows) this.#fullSince = this.#lastWriteAt
  }

  #drained(): void {
    this.#fullSince = 0
    this.pump()
  }

  #fail(error: unknown): void {
    if (this.#over !== undefined) return
    const { log, retries } = this.#around
    const { subject } = this.#stream
    const code = error instanceof StepstreamError ? error.code : undefined
    if (code === 'STORAGE_UNAVAILABLE') {
      this.#refused = true
      retries.refused(this, error)
      return
    }
    if (code === 'SESSION_NOT_FOUND') {
      log.warn(subject, 'session was removed while followed')
    } else {
      log.error({ err: error, ...subject }, 'stream failed')
    }
    this.sayGoodbye('unavailable')
  }

  #end(reason: CloseReason, farewell: string): void {
    this.#leave(reason)
    this.#stream.response.end(farewell)
  }

  #leave(reason: CloseReason): void {
    this.#over ??= { reason, since: this.#around.clock.now() }
    this.#stream.follower.close()
    this.#around.retries.leave(this)
  }

  #closed(): void {
    this.#leave('client')
    this.#around.wheel.remove(this)
    this.#around.onClosed(this, this.#over?.reason ?? 'client')
  }
}
