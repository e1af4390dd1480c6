import type { LoggedEvent } from '../../session/events.ts'
import { UnreachableError } from '../api/problem.ts'
import { request } from '../api/request.ts'
import type { SessionPlan } from '../api/types.ts'
import { fold } from '../log/fold.ts'
import { emptyLog, type SessionLog } from '../log/session-log.ts'
import { untilReached } from './connection.ts'
import { listen, type StreamState } from './event-stream.ts'

/** A session as the page has it: its log so far, and what that says. */
export interface Followed {
  /** What it runs, which no event tells; undefined until it is there. */
  readonly session: SessionPlan | undefined
  /** Append only: a view of it is good up to `log.seq`. */
  readonly events: readonly LoggedEvent[]
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

/** Follows one session from its first event to its last. */
export class SessionFollower {
  #followed: Followed
  readonly #id: string
  readonly #events: LoggedEvent[] = []
  readonly #checkpoints: SessionLog[] = []
  readonly #listeners = new Set<() => void>()
  readonly #ending = new AbortController()
  #folded = 0
  #flushing = false

  constructor(id: string) {
    this.#id = id
    this.#followed = {
      session: undefined,
      events: this.#events,
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

  /** Reads the plan, then the log to its end. */
  async run(): Promise<void> {
    const { signal } = this.#ending
    const path = `/v1/sessions/${encodeURIComponent(this.#id)}`
    try {
      const session = await this.#readSession(path)
      const log = emptyLog(session.steps, session.vars)
      this.#checkpoints.push(log)
      this.#set({ session, log })
      await listen({
        path: `${path}/events`,
        signal,
        onState: (stream) => this.#set({ stream }),
        onMessages: (messages) => {
          for (const { event, data } of messages) {
            if (event === 'stream.hello') this.#greet(data)
            else if (event === 'stream.gap') this.#restart(data)
            else if (event?.startsWith('stream.') === false) this.#events.push(JSON.parse(data))
          }
          this.#flushSoon()
        },
      })
    } catch (error) {
      if (!signal.aborted) this.#set({ error })
    }
  }

  end(): void {
    this.#ending.abort()
  }

  /** The session as it was after an event that has been read. */
  at(seq: number): SessionLog {
    if (seq >= this.#followed.log.seq) return this.#followed.log
    const before = this.#checkpoints.findLast((log) => log.seq <= seq) ?? emptyLog([])
    const first = this.#events[0]?.seq ?? 1
    const from = Math.max(0, before.seq + 1 - first)
    return fold(before, this.#events.slice(from, Math.max(from, seq + 1 - first)))
  }

  /** Until the service can be reached: nothing can be shown before. */
  async #readSession(path: string): Promise<SessionPlan> {
    for (;;) {
      try {
        return await request<SessionPlan>(`${path}/plan`, { signal: this.#ending.signal })
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error
        await untilReached(3000, this.#ending.signal)
      }
    }
  }

  #greet(data: string): void {
    const { next } = JSON.parse(data) as { next: number }
    this.#set({ known: Math.max(next - 1, this.#followed.known) })
  }

  /** What came before is not to be had, or was another log: it begins anew with what is kept. */
  #restart(data: string): void {
    const { first } = JSON.parse(data) as { first: number }
    const [start] = this.#checkpoints
    this.#events.length = 0
    this.#folded = 0
    this.#checkpoints.length = 0
    if (start !== undefined) this.#checkpoints.push(start)
    this.#set({ log: start ?? emptyLog([]), isCut: first > 1 })
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
    this.#set({ log, known: Math.max(log.seq, this.#followed.known) })
  }

  #set(changes: Partial<Followed>): void {
    this.#followed = { ...this.#followed, ...changes }
    for (const listener of [...this.#listeners]) listener()
  }
}
