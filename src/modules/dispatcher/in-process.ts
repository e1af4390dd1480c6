import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { SessionToDrive, Store } from '../../store/types.ts'
import { createDueTimer } from './due-timer.ts'
import type { Queued } from './priority-queue.ts'
import { Retries } from './retries.ts'
import { createSchedules } from './schedules.ts'
import { SessionQueue } from './session-queue.ts'
import { SessionTurn } from './turn.ts'
import type { Dispatcher, Drive, Occasion } from './types.ts'

export interface InProcessDispatcherOptions {
  readonly store: Pick<Store, 'runnable' | 'due' | 'nextWakeAt'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
  readonly maxRunning: number
}

/** How many sessions are taken from the store at once. */
const PAGE = 1000

/** Names the reading of the runnable sessions among what is tried again; no session has this id. */
const RECOVERY = ''

/** The dispatcher of a single process: a queue of ids, a set of turns, and one timer for all that is parked. */
export function createInProcessDispatcher(options: InProcessDispatcherOptions): Dispatcher {
  const { store, clock, log, maxRunning } = options
  const queue = new SessionQueue()
  const turns = new Map<string, SessionTurn>()
  const retries = new Retries(clock)
  const schedules = createSchedules(clock, log)
  const dueTimer = createDueTimer({ store, clock, log, onDue })
  let drive: Drive | undefined
  /** What there is to do after a start is being read: it begins in its order once it is known. */
  let recovering = false
  let stopped = false
  /** Resolves when the last driver lets go after a stop. */
  const emptied = Promise.withResolvers<void>()

  return {
    start(driver) {
      drive = driver
      void recover()
    },
    wake,
    changed(sessionIds) {
      for (const sessionId of sessionIds) turns.get(sessionId)?.wake()
    },
    wakeAll,
    load: () => ({ running: turns.size, queued: queue.size }),
    schedule: async (schedule, task) => schedules.add(schedule, task),
    stop,
  }

  function wake(sessionId: string, occasion: Occasion, priority = 0): void {
    enqueue(sessionId, occasion, priority)
    pump()
  }

  function enqueue(sessionId: string, occasion: Occasion, priority: number): void {
    const turn = turns.get(sessionId)
    if (turn !== undefined) turn.wake()
    else if (!stopped) queue.add(sessionId, occasion, priority)
  }

  function wakeAll(): void {
    for (const turn of turns.values()) turn.wake()
  }

  async function stop(): Promise<void> {
    stopped = true
    queue.clear()
    dueTimer.stop()
    retries.stop()
    wakeAll()
    noticeEmptied()
    await Promise.all([emptied.promise, schedules.stop()])
  }

  function noticeEmptied(): void {
    if (stopped && turns.size === 0) emptied.resolve()
  }

  /** Fills free places from the queue. */
  function pump(): void {
    if (drive === undefined) return
    while (turns.size < maxRunning) {
      const next = queue.take()
      if (next === undefined) return
      const { sessionId } = next
      const turn = new SessionTurn(sessionId, clock)
      turns.set(sessionId, turn)
      retries.began(sessionId)
      void run(drive, turn, next)
    }
  }

  async function run(
    driver: Drive,
    turn: SessionTurn,
    { sessionId, priority }: Queued,
  ): Promise<void> {
    let failed = false
    try {
      // Nobody but this process writes, and it wakes after each write: no need to compare `seq`.
      const { wakeAt } = await driver(turn)
      retries.succeeded(sessionId)
      if (wakeAt !== undefined) dueTimer.arm(wakeAt)
    } catch (error) {
      failed = true
      log.error({ err: error, sessionId }, 'driving the session failed; it will be tried again')
    }
    turn.end()
    turns.delete(sessionId)
    if (failed) retries.failed(sessionId, () => wake(sessionId, 'changed', priority))
    else if (turn.woken) enqueue(sessionId, 'changed', priority)
    pump()
    noticeEmptied()
  }

  /** After a start, whatever was running, queued or has fallen due goes on. */
  async function recover(): Promise<void> {
    recovering = true
    await Promise.all([recoverRunnable(), dueTimer.start()])
    recovering = false
    pump()
  }

  async function recoverRunnable(): Promise<void> {
    let after: string | undefined
    try {
      for (;;) {
        const page = await store.runnable(after, PAGE)
        for (const { sessionId, status, priority } of page) {
          enqueue(sessionId, status === 'queued' ? 'created' : 'changed', priority)
        }
        after = page.at(-1)?.sessionId
        if (page.length < PAGE || stopped) break
      }
    } catch (error) {
      log.error({ err: error }, 'reading the runnable sessions failed; it will be tried again')
      retries.failed(RECOVERY, () => void recoverRunnable())
    }
    if (!recovering) pump()
  }

  /** A session that is driven idles for its time by itself. */
  function onDue(due: readonly SessionToDrive[]): void {
    for (const { sessionId, priority } of due) {
      if (!turns.has(sessionId)) enqueue(sessionId, 'changed', priority)
    }
    if (!recovering) pump()
  }
}
