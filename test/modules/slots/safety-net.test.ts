import { expect, test } from 'vitest'
import { idOf, recordOf } from '../../../src/modules/slots/record.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { statusOf } from '../../support/children.ts'
import { handExecutor } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startService } from '../../support/service.ts'
import { ended, start, until } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

/** One session that runs and one that waits for it, on a store that fails as a process does that is killed. */
async function startTwo(priority = 0) {
  const clock = new ManualClock()
  const hand = handExecutor()
  const inner = createMemoryStore()
  let isFailing = false
  let failed = 0
  const fail = () => {
    failed += 1
    throw new Error('killed')
  }
  let fails: 'look' | 'start' = 'look'
  const { store } = wrapStore(inner, {
    async listSessions(filter) {
      const isLook = fails === 'look' && filter.concurrency !== undefined
      return isFailing && isLook ? fail() : inner.listSessions(filter)
    },
    async append(append) {
      const isStart =
        fails === 'start' && append.events.some((event) => event.type === 'session.started')
      return isFailing && isStart ? fail() : inner.append(append)
    },
  })
  const service = await startService({}, { clock, store, executors: [hand.executor] })
  const body = { concurrency: { key: 'k' }, steps: [{ id: 'a', uses: 'hand', timeout: '1h' }] }
  const holder = await start(service, { ...body, timeout: '2h' })
  const running = await hand.attempt()
  const waiter = await start(service, { ...body, priority, timeout: '2h' })
  await until(service, waiter, 'session.waiting')
  return {
    service,
    clock,
    hand,
    store: inner,
    waiter,
    /** The holder ends, and what follows is lost. */
    async loseWake(what: 'look' | 'start') {
      fails = what
      isFailing = true
      running.succeed()
      await ended(service, holder)
      await expect.poll(() => failed).toBeGreaterThan(0)
      isFailing = false
    },
    async [Symbol.asyncDispose]() {
      const cutOff = setInterval(() => clock.advance(1000), 10)
      await service[Symbol.asyncDispose]()
      clearInterval(cutOff)
    },
  }
}

const cases = [
  ['look', 0],
  ['start', 0],
  ['look', -7],
] as const
for (const [what, priority] of cases) {
  test(`a waiter that is forgotten when its place comes free is found later (${what}, ${priority})`, async () => {
    await using two = await startTwo(priority)
    await two.loseWake(what)
    expect(await statusOf(two.service, two.waiter)).toBe('waiting')
    await expect
      .poll(async () => {
        two.clock.advance(31_000)
        return statusOf(two.service, two.waiter)
      })
      .toBe('running')
    const attempt = await two.hand.attempt()
    attempt.succeed()
    expect((await ended(two.service, two.waiter)).at(-1)?.type).toBe('session.completed')
  })
}

test('nothing is kept of a key that nobody uses any more', async () => {
  await using two = await startTwo()
  await two.loseWake('look')
  const kept = () => two.store.countDocuments('default', 'slots')
  expect(await kept()).toBe(1)
  await expect
    .poll(async () => {
      two.clock.advance(31_000)
      return statusOf(two.service, two.waiter)
    })
    .toBe('running')
  const attempt = await two.hand.attempt()
  attempt.succeed()
  await ended(two.service, two.waiter)
  await expect
    .poll(async () => {
      two.clock.advance(600_000)
      return kept()
    })
    .toBe(0)
})

test('the priorities of those that wait are kept for as long as some may wait with them', async () => {
  await using two = await startTwo(5)
  const slot = { tenant: 'default', key: 'k' }
  const kept = async () => {
    const found = await two.store.document('default', 'slots', idOf(slot))
    return found && Object.keys(recordOf(found).priorities ?? {})
  }
  expect(await kept()).toEqual(['5'])
  two.clock.advance(31_000)
  const body = { concurrency: { key: 'k' }, steps: [{ id: 'a', uses: 'hand', timeout: '1h' }] }
  const usual = await start(two.service, { ...body, timeout: '2h' })
  await until(two.service, usual, 'session.waiting')
  await two.loseWake('look')
  await expect
    .poll(async () => {
      two.clock.advance(31_000)
      return statusOf(two.service, two.waiter)
    })
    .toBe('running')
  expect(await statusOf(two.service, usual)).toBe('waiting')
  // Somebody waits, but nobody with that priority.
  await expect
    .poll(async () => {
      two.clock.advance(31_000)
      return kept()
    })
    .toEqual([])
  const first = await two.hand.attempt()
  first.succeed()
  const second = await two.hand.attempt()
  expect(second.context.sessionId).toBe(usual)
  second.succeed()
  await ended(two.service, usual)
})
