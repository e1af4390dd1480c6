import type { LoggedEvent } from '../../session/events.ts'
import { ProblemError } from '../api/problem.ts'
import { request } from '../api/request.ts'
import type { SessionPlan } from '../api/types.ts'
import { countUpTo } from '../log/count-up-to.ts'
import { fold } from '../log/fold.ts'
import { emptyLog, type SessionLog } from '../log/session-log.ts'
import { EventBook } from './event-book.ts'
import { listen, type StreamState } from './event-stream.ts'
import type { LogPage, ReadPage } from './log-page.ts'
import { pagesOf, patiently } from './read-pages.ts'

/** A session as the page has it: its log so far, and what that says. */
export interface Followed {
  /** What it runs, which no event tells; undefined until it is there. */
  readonly session: SessionPlan | undefined
  /** Append only, in order: a view of it is good up to `log.seq`. Of a long log what its steps put out is left out. */
  readonly events: readonly LoggedEvent[]
  /** All events by their seq, read as they are looked at. */
  readonly book: EventBook
  readonly log: SessionLog
  readonly stream: StreamState
  /** How many events there are in all, as far as it is known: the log is still being read below it. */
  readonly known: number
  readonly error: unknown
  /** Older events are not kept any more. */
  readonly isCut: boolean
}

const FLUSH_MS = 60
/** While so many events are still to come, showing each moment would only put off the last. */
const BEHIND_EVENTS = 5000
const BEHIND_FLUSH_MS = 400
const CHECKPOINT_EVERY = 5000
/** The first page tells how long the log is. */
const FIRST_EVENTS = 1000
const PAGE_EVENTS = 5000
/** Of a log with so many events to come, what its steps put out is read when it is looked at. */
const LONG_LOG_EVENTS = 5000
const ALL_BUT_OUTPUT = '-step.output'

/** Follows one session from its first event to its last. */
export class SessionFollower {
  #followed: Followed
  readonly #events: LoggedEvent[] = []
  readonly #checkpoints: SessionLog[] = []
  readonly #listeners = new Set<() => void>()
  readonly #ending = new AbortController()
  readonly #path: string
  readonly #readPage: ReadPage
  #folded = 0
  /** The last event that was read; what lies before it and was left out says nothing of the state. */
  #cursor = 0
  #flushing = false

  constructor(id: string) {
    this.#path = `/v1/sessions/${encodeURIComponent(id)}`
    this.#readPage = pagesOf(this.#path, this.#ending.signal)
    this.#followed = {
      session: undefined,
      events: this.#events,
      book: new EventBook(this.#readPage),
      log: emptyLog([]),
      stream: 'connecting',
      known: 0,
      error: undefined,
      isCut: false,
    }
  }

  get = (): Followed => this.#followed

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Reads the plan and what the log has by now, then follows it to its end. */
  async run(): Promise<void> {
    const { signal } = this.#ending
    try {
      const [session, page] = await Promise.all([
        patiently(() => request<SessionPlan>(`${this.#path}/plan`, { signal }), signal),
        this.#readPage({ limit: FIRST_EVENTS }),
      ])
      const log = emptyLog(session.steps, session.vars, session.groups)
      this.#checkpoints.push(log)
      this.#begin(page)
      this.#set({ session, log })
      const hasEnded = await this.#catchUp(page)
      if (hasEnded) this.#set({ stream: 'ended' })
      else await this.#listen()
    } catch (error) {
      if (!signal.aborted) this.#set({ error })
    }
  }

