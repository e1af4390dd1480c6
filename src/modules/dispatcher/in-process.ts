import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/types.ts'
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

/** How soon due timers are looked for again while earlier ones are still being worked off. */
const RECHECK_MS = 100

/** How far a timer is trusted: while a machine is asleep its clock goes on and its timers stand still. */
const LONGEST_SLEEP_MS = 30_000

/** The first pause before a drive that failed is tried again; doubled each time, up to the longest. */
const RETRY_MS = 500
const MAX_RETRY_MS = 30_000

/** The dispatcher of a single process: a queue of ids, a set of turns, and one timer for all that is parked. */
export function createInProcessDispatcher(options: InProcessDispatcherOptions): Dispatcher {
  const { store, clock, log, maxRunning } = options
  const queue = new Set<string>()
  const turns = new Map<string, SessionTurn>()
  const failures = new Map<string, number>()
  const retries = new Map<string, () => void>()
  let drive: Drive | undefined
  let stopped = false
  let timer: { at: number; cancel: () => void } | undefined
  let onIdle: (() => void) | undefined

  return {
    start(driver) {
      drive = driver
      void recoverRunnable()
      void wakeDue()
    },
    wake,
    wakeAll,
    load: () => ({ running: turns.size, queued: queue.size }),
    stop,
  }

  function wake(sessionId: string): void {
    const turn = turns.get(sessionId)
    if (turn !== undefined) {
      turn.wake()
    } else if (!stopped) {
      queue.add(sessionId)
      pump()
    }
  }

  function wakeAll(): void {
    for (const turn of turns.values()) turn.wake()
  }

  async function stop(): Promise<void> {
    stopped = true
    queue.clear()
    timer?.cancel()
    for (const cancel of retries.values()) cancel()
    wakeAll()
    if (turns.size > 0) await new Promise<void>((resolve) => (onIdle = resolve))
  }

  /** Fills free places from the queue. */
  function pump(): void {
    if (drive === undefined || stopped) return
    for (const sessionId of queue) {
      if (turns.size >= maxRunning) return
      queue.delete(sessionId)
      const turn = new SessionTurn(sessionId, clock)
      turns.set(sessionId, turn)
      void run(drive, turn)
    }
  }

  async function run(driver: Drive, turn: SessionTurn): Promise<void> {
    const { sessionId } = turn
    let retryAt: number | undefined
    try {
      const { wakeAt } = await driver(turn)
      failures.delete(sessionId)
      if (wakeAt !== undefined) armTimer(wakeAt)
    } catch (error) {
      retryAt = clock.now() + pauseAfterFailure(sessionId)
      log.error({ err: error, sessionId }, 'driving the session failed; it will be tried again')
    }
    turn.end()
    turns.delete(sessionId)
    if (retryAt !== undefined) later(sessionId, retryAt)
    else if (turn.woken) wake(sessionId)
    pump()
    if (turns.size === 0) onIdle?.()
  }

  function pauseAfterFailure(sessionId: string): number {
    const count = failures.get(sessionId) ?? 0
    failures.set(sessionId, count + 1)
    return Math.min(RETRY_MS * 2 ** count, MAX_RETRY_MS)
  }

  function later(sessionId: string, at: number): void {
    const fire = () => {
      retries.delete(sessionId)
      wake(sessionId)
    }
    if (!stopped) retries.set(sessionId, clock.setTimer(at - clock.now(), fire))
  }

  /** After a start, whatever was running or queued goes on. */
  async function recoverRunnable(): Promise<void> {
    let after: string | undefined
    try {
      for (;;) {
        const page = await store.runnable(after, PAGE)
        for (const sessionId of page) wake(sessionId)
        after = page.at(-1)
        if (page.length < PAGE || stopped) return
      }
    } catch (error) {
      log.error({ err: error }, 'reading the runnable sessions failed; it will be tried again')
      retries.set(
        '',
        clock.setTimer(RETRY_MS, () => void recoverRunnable()),
      )
    }
  }

  /** Wakes every parked session whose time has come, then waits for the next. */
  async function wakeDue(): Promise<void> {
    timer = undefined
    if (stopped) return
    try {
      const due = await store.due(clock.now(), PAGE)
      for (const sessionId of due) if (!turns.has(sessionId)) wake(sessionId)
      const nextAt = await store.nextWakeAt()
      if (nextAt !== undefined)
        armTimer(Math.max(nextAt, clock.now() + (due.length > 0 ? RECHECK_MS : 0)))
    } catch (error) {
      log.error({ err: error }, 'reading the due timers failed; it will be tried again')
      armTimer(clock.now() + RETRY_MS)
    }
  }

  function armTimer(at: number): void {
    if (stopped || (timer !== undefined && timer.at <= at)) return
    timer?.cancel()
    timer = { at, cancel: sleepUntil(at, () => void wakeDue()) }
  }

  /** Sleeps in short stretches, so that what falls due while the machine is asleep is not late by all that time. */
  function sleepUntil(at: number, wakeUp: () => void): () => void {
    const sleep = () => clock.setTimer(Math.min(at - clock.now(), LONGEST_SLEEP_MS), look)
    const look = () => {
      if (clock.now() < at) cancel = sleep()
      else wakeUp()
    }
    let cancel = sleep()
    return () => cancel()
  }
}
