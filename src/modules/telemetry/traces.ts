import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Commit, Correlation, EncodedEvent, Store } from '../../store/types.ts'
import type { FinishedSpan } from './finished-span.ts'
import { SessionTrace } from './session-trace.ts'
import { traceContextOf } from './trace-context.ts'
import { endingTypes, isTraced, type TracedEvent } from './traced-events.ts'

export interface TracesOptions {
  readonly store: Pick<Store, 'session' | 'readEvents'>
  /** How many sessions are kept at hand; of any other the log is read when one of its spans ends. */
  readonly keep: number
  readonly isSampled: (traceId: string) => boolean
  readonly send: (span: FinishedSpan) => void
  /** Told of spans that could not be made. */
  readonly lost: (why: string) => void
}

const PAGE_EVENTS = 1000
/** Sessions whose logs wait to be read. */
const MAX_BEHIND = 1000

/** What is known of sessions whose spans are open; forgotten at any time, since the log has it all. */
export class Traces {
  readonly #options: TracesOptions
  /** The one used last comes last. */
  readonly #atHand = new Map<string, SessionTrace>()
  /** Sessions whose log is to be read, with the seq of the events that this process has committed. */
  readonly #behind = new Map<string, Set<number>>()
  #reading = Promise.resolve()

  constructor(options: TracesOptions) {
    this.#options = options
  }

  take(event: TracedEvent, commit: Commit): void {
    const { sessionId } = commit
    const behind = this.#behind.get(sessionId)
    if (behind !== undefined) {
      behind.add(event.seq)
      return
    }
    const trace = this.#atHand.get(sessionId) ?? this.#begin(commit)
    if (trace !== undefined && (!trace.isSampled || trace.isReadyFor(event))) {
      this.#keep(sessionId, trace)
      this.#add(sessionId, trace, event)
    } else if (endingTypes.has(event.type)) {
      this.#fallBehind(sessionId, event.seq)
    }
  }

  forget(sessionId: string): void {
    this.#atHand.delete(sessionId)
  }

  /** Resolves when all that was to be read has been. */
  async idle(): Promise<void> {
    let reading: Promise<void>
    do {
      reading = this.#reading
      await reading
    } while (reading !== this.#reading)
  }

  #begin({ created }: Commit): SessionTrace | undefined {
    if (created === undefined) return undefined
    const correlation = JSON.parse(created.correlation) as Correlation
    const context = traceContextOf({ id: created.id, correlation }, this.#options.isSampled)
    return new SessionTrace(created, context)
  }

  #keep(sessionId: string, trace: SessionTrace): void {
    this.#atHand.delete(sessionId)
    this.#atHand.set(sessionId, trace)
    if (this.#atHand.size <= this.#options.keep) return
    const [oldest] = this.#atHand.keys()
    if (oldest !== undefined) this.#atHand.delete(oldest)
  }

  #add(sessionId: string, trace: SessionTrace, event: TracedEvent): void {
    if (isFinal(event)) this.#atHand.delete(sessionId)
    if (!trace.isSampled) return
    this.#send(trace, trace.add(event), isFinal(event))
  }

  #send(trace: SessionTrace, spans: readonly FinishedSpan[], isLast: boolean): void {
    const { forkedFrom } = trace
    if (!isLast || forkedFrom === undefined) spans.forEach(this.#options.send)
    else this.#later(() => this.#sendLinked(spans, forkedFrom))
  }

  /** Nobody but its own record can tell which trace the origin belongs to. */
  async #sendLinked(spans: readonly FinishedSpan[], forkedFrom: string): Promise<void> {
    const { store, isSampled, send } = this.#options
    const origin = await store.session(forkedFrom)
    if (origin === undefined) return spans.forEach(send)
    const link = { context: traceContextOf(origin, isSampled).session }
    for (const span of spans) send({ ...span, links: [link] })
  }

  #fallBehind(sessionId: string, seq: number): void {
    if (this.#behind.size >= MAX_BEHIND) {
      this.#options.lost('too many logs wait to be read')
      return
    }
    this.#atHand.delete(sessionId)
    const own = new Set([seq])
    this.#behind.set(sessionId, own)
    this.#later(() => this.#catchUp(sessionId, own).finally(() => this.#behind.delete(sessionId)))
  }

  /** One log after the other, so that a restart does not ask the store for all of them at once. */
  #later(work: () => Promise<void>): void {
    this.#reading = this.#reading.then(work).catch((error: unknown) => {
      this.#options.lost(error instanceof Error ? error.message : String(error))
    })
  }

  /** Reads the log as far as this process has written it; spans that others ended were sent by them. */
  async #catchUp(sessionId: string, own: ReadonlySet<number>): Promise<void> {
    const { store, isSampled } = this.#options
    const record = await store.session(sessionId)
    if (record === undefined) return
    const { name: workflow = null, version: workflowVersion = null } = record.plan.workflow ?? {}
    const trace = new SessionTrace(
      { ...record, workflow, workflowVersion },
      traceContextOf(record, isSampled),
    )
    let isEnded = false
    let seq = 0
    while (trace.isSampled && seq < Math.max(...own)) {
      const page = await store.readEvents({ sessionId, afterSeq: seq, limit: PAGE_EVENTS })
      for (const encoded of page) {
        seq = encoded.seq
        if (!isTraced(encoded.type)) continue
        const event = decode(encoded)
        isEnded = isFinal(event)
        const spans = trace.add(event)
        if (own.has(seq)) this.#send(trace, spans, isEnded)
      }
      if (page.length === 0) return
      await nextTurn()
    }
    if (!isEnded) this.#keep(sessionId, trace)
  }
}

function decode(event: EncodedEvent): TracedEvent {
  return JSON.parse(event.body) as TracedEvent
}

function isFinal({ type }: TracedEvent): boolean {
  return type === 'session.completed' || type === 'session.failed' || type === 'session.cancelled'
}