  /** Reads page by page what the log holds; whether that was all there will ever be. */
  async #catchUp(first: LogPage): Promise<boolean> {
    let page = first
    const isLong = first.last - first.next > LONG_LOG_EVENTS
    const types = isLong ? ALL_BUT_OUTPUT : undefined
    this.#take(page)
    while (!page.upToDate) {
      const read = this.#readPage({ after: page.next, limit: PAGE_EVENTS, types })
      const next = await read.catch(refusedCursor)
      // What was read is another log, or was removed: the stream says which.
      if (next === undefined) return false
      page = next
      this.#take(page)
    }
    this.#flush()
    return page.ended
  }

  #listen(): Promise<void> {
    return listen({
      path: `${this.#path}/events`,
      after: String(this.#cursor),
      signal: this.#ending.signal,
      onState: (stream) => this.#set({ stream }),
      onMessages: (messages) => {
        const events: LoggedEvent[] = []
        for (const { event, data } of messages) {
          if (event === 'stream.hello') this.#greet(data)
          else if (event === 'stream.gap') {
            events.length = 0
            this.#restart(data)
          } else if (event?.startsWith('stream.') === false) events.push(JSON.parse(data))
        }
        this.#add(events)
        this.#flushSoon()
      },
    })
  }

  end(): void {
    this.#ending.abort()
  }

  /** The session as it was after an event that has been read. */
  at(seq: number): SessionLog {
    if (seq >= this.#followed.log.seq) return this.#followed.log
    const before = this.#checkpoints.findLast((log) => log.seq <= seq) ?? emptyLog([])
    const from = countUpTo(this.#events, before.seq)
    return { ...fold(before, this.#events.slice(from, countUpTo(this.#events, seq))), seq }
  }

  #begin({ events: [first] }: LogPage): void {
    const { book } = this.#followed
    book.first = first?.seq ?? 1
    this.#set({ isCut: book.first > 1 })
  }

  #take({ events, next, last }: LogPage): void {
    this.#add(events)
    this.#cursor = next
    this.#know(last)
    this.#flushSoon()
  }

  #add(events: readonly LoggedEvent[]): void {
    const last = events.at(-1)
    if (last === undefined) return
    for (const event of events) this.#events.push(event)
    this.#followed.book.put(events)
    this.#cursor = last.seq
  }

  #know(last: number): void {
    const { book, known } = this.#followed
    book.last = Math.max(book.last, last)
    if (last > known) this.#set({ known: last })
  }

  #greet(data: string): void {
    const { next } = JSON.parse(data) as { next: number }
    this.#know(next - 1)
  }

  /** What came before is not to be had, or was another log: it begins anew with what is kept. */
  #restart(data: string): void {
    const { first, next } = JSON.parse(data) as { first: number; next: number }
    const [start] = this.#checkpoints
    this.#events.length = 0
    this.#folded = 0
    this.#cursor = 0
    this.#checkpoints.length = 0
    if (start !== undefined) this.#checkpoints.push(start)
    const book = new EventBook(this.#readPage)
    book.first = first
    book.last = next - 1
    this.#set({ log: start ?? emptyLog([]), book, known: next - 1, isCut: first > 1 })
  }

  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    const { known, log } = this.#followed
    const isBehind = log.seq > 0 && known - log.seq > BEHIND_EVENTS
    const afterMs = isBehind ? BEHIND_FLUSH_MS : FLUSH_MS
    setTimeout(() => {
      this.#flushing = false
      this.#flush()
    }, afterMs)
  }

  #flush(): void {
    let { log } = this.#followed
    while (this.#folded < this.#events.length) {
      const upTo = Math.min(this.#events.length, this.#folded + CHECKPOINT_EVERY)
      log = fold(log, this.#events.slice(this.#folded, upTo))
      this.#folded = upTo
      if (log.seq - (this.#checkpoints.at(-1)?.seq ?? 0) >= CHECKPOINT_EVERY) {
        this.#checkpoints.push(log)
      }
    }
    log = { ...log, seq: this.#cursor }
    this.#set({ log, known: Math.max(log.seq, this.#followed.known) })
  }

  #set(changes: Partial<Followed>): void {
    this.#followed = { ...this.#followed, ...changes }
    for (const listener of [...this.#listeners]) listener()
  }
}

/** @throws whatever else it was */
function refusedCursor(error: unknown): undefined {
  if (error instanceof ProblemError && error.problem.code === 'INVALID_CURSOR') return undefined
  throw error
}
