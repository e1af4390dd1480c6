import { Refused, Unavailable } from './refusals.ts'
import type { OutputPart, ServiceApi } from './service-api.ts'

/** Why the work is to stop; `lost`: others have it, or may have. */
export type StopReason = 'lost' | 'cancel'

export interface HeartOptions {
  readonly api: Pick<ServiceApi, 'heartbeat'>
  readonly interactionId: string
  readonly leaseMs: number
  onStop(reason: StopReason, detail: string): void
}

/** How soon output is sent. */
const GATHER_MS = 250

/** How much of it at once: the service takes 1 MiB of JSON, where a control character has six bytes. */
const MAX_CHARS = 128 * 1024
const MAX_PARTS = 500

/**
 * Keeps an interaction by heartbeats, and sends with them what the command writes. What the service
 * has not heard of for as long as the lease, it has given to others: the work stops then.
 */
export class Heart {
  readonly #options: HeartOptions
  readonly #everyMs: number
  #parts: OutputPart[] = []
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** It beats soon, or must not before its time: what is written changes nothing about when. */
  #isTimed = false
  #endOfLease: NodeJS.Timeout
  /** By a clock that nobody sets. */
  #keptAt = performance.now()
  #isDone = false
  #isOver = false

  constructor(options: HeartOptions) {
    this.#options = options
    this.#everyMs = Math.min(Math.max(options.leaseMs / 5, 1000), 10_000)
    this.#beatIn(this.#everyMs)
    this.#endOfLease = setTimeout(() => this.#watch(), options.leaseMs)
  }

  output(stream: OutputPart['stream'], text: string): void {
    if (this.#isOver) return
    const last = this.#parts.at(-1)
    if (last?.stream === stream)
      this.#parts[this.#parts.length - 1] = { stream, text: last.text + text }
    else this.#parts.push({ stream, text })
    if (this.#sending !== undefined || this.#isTimed) return
    this.#isTimed = true
    this.#beatIn(GATHER_MS)
  }

  /** The work is done: nothing stops it now, and what it has written is sent as far as the service is there. */
  async finish(): Promise<void> {
    this.#isDone = true
    while (this.#parts.length > 0 && !this.#isOver) {
      const before = this.#keptAt
      await this.#beat()
      if (this.#keptAt === before) return
    }
  }

  stop(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    clearTimeout(this.#endOfLease)
  }

  /** Whatever becomes of a heartbeat that is under way: others have the work now. */
  #watch(): void {
    const leftMs = this.#keptAt + this.#options.leaseMs - performance.now()
    if (leftMs <= 0)
      return this.#end('lost', 'the service has not answered for as long as the lease')
    this.#endOfLease = setTimeout(() => this.#watch(), leftMs)
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isOver) this.#timer = setTimeout(() => void this.#beat(), ms)
  }

  #beat(): Promise<void> {
    this.#sending ??= this.#send().then((isThere) => {
      this.#sending = undefined
      const isSoon = isThere && this.#parts.length > 0
      this.#isTimed = isSoon || !isThere
      this.#beatIn(isSoon ? GATHER_MS : this.#everyMs)
    })
    return this.#sending
  }

  /** Whether the service has answered. */
  async #send(): Promise<boolean> {
    const { api, interactionId } = this.#options
    const sentAt = performance.now()
    const parts = this.#take()
    try {
      const { cancel, reason = 'cancelled' } = await api.heartbeat(interactionId, parts)
      this.#keptAt = sentAt
      if (cancel) this.#end('cancel', reason)
      return true
    } catch (error) {
      if (error instanceof Refused) this.#end('lost', error.message)
      else if (error instanceof Unavailable) this.#parts = [...parts, ...this.#parts]
      else throw error
      return false
    }
  }

  /** As much of the output as one call carries. */
  #take(): readonly OutputPart[] {
    const taken: OutputPart[] = []
    let room = MAX_CHARS
    while (room > 0 && taken.length < MAX_PARTS) {
      const part = this.#parts.shift()
      if (part === undefined) break
      const text = wholeCharacters(part.text, room)
      taken.push({ stream: part.stream, text })
      if (text.length < part.text.length) {
        this.#parts.unshift({ stream: part.stream, text: part.text.slice(text.length) })
      }
      room -= text.length
    }
    return taken
  }

  #end(reason: StopReason, detail: string): void {
    if (this.#isOver || this.#isDone) return
    this.stop()
    this.#options.onStop(reason, detail)
  }
}

/** The beginning of a text, never half of a character. */
function wholeCharacters(text: string, length: number): string {
  const code = text.charCodeAt(length - 1)
  const isSplit = length > 1 && length < text.length && code >= 0xd800 && code <= 0xdbff
  return text.slice(0, isSplit ? length - 1 : length)
}
