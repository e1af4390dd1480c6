import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createInProcessDispatcher } from '../../../src/modules/dispatcher/in-process.ts'
import type { Turn } from '../../../src/modules/dispatcher/types.ts'
import type { SessionToDrive } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const quiet = { error: () => {} }

interface Held {
  turn: Turn
  park(wakeAt?: number): void
  fail(): void
}

function toDrive(
  sessionId: string,
  status: SessionToDrive['status'],
  priority = 0,
): SessionToDrive {
  return { sessionId, status, priority }
}

/** A dispatcher whose drives a test ends by hand. */
function setup({
  maxRunning = 2,
  runnable = [] as (string | SessionToDrive)[],
  wakeAts = {} as Record<string, number>,
  priorities = {} as Record<string, number>,
} = {}) {
  const clock = new ManualClock(0)
  const held: Held[] = []
  const seen: string[] = []
  const dispatcher = createInProcessDispatcher({
    store: {
      runnable: async (after = '', limit) =>
        runnable
          .map((one) => (typeof one === 'string' ? toDrive(one, 'running') : one))
          .filter(({ sessionId }) => sessionId > after)
          .slice(0, limit),
      due: async (now) =>
        Object.keys(wakeAts)
          .filter((id) => (wakeAts[id] ?? 0) <= now)
          .map((id) => toDrive(id, 'waiting', priorities[id])),
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
  for (let n = 0; n < 10; n++) dispatcher.wake('a', 'created')
  await nextTurn()
  expect([seen, held.length]).toEqual([['a'], 1])
})

test('what was woken, recovered or due goes before what is new, each in order of arrival', async () => {
  const { clock, dispatcher, held, seen, wakeAts } = setup({
    maxRunning: 1,
    runnable: ['r1', 'r2'],
  })
  await nextTurn()
  for (const id of ['new1', 'new2']) dispatcher.wake(id, 'created')
  for (const id of ['old1', 'new1', 'old2']) dispatcher.wake(id, 'changed')
  wakeAts['due'] = 10
  held[0]?.park(10)
  await nextTurn()
  clock.advance(10)
  await nextTurn()
  delete wakeAts['due']
  for (let n = 1; n < 7; n++) {
    held[n]?.park()
    await nextTurn()
  }
  expect(seen).toEqual(['r1', 'r2', 'old1', 'old2', 'due', 'new1', 'new2'])
})

test('a wake while the driver lets go makes it drive again', async () => {
  const { dispatcher, held, seen } = setup()
  dispatcher.wake('a', 'created')
  held[0]?.park()
  dispatcher.wake('a', 'created')
  await nextTurn()
  expect(seen).toEqual(['a', 'a'])
  held[1]?.park()
  await nextTurn()
  expect(seen).toHaveLength(2)
})

test('a wake before an idle ends it at once, one after it too, and time does', async () => {
  const { clock, dispatcher, held } = setup()
  dispatcher.wake('a', 'created')
  const { turn } = held[0] as Held
  dispatcher.wake('a', 'created')
  await turn.idle()
  turn.look()
  const idle = turn.idle(5000)
  dispatcher.wake('a', 'created')
  await idle
  turn.look()
  const timed = turn.idle(5000)
  clock.advance(5000)
  await timed
})

test('wakes a parked session when its time has come, whoever told of the time', async () => {
  const { clock, dispatcher, held, seen, wakeAts } = setup({ wakeAts: { stored: 3000 } })
  dispatcher.wake('parked', 'created')
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

test('has one timer for all that is parked, for the earliest time', async () => {
  const { clock, dispatcher, held, seen, wakeAts } = setup({ maxRunning: 3 })
  for (const [id, at] of [
    ['a', 3000],
    ['b', 1000],
    ['c', 2000],
  ] as const) {
    dispatcher.wake(id, 'created')
    wakeAts[id] = at
    held.at(-1)?.park(at)
    await nextTurn()
  }
  expect(clock.pending).toBe(1)
  clock.advance(1000)
  await nextTurn()
  expect(seen).toEqual(['a', 'b', 'c', 'b'])
})

test('leaves a session that is driven alone when its time comes: the driver knows it', async () => {
  const { clock, dispatcher, held, wakeAts } = setup({ wakeAts: { a: 1000, b: 1000 } })
  await nextTurn()
  dispatcher.wake('a', 'created')
  let woken = false
  const idle = held[0]?.turn.idle().then(() => {
    woken = true
  })
  clock.advance(1000)
  await nextTurn()
  expect([held.length, woken]).toEqual([2, false])
  delete wakeAts['a']
  dispatcher.wakeAll()
  await idle
})

test('a drive that fails is tried again, later each time', async () => {
  const { clock, dispatcher, held, seen } = setup()
  dispatcher.wake('a', 'created')
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

test('a wake spares a drive that failed the rest of its pause', async () => {
  const { clock, dispatcher, held, seen } = setup()
  dispatcher.wake('a', 'created')
  held[0]?.fail()
  await nextTurn()
  dispatcher.wake('a', 'changed')
  expect(seen).toEqual(['a', 'a'])
  held[1]?.park()
  await nextTurn()
  expect(clock.pending).toBe(0)
})

test('what others have written wakes the sessions that are driven, and no others', async () => {
  const { dispatcher, held, seen } = setup()
  dispatcher.wake('a', 'created')
  const idle = held[0]?.turn.idle()
  dispatcher.changed(['b', 'a'])
  await idle
  expect([seen, dispatcher.load()]).toEqual([['a'], { running: 1, queued: 0 }])
})

test('stops when the last driver has let go, and starts nothing more', async () => {
  const { clock, dispatcher, held, seen } = setup({ maxRunning: 1 })
  dispatcher.wake('a', 'created')
  dispatcher.wake('b', 'created')
  let stopped = false
  const stopping = dispatcher.stop().then(() => {
    stopped = true
  })
  await nextTurn()
  expect(stopped).toBe(false)
  dispatcher.wake('c', 'created')
  held[0]?.park(1)
  await stopping
  clock.advance(10_000)
  await nextTurn()
  expect(seen).toEqual(['a'])
  expect(clock.pending).toBe(0)
})

test('does not try a drive again that failed while it stopped', async () => {
  const { clock, dispatcher, held } = setup()
  dispatcher.wake('a', 'created')
  const stopping = dispatcher.stop()
  held[0]?.fail()
  await stopping
  expect(clock.pending).toBe(0)
})

test('after a start the highest priority goes first, wherever the store names it', async () => {
  const many = Array.from({ length: 1200 }, (_, n) => toDrive(`m${1000 + n}`, 'running'))
  const { held, seen } = setup({
    maxRunning: 1,
    runnable: [
      toDrive('a', 'queued', 9),
      toDrive('b', 'running', -3),
      ...many,
      toDrive('y', 'queued', 10),
      toDrive('z', 'running', 7),
    ],
    wakeAts: { due: 0, later: 0 },
    priorities: { due: 8, later: -4 },
  })
  await nextTurn()
  for (let n = 0; n < many.length + 6; n++) {
    held[n]?.park()
    await nextTurn()
  }
  expect(seen.slice(0, 3)).toEqual(['due', 'z', 'm1000'])
  expect(seen.slice(many.length + 2)).toEqual(['b', 'later', 'y', 'a'])
})

test('keeps the priority of a session that is driven again', async () => {
  const { clock, dispatcher, held, seen } = setup({ maxRunning: 1 })
  dispatcher.wake('low', 'created', -5)
  dispatcher.wake('other', 'changed', -4)
  dispatcher.wake('low', 'changed')
  held[0]?.park()
  await nextTurn()
  expect(seen).toEqual(['low', 'other'])
  held[1]?.fail()
  await nextTurn()
  expect(seen).toEqual(['low', 'other', 'low'])
  dispatcher.wake('between', 'changed', -5)
  dispatcher.wake('last', 'changed', -6)
  clock.advance(500)
  held[2]?.park()
  await nextTurn()
  expect(seen.at(-1)).toBe('other')
})
