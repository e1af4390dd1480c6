import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createInProcessDispatcher } from '../../../src/modules/dispatcher/in-process.ts'
import type { Turn } from '../../../src/modules/dispatcher/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const quiet = { error: () => {} }

interface Held {
  turn: Turn
  park(wakeAt?: number): void
  fail(): void
}

/** A dispatcher whose drives a test ends by hand. */
function setup({
  maxRunning = 2,
  runnable = [] as string[],
  wakeAts = {} as Record<string, number>,
} = {}) {
  const clock = new ManualClock(0)
  const held: Held[] = []
  const seen: string[] = []
  const dispatcher = createInProcessDispatcher({
    store: {
      runnable: async (after) => runnable.filter((id) => after === undefined || id > after),
      due: async (now) => Object.keys(wakeAts).filter((id) => (wakeAts[id] ?? 0) <= now),
      nextWakeAt: async () => Object.values(wakeAts).sort((a, b) => a - b)[0],
    },
    clock,
    log: quiet,
    maxRunning,
  })
  dispatcher.start((turn) => {
    seen.push(turn.sessionId)
    turn.look()
    return new Promise((resolve, reject) =>
      held.push({
        turn,
        park: (wakeAt) => resolve(wakeAt === undefined ? {} : { wakeAt }),
        fail: () => reject(new Error('a defect')),
      }),
    )
  })
  return { clock, dispatcher, held, seen, wakeAts }
}

test('drives what the store says is runnable, so many at once and in order', async () => {
  const { dispatcher, held, seen } = setup({ runnable: ['a', 'b', 'c', 'd'] })
  await nextTurn()
  expect(seen).toEqual(['a', 'b'])
  expect(dispatcher.load()).toEqual({ running: 2, queued: 2 })
  held[0]?.park()
  await nextTurn()
  expect(seen).toEqual(['a', 'b', 'c'])
  for (const each of held) each.park()
  await nextTurn()
  held.at(-1)?.park()
  await nextTurn()
  expect(dispatcher.load()).toEqual({ running: 0, queued: 0 })
})

test('never has one session in two hands', async () => {
  const { dispatcher, held, seen } = setup()
  for (let n = 0; n < 10; n++) dispatcher.wake('a')
  await nextTurn()
  expect([seen, held.length]).toEqual([['a'], 1])
})

test('a wake while the driver lets go makes it drive again', async () => {
  const { dispatcher, held, seen } = setup()
  dispatcher.wake('a')
  held[0]?.park()
  dispatcher.wake('a')
  await nextTurn()
  expect(seen).toEqual(['a', 'a'])
  held[1]?.park()
  await nextTurn()
  expect(seen).toHaveLength(2)
})

test('a wake before an idle ends it at once, one after it too, and time does', async () => {
  const { clock, dispatcher, held } = setup()
  dispatcher.wake('a')
  const { turn } = held[0] as Held
  dispatcher.wake('a')
  await turn.idle()
  turn.look()
  const idle = turn.idle(5000)
  dispatcher.wake('a')
  await idle
  turn.look()
  const timed = turn.idle(5000)
  clock.advance(5000)
  await timed
})

test('wakes a parked session when its time has come, whoever told of the time', async () => {
  const { clock, dispatcher, held, seen, wakeAts } = setup({ wakeAts: { stored: 3000 } })
  dispatcher.wake('parked')
  held[0]?.park(2000)
  wakeAts['parked'] = 2000
  await nextTurn()
  clock.advance(1999)
  await nextTurn()
  expect(seen).toEqual(['parked'])
  clock.advance(1)
  await nextTurn()
  expect(seen).toEqual(['parked', 'parked'])
  delete wakeAts['parked']
  held[1]?.park()
  for (let n = 0; n < 2; n++) {
    clock.advance(500)
    await nextTurn()
  }
  expect(seen).toEqual(['parked', 'parked', 'stored'])
})

test('a drive that fails is tried again, later each time', async () => {
  const { clock, dispatcher, held, seen } = setup()
  dispatcher.wake('a')
  for (const pause of [500, 1000, 2000, 4000]) {
    const before = seen.length
    held.at(-1)?.fail()
    await nextTurn()
    clock.advance(pause - 1)
    expect(seen).toHaveLength(before)
    clock.advance(1)
    expect(seen).toHaveLength(before + 1)
  }
  expect(dispatcher.load()).toEqual({ running: 1, queued: 0 })
})

test('stops when the last driver has let go, and starts nothing more', async () => {
  const { clock, dispatcher, held, seen } = setup({ maxRunning: 1 })
  dispatcher.wake('a')
  dispatcher.wake('b')
  let stopped = false
  const stopping = dispatcher.stop().then(() => {
    stopped = true
  })
  await nextTurn()
  expect(stopped).toBe(false)
  dispatcher.wake('c')
  held[0]?.park(1)
  await stopping
  clock.advance(10_000)
  await nextTurn()
  expect(seen).toEqual(['a'])
  expect(clock.pending).toBe(0)
})
