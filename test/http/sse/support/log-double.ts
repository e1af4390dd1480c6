import type { EventType } from '../../../../src/session/events.ts'
import type { Commit, EncodedEvent, ReadEvents, Store } from '../../../../src/store/types.ts'

interface Log {
  readonly tenant: string
  first: number
  events: EncodedEvent[]
  ended: boolean
}

/**
 * The part of a store that streams need, in memory: it commits at once, counts reads, and lets a
 * test hold reads back, make them fail, or remove old events.
 */
export class LogDouble implements Pick<Store, 'readEvents' | 'extent' | 'onCommit'> {
  readonly #logs = new Map<string, Log>()
  readonly #listeners: ((commits: readonly Commit[]) => void)[] = []
  #held: (() => void)[] | undefined
  reads = 0
  fault: Error | undefined

  create(sessionId: string, tenant = 'default'): void {
    this.#logs.set(sessionId, { tenant, first: 1, events: [], ended: false })
  }

  /** Commits events with the next seqs; `publish: false` leaves the listeners out. */
  append(sessionId: string, drafts: readonly Draft[], { publish = true } = {}): Commit {
    const log = this.#log(sessionId)
    const next = log.first + log.events.length
    const events = drafts.map((draft, index) => encode(sessionId, next + index, draft))
    log.events.push(...events)
    log.ended ||= events.some(({ type }) => type === 'session.completed')
    const { tenant } = log
    const commit = { sessionId, tenant, events, status: undefined }
    if (publish) for (const listener of this.#listeners) listener([commit])
    return commit
  }

  outputs(sessionId: string, count: number): Commit {
    return this.append(
      sessionId,
      Array.from({ length: count }, (_, index) => output(`line ${index}`)),
    )
  }

  end(sessionId: string): Commit {
    return this.append(sessionId, [{ type: 'session.completed', data: { status: 'completed' } }])
  }

  /** Every event of the log that is left. */
  events(sessionId: string): readonly EncodedEvent[] {
    return this.#log(sessionId).events
  }

  /** Drops the events before `first`. */
  purgeBefore(sessionId: string, first: number): void {
    const log = this.#log(sessionId)
    log.events = log.events.slice(first - log.first)
    log.first = first
  }

  remove(sessionId: string): void {
    this.#logs.delete(sessionId)
  }

  /** From now on reads take their snapshot at once but answer only after the returned function was called. */
  hold(): () => void {
    const held: (() => void)[] = []
    this.#held = held
    return () => {
      this.#held = undefined
      for (const release of held) release()
    }
  }

  onCommit(listener: (commits: readonly Commit[]) => void): void {
    this.#listeners.push(listener)
  }

  async readEvents({ sessionId, afterSeq, limit, maxBytes, only }: ReadEvents) {
    this.reads += 1
    if (this.fault !== undefined) throw this.fault
    const log = this.#logs.get(sessionId)
    const from = Math.max(afterSeq + 1 - (log?.first ?? 1), 0)
    const page: EncodedEvent[] = []
    let bytes = 0
    for (let index = from; index < (log?.events.length ?? 0); index += 1) {
      if (page.length >= limit || bytes >= (maxBytes ?? Number.POSITIVE_INFINITY)) break
      const event = log?.events[index]
      if (event === undefined || event.seq > (only?.upToSeq ?? event.seq)) break
      if (only !== undefined && !only.types.includes(event.type)) continue
      page.push({ ...event })
      bytes += event.body.length
    }
    const held = this.#held
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve))
    return page
  }

  async extent(sessionId: string) {
    if (this.fault !== undefined) throw this.fault
    const log = this.#logs.get(sessionId)
    if (log === undefined) return undefined
    const { tenant, first, ended } = log
    return { tenant, first, next: first + log.events.length, ended }
  }

  #log(sessionId: string): Log {
    const log = this.#logs.get(sessionId)
    if (log === undefined) throw new Error(`no log ${sessionId}`)
    return log
  }
}

export interface Draft {
  readonly type: EventType
  readonly data: object
}

export function output(text: string): Draft {
  return { type: 'step.output', data: { stream: 'stdout', text } }
}

function encode(sessionId: string, seq: number, { type, data }: Draft): EncodedEvent {
  const at = new Date(Date.UTC(2026, 0, 1) + seq).toISOString()
  return { seq, type, body: JSON.stringify({ seq, type, at, sessionId, data }) }
}
