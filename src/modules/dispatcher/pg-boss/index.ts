import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { Clock } from '../../../clock.ts'
import type { Lifeline, SessionClaims, SessionHead } from '../../../store/replica.ts'
import { within } from '../../../within.ts'
import type { Dispatcher } from '../types.ts'
import { createAudit } from './audit.ts'
import { createClaiming } from './claiming.ts'
import { Contact } from './contact.ts'
import { Drives, type EndedDrive } from './drives.ts'
import { type EngineName, openEngine, type SessionEngine, type Wake } from './engine.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createLiveness } from './liveness.ts'
import { createLoop } from './loop.ts'
import { createOutbox } from './outbox.ts'
import { addSchedule } from './schedules.ts'
import { createSettling } from './settling.ts'
import { createSweep } from './sweep.ts'
import { handOver } from './takeover.ts'
import { createTimers, type DueSession } from './timers.ts'

export interface PgBossDispatcherOptions {
  readonly connection: pg.ClientConfig
  readonly engine: EngineName
  readonly claims: SessionClaims
  /** Absent where the engine has no notifications and no advisory locks: then silence alone tells of a death. */
  readonly lifeline: Lifeline | undefined
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn' | 'error'>
  readonly maxRunning: number
  /** @default stepstream_queue */
  readonly schema?: string
  /** How old a job may get before another takes its place; the queue ends jobs after 24 hours. @default 23 hours */
  readonly renewAfterMs?: number
}

/** Tells the other processes that there is work; the payload is the sender's name. */
const WORK_CHANNEL = 'stepstream_work'

const POLL_MS = 1000
const POLL_WITHOUT_LIFELINE_MS = 250
const SUPERVISE_MS = 2000

/** After a break everybody gets this long to come back before anybody is taken for dead. */
const RETURN_MS = 3000

/** A database that has been up for so long is not one that everybody is coming back to. */
const LONG_UP_S = 15

/** How long a stop waits for the database once nothing is driven. */
const FAREWELL_MS = 8000

/** How old the count of what waits may get; it is counted only while there is no place. */
const COUNT_MS = 1000

const RENEW_AFTER_MS = 23 * 3_600_000

/**
 * The dispatcher of several processes on one database. pg-boss hands each session to one of them;
 * what is done here is to fetch, touch and settle by hand, many sessions at a time, and to notice a
 * death sooner than by a missed heartbeat.
 */
