import type { Clock } from '../../clock.ts'
import type { AttemptReport } from '../../session/commands.ts'

export interface ReporterOptions {
  readonly clock: Clock
  /** How much output of one attempt is kept. */
  readonly limitBytes: number
  readonly mask: (text: string) => string
  readonly send: (reports: readonly AttemptReport[]) => void
}

/** Output is gathered this long, or until it is this much, before it becomes an event. */
const GATHER_MS = 100
const GATHER_CHARS = 8192

type Stream = 'stdout' | 'stderr'

/** Gathers what a running attempt says into few events, and caps it. */
export class Reporter {
  readonly #options: ReporterOptions
  #chunks: { stream: Stream; text: string }[] = []
  #gathered = 0
  #kept = 0
  #truncated = false
  #progress: { percent?: number; message?: string } | undefined
  #warnings: { code: string; message: string }[] = []
  #cancelTimer: (() => void) | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  output(stream: Stream, text: string): void {
    if (this.#truncated || text === '') return
    const room = this.#options.limitBytes - this.#kept
    const bytes = Buffer.byteLength(text)
    this.#truncated = bytes > room
    const kept = this.#truncated ? Buffer.from(text).subarray(0, room).toString() : text
    this.#kept += Math.min(bytes, room)
    const last = this.#chunks.at(-1)
    if (last?.stream === stream) last.text += kept
    else this.#chunks.push({ stream, text: kept })
    this.#gathered += kept.length
    if (this.#gathered >= GATHER_CHARS || this.#truncated) this.flush()
    else this.#schedule()
  }

  progress(progress: { percent?: number; message?: string }): void {
    this.#progress = progress
    this.#schedule()
  }

  warn(code: string, message: string): void {
    this.#warnings.push({ code, message })
    this.#schedule()
  }

  /** Sends what has been gathered. */
  flush(): void {
    // Whatever was gathered has armed the timer.
    if (this.#cancelTimer === undefined && this.#gathered === 0) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const reports = [...this.#outputs(), ...this.#progresses(), ...this.#warned()]
    this.#chunks = []
    this.#gathered = 0
    this.#progress = undefined
    this.#warnings = []
    if (reports.length > 0) this.#options.send(reports)
  }

  #schedule(): void {
    this.#cancelTimer ??= this.#options.clock.setTimer(GATHER_MS, () => this.flush())
  }

  #outputs(): AttemptReport[] {
    const pieces = this.#chunks.flatMap(({ stream, text }) =>
      splitText(this.#options.mask(text)).map((piece) => ({ stream, text: piece })),
    )
    return pieces.map((data, index) => {
      const last = this.#truncated && index === pieces.length - 1
      return { type: 'step.output', data: last ? { ...data, truncated: true } : data }
    })
  }

  #progresses(): AttemptReport[] {
    if (this.#progress === undefined) return []
    const { percent, message } = this.#progress
    const data = {
      ...(percent === undefined ? {} : { percent }),
      ...(message === undefined ? {} : { message: clip(this.#options.mask(message)) }),
    }
    return [{ type: 'step.progress', data }]
  }

  #warned(): AttemptReport[] {
    return this.#warnings.map(({ code, message }) => ({
      type: 'warning.issued',
      data: { code: clip(code), message: clip(this.#options.mask(message)) },
    }))
  }
}

/** Pieces small enough for an event each, never splitting a character. */
function splitText(text: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + GATHER_CHARS, text.length)
    const code = text.charCodeAt(end - 1)
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end -= 1
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

function clip(text: string): string {
  return text.length <= GATHER_CHARS ? text : `${text.slice(0, GATHER_CHARS)}…`
}
