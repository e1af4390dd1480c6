import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { RetryLine } from './retry-line.ts'
import { type CloseReason, newStreamStats, type StreamStats } from './stream-stats.ts'
import { TimerWheel } from './timer-wheel.ts'
import { TurnQueue } from './turn-queue.ts'
import { type Stream, StreamWriter, type WriterSurroundings } from './writer.ts'

/** How long the goodbyes of a shutdown may take to reach slow clients. */
const CLOSE_GRACE_MS = 2000

/** The streams of a process, for the metrics and the shutdown. */
export interface EventStreams {
  /** How many streams are open. */
  readonly open: number
  readonly stats: Readonly<StreamStats>
  /** For each open stream, how many committed events it has yet to be handed. */
  lags(): readonly number[]
  /** Says goodbye on every stream and refuses new ones; resolves when all have ended. */
  closeAll(): Promise<void>
}

export interface RegistryOptions {
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  readonly heartbeatMs: number
  /** How long a client may read nothing before it is cut. */
  readonly stallMs: number
  readonly random: () => number
}

/** Knows every open stream and gives them what they share: one timer, one queue, one set of counters. */
export class StreamRegistry implements EventStreams {
  readonly stats = newStreamStats()
  readonly #writers = new Set<StreamWriter>()
  readonly #surroundings: WriterSurroundings
  #closing: Promise<void> | undefined
  #onEmpty: (() => void) | undefined

  constructor(options: RegistryOptions) {
    this.#surroundings = {
      ...options,
      stats: this.stats,
      wheel: new TimerWheel(options.clock, tickFor(options)),
      turns: new TurnQueue(),
      retries: new RetryLine(options),
      onClosed: (writer, reason) => this.#remove(writer, reason),
    }
  }

  get open(): number {
    return this.#writers.size
  }

  get isClosing(): boolean {
    return this.#closing !== undefined
  }

  /** Opens a stream on a response whose headers are set. */
  start(stream: Stream, opening: string): void {
    const writer = new StreamWriter(stream, this.#surroundings)
    this.#writers.add(writer)
    this.stats.opened += 1
    writer.start(opening)
  }

  lags(): readonly number[] {
    return [...this.#writers].map((writer) => writer.lag)
  }

  closeAll(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#writers.size === 0) return
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve
    })
    for (const writer of this.#writers) writer.sayGoodbye('shutdown')
    const cancel = this.#surroundings.clock.setTimer(CLOSE_GRACE_MS, () => {
      for (const writer of this.#writers) writer.cut('shutdown')
    })
    await empty
    cancel()
  }

  #remove(writer: StreamWriter, reason: CloseReason): void {
    if (!this.#writers.delete(writer)) return
    this.stats.closed[reason] += 1
    if (this.#writers.size === 0) this.#onEmpty?.()
  }
}

/** Heartbeats and cuts may be late by a fifteenth, and by a second at most. */
function tickFor({ heartbeatMs, stallMs }: RegistryOptions): number {
  return Math.min(Math.max(Math.floor(Math.min(heartbeatMs, stallMs) / 15), 10), 1000)
}
