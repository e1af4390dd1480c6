import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'

/** How long the store is left alone after it refused: shortest, and how far the longest may grow. */
const SHORTEST_MS = 500
const LONGEST_MS = 5000

/** How many streams read at once when the store answers again. */
const AT_ONCE = 8

export interface Retrying {
  /** Asks the store again, and tells the line what came of it. */
  retry(): void
}

export interface RetryLineOptions {
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** Yields numbers in [0, 1). */
  readonly random: () => number
}

/**
 * Streams whose read the store refused. After a pause one of them asks again, and once it got
 * through the others follow a few at a time: thousands of streams must not come upon a database
 * that has only just returned all at once.
 */
export class RetryLine {
  readonly #options: RetryLineOptions
  readonly #waiting = new Set<Retrying>()
  readonly #trying = new Set<Retrying>()
  #longestMs = SHORTEST_MS
  #cancelPause: (() => void) | undefined
  /** Whether the store has answered since it last refused. */
  #answers = false
  #releasing = false

  constructor(options: RetryLineOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#waiting.size + this.#trying.size
  }

  /** The store refused a stream's read. */
  refused(stream: Retrying, error: unknown): void {
    if (this.size === 0) this.#options.log.warn({ err: error }, 'open streams wait for the store')
    this.#trying.delete(stream)
    this.#waiting.add(stream)
    this.#answers = false
    if (this.#trying.size === 0) this.#cancelPause ??= this.#pause()
  }

  /** The store answered a stream's read. */
  answered(stream: Retrying): void {
    if (!this.#trying.has(stream)) return
    this.#answers = true
    this.leave(stream)
    if (this.size === 0) this.#options.log.info('open streams go on')
  }

  /** A stream is over, or needs the store no more. */
  leave(stream: Retrying): void {
    if (this.#trying.delete(stream)) this.#release()
    else this.#waiting.delete(stream)
    if (this.size > 0) return
    this.#longestMs = SHORTEST_MS
    this.#cancelPause?.()
    this.#cancelPause = undefined
  }

  #pause(): () => void {
    const { clock, random } = this.#options
    this.#longestMs = Math.min(this.#longestMs * 2, LONGEST_MS)
    const pauseMs = SHORTEST_MS + random() * (this.#longestMs - SHORTEST_MS)
    return clock.setTimer(pauseMs, () => {
      this.#cancelPause = undefined
      this.#release()
    })
  }

  /** Lets those go that come next. One that is done at once makes room for another in the same loop. */
  #release(): void {
    if (this.#releasing || this.#cancelPause !== undefined) return
    this.#releasing = true
    try {
      for (const stream of this.#waiting) {
        if (this.#cancelPause !== undefined) break
        if (this.#trying.size >= (this.#answers ? AT_ONCE : 1)) break
        this.#waiting.delete(stream)
        this.#trying.add(stream)
        stream.retry()
      }
    } finally {
      this.#releasing = false
    }
  }
}
