import type { Clock } from '../../clock.ts'
import type { Json } from '../../json.ts'
import { clipMessage, firstBytes, REPORT_CHARS, splitText } from '../../report-text.ts'
import type { AttemptReport } from '../../session/commands.ts'
import { isObserved, type Observed, observedData } from '../../session/observed.ts'
import type { AttemptSecrets } from './secrets.ts'

export interface ReporterOptions {
  readonly clock: Clock
  /** How much output of one attempt is kept. */
  readonly limitBytes: number
  readonly secrets: Pick<AttemptSecrets, 'mask' | 'maskAll' | 'openEnd'>
  readonly send: (reports: readonly AttemptReport[]) => void
}

/** Output is gathered this long, or until it is this much, before it becomes an event. */
const GATHER_MS = 100
const GATHER_CHARS = REPORT_CHARS

type Stream = 'stdout' | 'stderr'

interface Chunk {
  readonly stream: Stream
  text: string
  /** Left over from the flush before: what comes next on its stream belongs to it. */
  held: boolean
}

/**
 * Gathers what a running attempt says into few events, and caps it. Foreign code speaks here, so
 * nothing is taken for what its type says; and a secret cut in two by an event's end is held back
 * until the rest of it has come.
 */
export class Reporter {
  readonly #options: ReporterOptions
  #chunks: Chunk[] = []
  #gathered = 0
  #kept = 0
  #truncated = false
  #closed = false
  #progress: { percent?: number; message?: string } | undefined
  #observed: Observed[] = []
  #cancelTimer: (() => void) | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  output(stream: Stream, text: string): void {
    if (this.#closed || this.#truncated || text === '') return
    const room = this.#options.limitBytes - this.#kept
    const bytes = Buffer.byteLength(text)
    this.#truncated = bytes > room
    const kept = this.#truncated ? firstBytes(text, room) : text
    this.#kept += Math.min(bytes, room)
    this.#append(stream === 'stderr' ? 'stderr' : 'stdout', kept)
    if (this.#gathered >= GATHER_CHARS || this.#truncated) this.#flush()
    else this.#schedule()
  }

  progress({ percent, message }: { percent?: number; message?: string }): void {
    this.#progress = {
      ...(Number.isFinite(percent) ? { percent: Number(percent) } : {}),
      ...(message === undefined ? {} : { message: String(message) }),
    }
    this.#schedule()
  }

  warn(code: string, message: string): void {
    this.observe({
      type: 'warning.issued',
      data: { code: String(code), message: String(message) },
    })
  }

  /** What it is to say of its work, in the order in which it is told. */
  observe(observed: Observed): void {
    if (this.#closed) return
    this.#observed.push(readObserved(observed))
    this.#schedule()
  }

  /** Sends what has been gathered; from now on nothing is heard. */
  close(): void {
    this.#closed = true
    this.#flush()
  }

  #append(stream: Stream, text: string): void {
    this.#gathered += text.length
    const held = this.#chunks.find((chunk) => chunk.held && chunk.stream === stream)
    const open = held ?? this.#chunks.at(-1)
    if (open?.stream !== stream) {
      this.#chunks.push({ stream, text, held: false })
    } else {
      open.text += text
      open.held = false
    }
  }

  #flush(): void {
    // Whatever was gathered has armed the timer, but for what was held back.
    if (this.#cancelTimer === undefined && this.#gathered === 0) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const held = this.#holdBack()
    const reports = [...this.#outputs(), ...this.#progresses(), ...this.#told()]
    this.#chunks = held
    this.#gathered = held.reduce((length, { text }) => length + text.length, 0)
    this.#progress = undefined
    this.#observed = []
    if (reports.length > 0) this.#options.send(reports)
  }

  /** Takes what may be the beginning of a secret off the end of each stream. */
  #holdBack(): Chunk[] {
    if (this.#closed && !this.#truncated) return []
    const held: Chunk[] = []
    for (const stream of ['stdout', 'stderr'] as const) {
      const chunk = this.#chunks.findLast((candidate) => candidate.stream === stream)
      const length = chunk === undefined ? 0 : this.#options.secrets.openEnd(chunk.text)
      if (chunk === undefined || length === 0) continue
      const end = chunk.text.length - length
      held.push({ stream, text: chunk.text.slice(end), held: true })
      chunk.text = chunk.text.slice(0, end)
    }
    // What was cut off at the limit never comes, so its beginning says too much.
    return this.#truncated ? [] : held
  }

  #schedule(): void {
    if (this.#closed) return
    this.#cancelTimer ??= this.#options.clock.setTimer(GATHER_MS, () => this.#flush())
  }

  #outputs(): AttemptReport[] {
    const pieces = this.#chunks.flatMap(({ stream, text }) =>
      splitText(this.#options.secrets.mask(text)).map((piece) => ({ stream, text: piece })),
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
      ...(message === undefined
        ? {}
        : { message: clipMessage(this.#options.secrets.mask(message)) }),
    }
    return [{ type: 'step.progress', data }]
  }

  #told(): AttemptReport[] {
    return this.#observed.map(({ type, data }) => {
      const masked = this.#options.secrets.maskAll(data as unknown as Json)
      return { type, data: clipAll(masked) } as unknown as Observed
    })
  }
}

/** An event as its type says, in JSON; one that is not so becomes a warning. */
function readObserved(observed: Observed): Observed {
  if (observed !== undefined && isObserved(observed)) {
    const parsed = observedData[observed.type].safeParse(observed.data)
    if (parsed.success) {
      return { type: observed.type, data: JSON.parse(JSON.stringify(parsed.data)) } as Observed
    }
  }
  const message = `an event of type ${String(observed?.type)} was told that is none`
  return { type: 'warning.issued', data: { code: 'EVENT_REFUSED', message } }
}

/** Every string in a value as an event carries it. */
function clipAll(value: Json): Json {
  if (typeof value === 'string') return clipMessage(value)
  if (Array.isArray(value)) return value.map(clipAll)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clipAll(item)]))
}
