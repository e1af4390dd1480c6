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
import type { KeepStates } from './kept-states.ts'
import type { SessionEntry } from './session-entry.ts'
import { SessionsAtHand } from './sessions-at-hand.ts'
import { sameSummary, summaryOf } from './summary.ts'
import type { CurrentSession, Fork, SessionCoordinator, UnstartedSession } from './types.ts'

export interface CoordinatorOptions {
  readonly store: Store
  readonly clock: Clock
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  /** How many new sessions keep their state at hand for the drive that follows. */
  readonly keepNew: number
  /** What is kept of long logs that were read, though nobody here drives them. @default of 1,000 events or more, 64 MiB */
  readonly keepStates?: KeepStates
  /** Told of each status a session takes, once it is on disk. */
  readonly onStatus?: (session: SessionRecord, status: SessionStatus) => void
  /** Told of each change of a session that waits for somebody outside, or did before; once it is on disk. */
  readonly onAwaiting?: (session: CurrentSession, before: SessionState) => void
  /**
   * Told of each decision before it is written, which waits for what this begins; undefined where it
   * begins nothing. What is decided may be refused yet.
   */
  readonly onDecided?: (session: CurrentSession, before: SessionState) => Promise<void> | undefined
  /** Told of each change that settled steps, or opened them again, once it is on disk. */
  readonly onSettled?: (session: CurrentSession) => void
  /** Told of a session that others write to so fast that a command does not come through. */
  readonly onContended?: (sessionId: string) => void
  /** Told of each session that was brought to its end here, once that is on disk. */
  readonly onEnd?: (session: CurrentSession) => void
}

/** Two or three sessions of 10,000 steps, or hundreds of smaller ones. */
const KEEP_STATES: KeepStates = { minEvents: 1000, maxBytes: 64 * 1024 * 1024 }

/** How often a command is decided anew because somebody else wrote in between. */
const MAX_CONFLICTS = 300

/** How many conflicts in a row are taken for chance. */
const CHANCE_CONFLICTS = 4

/** How long a driver holds back when it is asked to: enough to decide what concerns thousands of steps. */
const WAY_MS = 250

/** What a caller is told to wait when a session is written to too fast for its command to come through. */
const CONTENDED_RETRY_MS = 1000

