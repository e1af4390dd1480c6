import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/types.ts'
import { createDueTimer } from './due-timer.ts'
import { Retries } from './retries.ts'
import { createSchedules } from './schedules.ts'
import { SessionQueue } from './session-queue.ts'
import { SessionTurn } from './turn.ts'
import type { Dispatcher, Drive } from './types.ts'

export interface InProcessDispatcherOptions {
  readonly store: Pick<Store, 'runnable' | 'due' | 'nextWakeAt'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
  readonly maxRunning: number
}

/** How many ids are taken from the store at once. */
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
  let stopped = false
  /** Resolves when the last driver lets go after a stop. */
  const emptied = Promise.withResolvers<void>()

  return {
    start(driver) {
      drive = driver
      void recoverRunnable()
      dueTimer.start()
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

  function wake(sessionId: string, occasion: 'created' | 'changed'): void {
    const turn = turns.get(sessionId)
    if (turn !== undefined) {
      turn.wake()
    } else if (!stopped) {
      queue.add(sessionId, occasion)
      pump()
    }
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
      const sessionId = queue.take()
      if (sessionId === undefined) return
      const turn = new SessionTurn(sessionId, clock)
      turns.set(sessionId, turn)
      retries.began(sessionId)
      void run(drive, turn)
    }
  }

  async function run(driver: Drive, turn: SessionTurn): Promise<void> {
    const { sessionId } = turn
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
    if (failed) retries.failed(sessionId, () => wake(sessionId, 'changed'))
    else if (turn.woken) wake(sessionId, 'changed')
    pump()
    noticeEmptied()
  }

  /** After a start, whatever was running or queued goes on. */
  async function recoverRunnable(): Promise<void> {
    let after: string | undefined
    try {
      for (;;) {
        const page = await store.runnable(after, PAGE)
        for (const sessionId of page) wake(sessionId, 'changed')
        after = page.at(-1)
        if (page.length < PAGE || stopped) return
      }
    } catch (error) {
      log.error({ err: error }, 'reading the runnable sessions failed; it will be tried again')
      retries.failed(RECOVERY, () => void recoverRunnable())
    }
  }

  /** A session that is driven idles for its time by itself. */
  function onDue(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) if (!turns.has(sessionId)) wake(sessionId, 'changed')
  }
}
