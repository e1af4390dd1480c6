import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { SessionCommand } from '../../session/commands.ts'
import { transition } from '../../session/decide.ts'
import type { SessionEvent } from '../../session/events.ts'
import { fold } from '../../session/evolve.ts'
import { initialState, type SessionState } from '../../session/state.ts'
import type { SessionStatus } from '../../session/status.ts'
import {
  ConflictError,
  type Created,
  type EncodedEvent,
  type IdempotencyClaim,
  type SessionRecord,
  type SessionSummary,
  type Store,
} from '../../store/types.ts'
import { decodeEvent, encodeEvent } from './encode.ts'
import { sameSummary, summaryOf } from './summary.ts'
import type { CurrentSession, SessionCoordinator, UnstartedSession } from './types.ts'

export interface CoordinatorOptions {
  readonly store: Store
  readonly clock: Clock
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  /** How many new sessions keep their state at hand for the drive that follows. */
  readonly keepNew: number
  /** Told of each status a session takes, once it is on disk. */
  readonly onStatus?: (session: SessionRecord, status: SessionStatus) => void
}

/** Reading a log in pages keeps the event loop free and memory flat. */
const PAGE_EVENTS = 1000

/** How often a command is decided anew because somebody else wrote in between. */
const MAX_CONFLICTS = 50

interface Entry {
  readonly record: SessionRecord
  /** With everything decided so far; what is still on its way to the disk included. */
  ahead: SessionState
  /** What is on disk. */
  committed: SessionState
  summary: SessionSummary
  /** Somebody drives the session: its state stays at hand. */
  held: boolean
  pending: number
  /** The last write under way, or the last one done. */
  lastAppend: Promise<void>
}

/** The coordinator of one process. */
export function createSessionCoordinator(options: CoordinatorOptions): SessionCoordinator {
  const { store, clock, random } = options
  const entries = new Map<string, Entry>()
  const loading = new Map<string, Promise<Entry | undefined>>()
  let draining = false

  return { create, dispatch, current, hold, forget, drain }

  async function create(
    session: UnstartedSession,
    idempotency?: IdempotencyClaim,
  ): Promise<Created> {
    const record: SessionRecord = { ...session, status: 'queued', wakeAt: null, endedAt: null }
    const event = createdEvent(record)
    const created = await store.createSession({
      session: record,
      events: [encodeEvent(record.id, 1, event)],
      ...(idempotency === undefined ? {} : { idempotency }),
    })
    if (!created.created) return created
    options.onStatus?.(record, record.status)
    if (entries.size < options.keepNew) {
      const state = fold(initialState(record), [event])
      entries.set(record.id, entryOf(record, state, true))
    }
    return created
  }

  async function dispatch(
    sessionId: string,
    command: SessionCommand,
    by: 'driver' | 'caller',
  ): Promise<SessionState> {
    for (let conflicts = 0; ; conflicts++) {
      const entry = entries.get(sessionId) ?? (await load(sessionId))
      if (entry === undefined) throw notFound(sessionId)
      try {
        return await decideAndAppend(entry, command, by === 'driver' && !draining)
      } catch (error) {
        if (!(error instanceof ConflictError) || conflicts >= MAX_CONFLICTS) throw error
      } finally {
        drop(entry)
      }
    }
  }

  async function decideAndAppend(
    entry: Entry,
    command: SessionCommand,
    mayStart: boolean,
  ): Promise<SessionState> {
    const before = entry.ahead
    const context = { now: clock.now(), random: random(), mayStart }
    const { events, state } = transition(command, before, context)
    if (events.length === 0) {
      await entry.lastAppend
      return before
    }
    const { id } = entry.record
    // Encoded before anything is changed: an event that cannot be must not leave a trace.
    const encoded = events.map((event, index) => encodeEvent(id, before.seq + index + 1, event))
    entry.ahead = state
    entry.pending += 1
    entry.lastAppend = append(entry, before.seq, encoded)
    try {
      await entry.lastAppend
      entry.committed = state
      if (state.status !== before.status) options.onStatus?.(entry.record, state.status)
      return state
    } catch (error) {
      // What was decided on top of a refused write is void: the log says what is true.
      if (entries.get(entry.record.id) === entry) entries.delete(entry.record.id)
      throw error
    } finally {
      entry.pending -= 1
    }
  }

  function append(
    entry: Entry,
    expectedSeq: number,
    events: readonly EncodedEvent[],
  ): Promise<void> {
    const { id, tenant } = entry.record
    const summary = summaryOf(entry.ahead)
    const changed = !sameSummary(entry.summary, summary)
    entry.summary = summary
    return store.append({
      sessionId: id,
      tenant,
      expectedSeq,
      events,
      ...(changed ? { summary } : {}),
    })
  }

  async function current(sessionId: string): Promise<CurrentSession | undefined> {
    const entry = entries.get(sessionId) ?? (await load(sessionId))
    if (entry === undefined) return undefined
    drop(entry)
    return currentOf(entry)
  }

  async function hold(sessionId: string): Promise<CurrentSession | undefined> {
    const entry = entries.get(sessionId) ?? (await load(sessionId))
    if (entry === undefined) return undefined
    entry.held = true
    return currentOf(entry)
  }

  function forget(sessionId: string): void {
    const entry = entries.get(sessionId)
    if (entry === undefined) return
    entry.held = false
    drop(entry)
  }

  /** Lets go of a state that nobody holds and that no write is on its way for. */
  function drop(entry: Entry): void {
    const { id } = entry.record
    if (!entry.held && entry.pending === 0 && entries.get(id) === entry) entries.delete(id)
  }

  function drain(): void {
    draining = true
  }

  /** Reads a session once, however many ask for it meanwhile. */
  function load(sessionId: string): Promise<Entry | undefined> {
    const under = loading.get(sessionId)
    if (under !== undefined) return under
    const reading = read(sessionId).finally(() => loading.delete(sessionId))
    loading.set(sessionId, reading)
    return reading
  }

  async function read(sessionId: string): Promise<Entry | undefined> {
    const record = await store.session(sessionId)
    if (record === undefined) return undefined
    let state = initialState(record)
    for (;;) {
      const page = await store.readEvents({ sessionId, afterSeq: state.seq, limit: PAGE_EVENTS })
      state = fold(state, page.map(decodeEvent))
      if (page.length < PAGE_EVENTS) break
      await nextTurn()
    }
    const entry = entryOf(record, state, false)
    entries.set(sessionId, entry)
    return entry
  }
}

function currentOf(entry: Entry): CurrentSession {
  return { record: entry.record, state: entry.committed }
}

function entryOf(record: SessionRecord, state: SessionState, held: boolean): Entry {
  const summary = summaryOf(state)
  return {
    record,
    ahead: state,
    committed: state,
    summary,
    held,
    pending: 0,
    lastAppend: Promise.resolve(),
  }
}

function createdEvent(record: SessionRecord): SessionEvent {
  return {
    type: 'session.created',
    at: new Date(record.createdAt).toISOString(),
    data: {
      ...(record.name === null ? {} : { name: record.name }),
      totalSteps: record.plan.steps.length,
      onFailure: record.plan.onFailure,
      correlationId: record.correlation.id,
    },
  }
}

function notFound(sessionId: string): StepstreamError {
  return new StepstreamError('SESSION_NOT_FOUND', `there is no session ${sessionId}`)
}
