import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { SessionCommand } from '../../session/commands.ts'
import { transition } from '../../session/decide.ts'
import type { Origin, SessionEvent } from '../../session/events.ts'
import { fold } from '../../session/evolve.ts'
import { initialState, type SessionState } from '../../session/state.ts'
import type { SessionStatus } from '../../session/status.ts'
import {
  ClaimLostError,
  ConflictError,
  type Created,
  type EncodedEvent,
  type IdempotencyClaim,
  type SessionRecord,
  type Store,
} from '../../store/types.ts'
import type { Driver } from '../dispatcher/types.ts'
import { encodeEvent } from './encode.ts'
import { readLog } from './read-log.ts'
import { SessionEntry } from './session-entry.ts'
import { sameSummary, summaryOf } from './summary.ts'
import type { CurrentSession, Fork, SessionCoordinator, UnstartedSession } from './types.ts'

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

/** How often a command is decided anew because somebody else wrote in between. */
const MAX_CONFLICTS = 300

/** What a caller is told to wait when a session is written to too fast for its command to come through. */
const CONTENDED_RETRY_MS = 1000

/** The coordinator of one process. */
export function createSessionCoordinator(options: CoordinatorOptions): SessionCoordinator {
  const { store, clock, random } = options
  const entries = new Map<string, SessionEntry>()
  const loads = new Map<string, Load>()
  let draining = false

  return { create, dispatch, current, hold, forget, changed, drain }

  async function create(
    session: UnstartedSession,
    idempotency?: IdempotencyClaim,
    fork?: Fork,
  ): Promise<Created> {
    const record: SessionRecord = { ...session, status: 'queued', wakeAt: null, endedAt: null }
    const events = [createdEvent(record, fork?.forkedFrom), ...(fork?.kept ?? [])]
    const created = await store.createSession({
      session: record,
      events: events.map((event, index) => encodeEvent(record.id, index + 1, event)),
      ...(idempotency === undefined ? {} : { idempotency }),
    })
    if (!created.created) return created
    options.onStatus?.(record, record.status)
    if (entries.size < options.keepNew && !entries.has(record.id)) {
      const entry = new SessionEntry(record, fold(initialState(record), events), 0)
      entry.held = 'new'
      entries.set(record.id, entry)
    }
    return created
  }

  async function dispatch(
    sessionId: string,
    command: SessionCommand,
    by: 'caller' | Driver,
  ): Promise<SessionState> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const entry = atHand(sessionId) ?? (await obtain(sessionId))
      if (entry === undefined) throw notFound(sessionId)
      try {
        const state = await decideAndAppend(entry, command, by)
        drop(entry)
        return state
      } catch (error) {
        // Kept after a conflict: what is at hand needs only the rest of the log.
        if (error instanceof ConflictError) continue
        // What this was decided on top of was the driver's; the caller needs no claim.
        if (error instanceof ClaimLostError && by === 'caller') continue
        drop(entry)
        throw error
      }
    }
    forgetUnlessHeld(sessionId)
    throw new StepstreamError('STORAGE_UNAVAILABLE', `others keep writing to ${sessionId}`, {
      retryAfterMs: CONTENDED_RETRY_MS,
    })
  }

  async function decideAndAppend(
    entry: SessionEntry,
    command: SessionCommand,
    by: 'caller' | Driver,
  ): Promise<SessionState> {
    const before = entry.ahead
    const mayStart = by !== 'caller' && !draining
    const { events, state } = transition(command, before, {
      now: clock.now(),
      random: random(),
      mayStart,
    })
    if (events.length === 0) {
      // A write that is over was refused for a state that is no longer at hand.
      if (entry.pending > 0) await entry.lastAppend
      // There was nothing that the store could have refused.
      if (entry.doubted && by !== 'caller') throw new ClaimLostError(entry.record.id)
      return before
    }
    const { id } = entry.record
    // Encoded before anything is changed: an event that cannot be must not leave a trace.
    const encoded = events.map((event, index) => encodeEvent(id, before.seq + index + 1, event))
    entry.ahead = state
    entry.pending += 1
    entry.lastAppend = append(entry, before.seq, encoded, by === 'caller' ? undefined : by.claim)
    try {
      await entry.lastAppend
      if (state.seq > entry.committed.seq) entry.committed = state
      if (state.status !== before.status) options.onStatus?.(entry.record, state.status)
      return state
    } catch (error) {
      entry.fallBack()
      if (error instanceof ClaimLostError) entry.doubted = true
      throw error
    } finally {
      entry.pending -= 1
    }
  }

  function append(
    entry: SessionEntry,
    expectedSeq: number,
    events: readonly EncodedEvent[],
    claim: string | undefined,
  ): Promise<void> {
    const { id, tenant } = entry.record
    const summary = summaryOf(entry.ahead)
    const changes = !sameSummary(entry.summary, summary)
    entry.summary = summary
    return store.append({
      sessionId: id,
      tenant,
      expectedSeq,
      events,
      summary: changes ? summary : undefined,
      claim,
    })
  }

  async function current(sessionId: string): Promise<CurrentSession | undefined> {
    const cached = entries.get(sessionId)
    if (cached !== undefined) {
      // Somebody who was just told by another process of what it wrote must see it here.
      const extent = await store.extent(sessionId)
      if (extent !== undefined && extent.next - 1 > cached.committed.seq) cached.stale = true
    }
    const entry = await obtain(sessionId)
    if (entry === undefined) return undefined
    drop(entry)
    return currentOf(entry)
  }

  async function hold(sessionId: string, driver: Driver): Promise<CurrentSession | undefined> {
    const cached = entries.get(sessionId)
    const { claimedSeq } = driver
    if (cached !== undefined && claimedSeq !== undefined && cached.committed.seq < claimedSeq) {
      cached.stale = true
    }
    const entry = atHand(sessionId) ?? (await obtain(sessionId))
    if (entry === undefined) return undefined
    entry.held = 'driven'
    if (driver.claim !== undefined && !isSure(entry, driver)) {
      await confirmClaim(entry, driver.claim)
    }
    return currentOf(entry)
  }

  /**
   * A driver writes only after it has claimed. So as long as a claim is there when the log has been
   * read, no other driver's events are in what was read.
   */
  async function confirmClaim(entry: SessionEntry, claim: string): Promise<void> {
    const { readSeq } = entry
    const extent = await store.extent(entry.record.id)
    // Nobody has a claim on what has ended, and nothing of it runs.
    if (extent?.claim !== claim && !extent?.ended) throw new ClaimLostError(entry.record.id)
    entry.confirmedSeq = readSeq
    entry.doubted = false
  }

  function forget(sessionId: string): void {
    const entry = entries.get(sessionId)
    if (entry === undefined) return
    entry.held = undefined
    drop(entry)
  }

  function forgetUnlessHeld(sessionId: string): void {
    const entry = entries.get(sessionId)
    if (entry !== undefined) drop(entry)
  }

  /** Lets go of a state that nobody holds and that no write is on its way for. */
  function drop(entry: SessionEntry): void {
    const { id } = entry.record
    if (entry.held === undefined && entry.pending === 0 && entries.get(id) === entry) {
      entries.delete(id)
    }
  }

  function changed(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) {
      const load = loads.get(sessionId)
      if (load !== undefined) load.stale = true
      const entry = entries.get(sessionId)
      if (entry === undefined) continue
      entry.stale = true
      // Nobody here drives it: what was kept for a drive is of no use.
      if (entry.held === 'new') entry.held = undefined
      drop(entry)
    }
  }

  function drain(): void {
    draining = true
  }

  /** What needs no waiting for, which is nearly always so for whoever drives. */
  function atHand(sessionId: string): SessionEntry | undefined {
    const entry = entries.get(sessionId)
    return entry === undefined || isBehind(entry) ? undefined : entry
  }

  /** A session as it is on disk, as far as this process was told; with the writes that are under way. */
  async function obtain(sessionId: string): Promise<SessionEntry | undefined> {
    for (;;) {
      const entry = entries.get(sessionId) ?? (await load(sessionId))
      if (entry === undefined) return undefined
      if (!isBehind(entry)) return entry
      if (entry.pending > 0) await entry.lastAppend.catch(() => {})
      else await catchUp(entry)
    }
  }

  /** Reads what others wrote, once however many ask for it meanwhile. */
  function catchUp(entry: SessionEntry): Promise<void> {
    entry.catchingUp ??= readOn(entry).finally(() => {
      entry.catchingUp = undefined
    })
    return entry.catchingUp
  }

  async function readOn(entry: SessionEntry): Promise<void> {
    // Beforehand, so that what is told of meanwhile makes it stale again.
    entry.stale = false
    try {
      const state = await readLog(store, entry.record.id, entry.committed)
      // Whoever had the entry before the reading began may have decided meanwhile.
      if (entry.pending > 0) entry.stale = true
      else entry.advance(state)
    } catch (error) {
      entry.stale = true
      drop(entry)
      throw error
    }
  }

  /** Reads a session once, however many ask for it meanwhile. */
  function load(sessionId: string): Promise<SessionEntry | undefined> {
    const underWay = loads.get(sessionId)
    if (underWay !== undefined) return underWay.entry
    const begun: Load = { entry: read(sessionId, () => begun.stale), stale: false }
    loads.set(sessionId, begun)
    return begun.entry.finally(() => loads.delete(sessionId))
  }

  async function read(
    sessionId: string,
    isStale: () => boolean,
  ): Promise<SessionEntry | undefined> {
    const record = await store.session(sessionId)
    if (record === undefined) return undefined
    const state = await readLog(store, sessionId, initialState(record))
    const entry = new SessionEntry(record, state, state.seq)
    entry.stale = isStale()
    entries.set(sessionId, entry)
    return entry
  }
}

function isBehind(entry: SessionEntry): boolean {
  return entry.stale || entry.catchingUp !== undefined
}

/** Whether nothing was read since the claim was last seen to hold. */
function isSure(entry: SessionEntry, { claimedSeq = 0 }: Driver): boolean {
  return !entry.doubted && entry.readSeq <= Math.max(entry.confirmedSeq, claimedSeq)
}

/** The reading of a session under way. */
interface Load {
  readonly entry: Promise<SessionEntry | undefined>
  /** Others have written since it began. */
  stale: boolean
}

function currentOf(entry: SessionEntry): CurrentSession {
  return { record: entry.record, state: entry.committed }
}

function createdEvent(record: SessionRecord, forkedFrom: Origin | undefined): SessionEvent {
  return {
    type: 'session.created',
    at: new Date(record.createdAt).toISOString(),
    data: {
      ...(record.name === null ? {} : { name: record.name }),
      totalSteps: record.plan.steps.length,
      onFailure: record.plan.onFailure,
      correlationId: record.correlation.id,
      ...(forkedFrom === undefined ? {} : { forkedFrom }),
    },
  }
}

function notFound(sessionId: string): StepstreamError {
  return new StepstreamError('SESSION_NOT_FOUND', `there is no session ${sessionId}`)
}
