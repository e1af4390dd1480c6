import { expect, test } from 'vitest'
import { createSessionCoordinator } from '../../../src/modules/session-coordinator/index.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { driver, start, succeed } from '../../support/decider.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { plan, sequence } from '../../support/plans.ts'

const id = (n: number) => `ses_01ARZ3NDEKTSV4RRFFQ69G5FA${n}`

/** A coordinator on a store that notes which logs are read. */
function setup({ maxBytes = 1024 * 1024, minEvents = 1 } = {}) {
  const inner = createMemoryStore()
  const reads: string[] = []
  const store: Store = {
    ...inner,
    readEvents(read) {
      reads.push(`${read.sessionId} ${read.afterSeq}`)
      return inner.readEvents(read)
    },
  }
  const clock = new ManualClock()
  const make = () =>
    createSessionCoordinator({
      store,
      clock,
      random: () => 0.5,
      keepNew: 0,
      keepStates: { minEvents, maxBytes },
    })
  const coordinator = make()
  return {
    store,
    coordinator,
    /** Another one, which has read nothing yet. */
    make,
    async begin(n: number) {
      await coordinator.create({
        id: id(n),
        tenant: 'default',
        name: null,
        plan: plan(sequence('a')),
        correlation: { id: 'req-1' },
        createdAt: clock.now(),
      })
      await coordinator.dispatch(id(n), start, driver)
    },
    async end(n: number, by = coordinator) {
      await by.dispatch(id(n), succeed('a'), driver)
    },
    /** Which logs are read while something is done. */
    async readBy(work: () => Promise<unknown>) {
      reads.length = 0
      await work()
      return [...reads]
    },
  }
}

test('an ended session is folded once, and what is refused of it needs no reading either', async () => {
  const { coordinator, begin, end, readBy } = setup()
  await begin(1)
  await end(1)
  const first = await coordinator.current(id(1))
  expect(first?.state.status).toBe('completed')
  expect(first?.record.status).toBe('completed')
  const again = await readBy(async () => expect(await coordinator.current(id(1))).toEqual(first))
  expect(again).toEqual([])
  const refused = readBy(() =>
    expect(coordinator.dispatch(id(1), { type: 'pause' }, 'caller')).rejects.toMatchObject({
      code: 'SESSION_ENDED',
    }),
  )
  expect(await refused).toEqual([])
})

test('of one that goes on only what came since is read, whoever wrote it', async () => {
  const { coordinator, make, begin, end, readBy } = setup()
  await begin(1)
  const before = await coordinator.current(id(1))
  const { seq = 0 } = before?.state ?? {}
  expect(await readBy(() => coordinator.current(id(1)))).toEqual([])
  await end(1, make())
  expect(await readBy(() => coordinator.current(id(1)))).toEqual([`${id(1)} ${seq}`])
  const after = await coordinator.current(id(1))
  expect(after).toEqual(await make().current(id(1)))
  expect(after?.record.status).toBe('completed')
  expect(before?.state.status).toBe('running')
})

test('nothing is kept of a short log', async () => {
  const { coordinator, begin, end, readBy } = setup({ minEvents: 100 })
  await begin(1)
  await end(1)
  await coordinator.current(id(1))
  expect(await readBy(() => coordinator.current(id(1)))).toEqual([`${id(1)} 0`])
})

test('one that is removed is gone, though it was kept', async () => {
  const { store, coordinator, begin, end } = setup()
  await begin(1)
  await end(1)
  await coordinator.current(id(1))
  await store.markForPurge(id(1))
  expect(await coordinator.current(id(1))).toBeUndefined()
  await expect(coordinator.dispatch(id(1), { type: 'pause' }, 'caller')).rejects.toMatchObject({
    code: 'SESSION_NOT_FOUND',
  })
})

test('those that were not asked for the longest make room', async () => {
  const { coordinator, begin, end, readBy } = setup({ maxBytes: 7000 })
  for (const n of [1, 2, 3]) {
    await begin(n)
    await end(n)
  }
  await coordinator.current(id(1))
  await coordinator.current(id(2))
  await coordinator.current(id(1))
  const readAgain = async (n: number) => (await readBy(() => coordinator.current(id(n)))).length > 0
  await coordinator.current(id(3))
  expect([await readAgain(1), await readAgain(3), await readAgain(2)]).toEqual([false, false, true])
})

test('one that takes more than all may is not kept', async () => {
  const { coordinator, begin, end, readBy } = setup({ maxBytes: 1000 })
  await begin(1)
  await end(1)
  await coordinator.current(id(1))
  expect(await readBy(() => coordinator.current(id(1)))).toEqual([`${id(1)} 0`])
})