export function createPgBossDispatcher(options: PgBossDispatcherOptions): Dispatcher {
  const { claims, lifeline, clock, log, maxRunning, renewAfterMs = RENEW_AFTER_MS } = options
  const pollMs = lifeline === undefined ? POLL_WITHOUT_LIFELINE_MS : POLL_MS
  const contact = new Contact()
  const opened = Promise.withResolvers<SessionEngine | undefined>()
  let current: SessionEngine | undefined
  let ending: Promise<void> | undefined
  let wasLongUp = false
  const tasks = new Set<Promise<void>>()
  /** Sessions that waited for a driver when they were last counted. */
  let ready = 0

  const shared = { engine, claims, clock, log }
  const heartbeat = createHeartbeat({ ...shared, alive: isAlive, renewAfterMs })
  const drives = new Drives({
    heartbeat,
    clock,
    log,
    maxRunning,
    onFree: () => claiming.soon(),
    onEnded: (ended) => settling.add(ended),
  })
  const outbox = createOutbox({ ...shared, onInserted: announce })
  const timers = createTimers({ ...shared, pollMs, mayFetch, onDue: wakeDue })
  const settling = createSettling<EndedDrive>({ ...shared, onSettled })
  const claiming = createClaiming({
    ...shared,
    heartbeat,
    drives,
    outbox,
    pollMs,
    mayFetch,
    stopping: () => ending !== undefined,
    onGone: (lease) => settling.add({ lease }),
  })
  const sweep = createSweep({ ...shared, timers, onInserted: announce })
  const liveness = lifeline && createLiveness({ ...shared, lifeline, settled, onHeld, onDead })
  const audit = createAudit({ ...shared, timers, forget: liveness === undefined })
  const supervision = createLoop({
    what: 'pg-boss’ supervision',
    clock,
    log,
    run: supervise,
    everyMs: SUPERVISE_MS,
  })
  const counting = createLoop({
    what: 'counting the queue',
    clock,
    log,
    run: count,
    everyMs: COUNT_MS,
  })
  const telling = createLoop({ what: 'telling others of work', clock, log, run: tell })
  const opening = createLoop({ what: 'opening the queue', clock, log, run: open })
  /** In the order in which they start. */
  const working = [
    heartbeat,
    outbox,
    settling,
    timers,
    claiming,
    sweep,
    audit,
    supervision,
    counting,
    telling,
  ]

  return {
    start(drive) {
      drives.start(drive)
      opening.start()
    },
    wake(sessionId, occasion, priority = 0) {
      if (!drives.wake(sessionId)) outbox.add({ sessionId, occasion, priority })
    },
    changed(sessionIds) {
      for (const sessionId of sessionIds) drives.wake(sessionId)
    },
    wakeAll: () => drives.wakeAll(),
    load: () => ({ running: drives.running, queued: outbox.size + waiting() }),
    schedule: (schedule, task) =>
      addSchedule(schedule, task, { engine: opened.promise, clock, log, running: tasks }),
    stop() {
      ending ??= stop()
      return ending
    },
  }

  async function open(): Promise<void> {
    const { connection, engine: name, schema = 'stepstream_queue' } = options
    if (current !== undefined) return
    wasLongUp = (await upForSeconds(lifeline)) > LONG_UP_S
    current = await openEngine({ connection, engine: name, schema, log, contact })
    opened.resolve(current)
    lifeline?.listen(WORK_CHANNEL, (sender) => sender !== claims.owner && claiming.soon())
    liveness?.start()
    for (const loop of working) loop.start()
  }

  /** What runs before the queue is open is tried again. */
  function engine(): SessionEngine {
    if (current === undefined) throw new Error('the queue is not open yet')
    return current
  }

  function isAlive(): boolean {
    return liveness === undefined || liveness.held
  }

  /** A process that others may take for dead takes nothing new. */
  function mayFetch(): boolean {
    return ending === undefined && isAlive()
  }

  /**
   * After a restart of the database, say, everybody needs a moment to come back. A process that has
   * just begun saw no break: if the database did not just begin as well, there was none.
   */
  function settled(): boolean {
    if (wasLongUp && contact.unbroken && liveness?.unbroken) return true
    return contact.steadyFor(RETURN_MS) && (liveness === undefined || liveness.heldFor(RETURN_MS))
  }

  /** The lock was away, and with it perhaps what we hold. */
  function onHeld(): void {
    heartbeat.soon()
    claiming.soon()
  }

  async function onDead(owner: string): Promise<void> {
    await handOver(owner, { ...shared, timers })
    telling.soon()
    claiming.soon()
  }

  function onSettled(ended: EndedDrive, head: SessionHead | undefined): void {
    heartbeat.drop([ended.lease])
    const { sessionId } = ended.lease
    const sequel = drives.settled(ended, head)
    const priority = head?.priority ?? 0
    if (sequel === 'now') outbox.add({ sessionId, occasion: 'changed', priority })
    else if (sequel !== undefined) timers.add({ sessionId, priority, at: sequel.at })
  }

  async function wakeDue(due: readonly DueSession[]): Promise<void> {
    const elsewhere = due.filter(({ sessionId }) => !drives.wake(sessionId))
    if (elsewhere.length === 0) return
    const wakes = elsewhere.map(
      ({ sessionId, priority }): Wake => ({ sessionId, occasion: 'changed', priority }),
    )
    announce(await engine().insert(wakes))
  }

  /** There is work: for us, and for others where our places do not suffice. */
  function announce(count: number): void {
    if (count === 0) return
    if (ending !== undefined || count > drives.free) telling.soon()
    claiming.soon()
  }

  async function tell(): Promise<void> {
    if (!lifeline?.connected) return
    await lifeline.query('SELECT pg_notify($1, $2)', [WORK_CHANNEL, claims.owner])
  }

  async function supervise(): Promise<void> {
    if (settled()) await engine().supervise()
  }

  /** While there are free places, nothing waits for one. */
  function waiting(): number {
    return drives.free > 0 ? 0 : ready
  }

  async function count(): Promise<void> {
    ready = drives.free > 0 ? 0 : await engine().countReady()
  }

  async function stop(): Promise<void> {
    await opening.stop()
    opened.resolve(undefined)
    heartbeat.hurry()
    await Promise.all([
      claiming.stop(),
      sweep.stop(),
      audit.stop(),
      supervision.stop(),
      liveness?.stop(),
    ])
    await drives.stop()
    if (current === undefined) return
    await orWarn(farewell(), 'what was left unfinished goes to others later')
    await orWarn(close(current), 'closing the queue did not come to an end')
  }

  async function orWarn(work: Promise<void>, otherwise: string): Promise<void> {
    try {
      const done = work.then(() => true)
      if (!(await within(clock, FAREWELL_MS, done, false))) log.warn(otherwise)
    } catch (error) {
      log.warn({ err: error }, otherwise)
    }
  }

  /** Leaves nothing behind that is ours. */
  async function farewell(): Promise<void> {
    await settling.emptied()
    await outbox.emptied()
    await timers.emptied()
    await handOver(claims.owner, { ...shared, timers })
    await claims.unregister(claims.owner)
    await tell()
    await liveness?.release()
  }

  async function close(engine: SessionEngine): Promise<void> {
    await Promise.all([...tasks, ...working.map((loop) => loop.stop())])
    await engine.close()
  }
}

/** How long the database has been up, in seconds; 0 where it cannot be asked. */
async function upForSeconds(lifeline: Lifeline | undefined): Promise<number> {
  if (!lifeline?.connected) return 0
  const [row] = await lifeline.query<{ seconds: number }>(
    'SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8 AS seconds',
  )
  return row?.seconds ?? 0
}