/** The coordinator of one process. */
export function createSessionCoordinator(options: CoordinatorOptions): SessionCoordinator {
  const { store, clock, random } = options
  const sessions = new SessionsAtHand(store, {
    maxNew: options.keepNew,
    keepStates: options.keepStates ?? KEEP_STATES,
  })
  let draining = false

  return {
    create,
    dispatch,
    current,
    hold,
    forget: (sessionId) => sessions.release(sessionId),
    changed: (sessionIds) => sessions.changed(sessionIds),
    giveWay,
    drain() {
      draining = true
    },
  }

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
    sessions.keepNew(record, () => fold(initialState(record), events))
    return created
  }

  async function dispatch(
    sessionId: string,
    command: SessionCommand,
    by: 'caller' | Driver,
  ): Promise<SessionState> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if (by === 'caller' && conflicts % CHANCE_CONFLICTS === CHANCE_CONFLICTS - 1) {
        options.onContended?.(sessionId)
      }
      const way = by === 'caller' ? undefined : sessions.find(sessionId)?.way
      if (way !== undefined) await way
      const entry = sessions.atHand(sessionId) ?? (await sessions.obtain(sessionId))
      if (entry === undefined) throw notFound(sessionId)
      try {
        const state = await decideAndAppend(entry, command, by)
        sessions.drop(entry)
        return state
      } catch (error) {
        // Kept after a conflict: what is at hand needs only the rest of the log.
        if (error instanceof ConflictError) continue
        // What this was decided on top of was the driver's; the caller needs no claim.
        if (error instanceof ClaimLostError && by === 'caller') continue
        sessions.drop(entry)
        throw error
      }
    }
    const left = sessions.find(sessionId)
    if (left !== undefined) sessions.drop(left)
    throw new StepstreamError('STORAGE_UNAVAILABLE', `others keep writing to ${sessionId}`, {
      retryAfterMs: CONTENDED_RETRY_MS,
    })
  }

  function giveWay(sessionId: string): void {
    const entry = sessions.find(sessionId)
    const now = clock.now()
    // Whoever drives gets a word in too.
    if (entry?.held !== 'driven' || now - entry.gaveWayAt < 2 * WAY_MS) return
    entry.gaveWayAt = now
    entry.way = new Promise((resolve) => {
      clock.setTimer(WAY_MS, () => {
        entry.way = undefined
        resolve()
      })
    })
  }

  async function decideAndAppend(
    entry: SessionEntry,
    command: SessionCommand,
    by: 'caller' | Driver,
  ): Promise<SessionState> {
    const before = entry.ahead
    const mayStart = by !== 'caller' && !draining
    let decision: ReturnType<typeof transition>
    try {
      decision = transition(command, before, { now: clock.now(), random: random(), mayStart })
    } catch (refusal) {
      // Whoever is refused looks at what is on disk, which must be what they were refused for.
      if (entry.pending > 0) await entry.lastAppend
      throw refusal
    }
    const { events, state } = decision
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
    const ready = options.onDecided?.({ record: entry.record, state }, before)
    const claim = by === 'caller' ? undefined : by.claim
    entry.lastAppend = append(entry, before.seq, encoded, claim, ready)
    try {
      await entry.lastAppend
      if (state.seq > entry.committed.seq) entry.committed = state
      if (state.status !== before.status) options.onStatus?.(entry.record, state.status)
      if (isAsking(state) || isAsking(before)) {
        options.onAwaiting?.({ record: entry.record, state }, before)
      }
      if (state.counts !== before.counts) options.onSettled?.({ record: entry.record, state })
      if (state.endedAt !== before.endedAt) options.onEnd?.({ record: entry.record, state })
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
    ready: Promise<void> | undefined,
  ): Promise<void> {
    const { id, tenant } = entry.record
    const summary = summaryOf(entry.ahead)
    const changes = !sameSummary(entry.summary, summary)
    entry.summary = summary
    return entry.inTurn(ready, () =>
      store.append({
        sessionId: id,
        tenant,
        expectedSeq,
        events,
        summary: changes ? summary : undefined,
        claim,
      }),
    )
  }

  async function current(sessionId: string): Promise<CurrentSession | undefined> {
    const cached = sessions.find(sessionId)
    if (cached !== undefined) {
      // Somebody who was just told by another process of what it wrote must see it here.
      const extent = await store.extent(sessionId)
      if (extent !== undefined && extent.next - 1 > cached.committed.seq) cached.stale = true
    }
    const entry = await sessions.obtain(sessionId)
    if (entry === undefined) return undefined
    sessions.drop(entry)
    return currentOf(entry)
  }

  async function hold(sessionId: string, driver: Driver): Promise<CurrentSession | undefined> {
    const cached = sessions.find(sessionId)
    const { claimedSeq } = driver
    if (cached !== undefined && claimedSeq !== undefined && cached.committed.seq < claimedSeq) {
      cached.stale = true
    }
    const entry = sessions.atHand(sessionId) ?? (await sessions.obtain(sessionId))
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
}

/** Whether nothing was read since the claim was last seen to hold. */
function isSure(entry: SessionEntry, { claimedSeq = 0 }: Driver): boolean {
  return !entry.doubted && entry.readSeq <= Math.max(entry.confirmedSeq, claimedSeq)
}

/** Whether it waits for somebody outside. */
function isAsking({ awaiting, escalated }: SessionState): boolean {
  return awaiting.length + escalated.length > 0
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
      ...(record.plan.labels === undefined ? {} : { labels: record.plan.labels }),
      ...(forkedFrom === undefined ? {} : { forkedFrom }),
    },
  }
}

function notFound(sessionId: string): StepstreamError {
  return new StepstreamError('SESSION_NOT_FOUND', `there is no session ${sessionId}`)
}
