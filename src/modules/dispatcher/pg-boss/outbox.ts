import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { SessionEngine, Wake } from './engine.ts'
import { createLoop } from './loop.ts'

export interface OutboxOptions {
  readonly engine: () => SessionEngine
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  /** So many sessions were put in the queue. */
  readonly onInserted: (count: number) => void
}

/** Sessions on their way to the queue: kept until they are in it. */
export interface Outbox {
  readonly size: number
  start(): void
  add(wake: Wake): void
  /** Resolves when the database has been asked to take what was added before. */
  sent(): Promise<void>
  /** Resolves when everything is in the queue. */
  emptied(): Promise<void>
  stop(): Promise<void>
}

/** How many are inserted by one statement. */
const BATCH = 1000

export function createOutbox({ engine, clock, log, onInserted }: OutboxOptions): Outbox {
  const waiting = new Map<string, Wake>()
  let sending = 0
  /** The statement that is under way, and the one that takes what waits now. */
  let current = Promise.withResolvers<void>()
  let next = Promise.withResolvers<void>()
  let emptied = Promise.withResolvers<void>()
  const loop = createLoop({ what: 'putting sessions in the queue', clock, log, run })

  return {
    get size() {
      return waiting.size + sending
    },
    start: loop.start,
    add(wake) {
      keep(wake)
      loop.soon()
    },
    async sent() {
      if (waiting.size > 0) await next.promise
      else if (sending > 0) await current.promise
    },
    emptied: () => (waiting.size + sending === 0 ? Promise.resolve() : emptied.promise),
    stop: loop.stop,
  }

  async function run(): Promise<void> {
    // What comes in the same turn of the event loop goes along.
    await nextTurn()
    while (waiting.size > 0) await send(take())
    emptied.resolve()
    emptied = Promise.withResolvers()
  }

  function keep(wake: Wake): void {
    const { sessionId, occasion } = wake
    if (occasion === 'changed' || !waiting.has(sessionId)) waiting.set(sessionId, wake)
  }

  function take(): readonly Wake[] {
    const wakes: Wake[] = []
    for (const [sessionId, wake] of waiting) {
      wakes.push(wake)
      waiting.delete(sessionId)
      if (wakes.length === BATCH) break
    }
    return wakes
  }

  async function send(wakes: readonly Wake[]): Promise<void> {
    sending = wakes.length
    current = next
    next = Promise.withResolvers()
    try {
      onInserted(await engine().insert(wakes))
    } catch (error) {
      wakes.forEach(keep)
      throw error
    } finally {
      sending = 0
      current.resolve()
    }
  }
}
