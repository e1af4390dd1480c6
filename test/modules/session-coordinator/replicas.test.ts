import { expect, test } from 'vitest'
import { createSessionCoordinator } from '../../../src/modules/session-coordinator/index.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { ClaimLostError, type Store } from '../../../src/store/types.ts'
import { start, succeed } from '../../support/decider.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { plan, sequence } from '../../support/plans.ts'

const id = 'ses_01ARZ3NDEKTSV4RRFFQ69G5FAV'

/** One store under several coordinators, as replicas have it: with claims, and a note of what was read. */
async function replicas() {
  const inner = createMemoryStore()
  const reads: string[] = []
  let claim: string | undefined
  const store: Store = {
    ...inner,
    async append(append) {
      if (append.claim !== undefined && append.claim !== claim) throw new ClaimLostError(id)
      return inner.append(append)
    },
    async extent(sessionId) {
      const extent = await inner.extent(sessionId)
      return extent && { ...extent, ...(claim === undefined || extent.ended ? {} : { claim }) }
    },
    session(sessionId) {
      reads.push('record')
      return inner.session(sessionId)
    },
    readEvents(read) {
      reads.push(`events after ${read.afterSeq}`)
      return inner.readEvents(read)
    },
  }
  const clock = new ManualClock()
  const make = () => createSessionCoordinator({ store, clock, random: () => 0.5, keepNew: 10 })
  const first = make()
  await first.create({
    id,
    tenant: 'default',
    name: null,
    plan: plan(sequence('a', 'b', 'c')),
    correlation: { id },
    createdAt: clock.now(),
  })
  return {
    first,
    second: make(),
    third: make(),
    reads,
    async claim(name: string) {
      claim = name
      const extent = await inner.extent(id)
      return { claim: name, claimedSeq: (extent?.next ?? 1) - 1 }
    },
    async log() {
      const events = await inner.readEvents({ sessionId: id, afterSeq: 0, limit: 1000 })
      return events.map(({ seq, type }) => `${seq} ${type}`)
    },
  }
}

test('a driver that is told of a command elsewhere reads only what is new', async () => {
  const { first, second, claim, reads } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await first.dispatch(id, start, driver)
  await second.dispatch(id, { type: 'pause' }, 'caller')
  expect((await first.hold(id, driver))?.state.status).toBe('running')
  reads.length = 0
  first.changed([id, 'ses_other'])
  expect((await first.hold(id, driver))?.state.status).toBe('paused')
  expect((await first.hold(id, driver))?.state.status).toBe('paused')
  expect(reads).toEqual(['events after 3'])
})

test('a driver that was not told decides anew on what is there, and reads only what is new', async () => {
  const { first, second, claim, reads, log } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await first.dispatch(id, start, driver)
  await second.dispatch(id, { type: 'pause' }, 'caller')
  reads.length = 0
  const state = await first.dispatch(id, succeed('a'), driver)
  expect(state.status).toBe('paused')
  expect(reads).toEqual(['events after 3'])
  expect(await log()).toEqual([
    '1 session.created',
    '2 session.started',
    '3 step.started',
    '4 session.paused',
    '5 step.completed',
  ])
})

test('whoever asks sees what others wrote, told of or not', async () => {
  const { first, second, claim } = await replicas()
  const driver = await claim('1')
  await second.hold(id, driver)
  await second.dispatch(id, start, driver)
  expect((await first.current(id))?.state.status).toBe('running')
})

test('a new session that is driven elsewhere is not kept', async () => {
  const { first, second, claim, reads } = await replicas()
  const driver = await claim('1')
  await second.hold(id, driver)
  await second.dispatch(id, start, driver)
  first.changed([id])
  reads.length = 0
  await first.current(id)
  expect(reads).toEqual(['record', 'events after 0'])
})

test('a new session is driven without being read, unless somebody wrote to it before it was claimed', async () => {
  const untouched = await replicas()
  untouched.reads.length = 0
  await untouched.first.hold(id, await untouched.claim('1'))
  expect(untouched.reads).toEqual([])

  const touched = await replicas()
  await touched.second.dispatch(id, { type: 'pause' }, 'caller')
  const held = await touched.first.hold(id, await touched.claim('1'))
  expect(held?.state.status).toBe('paused')
})

test('a driver that has lost its claim writes nothing more and is shown nothing of its successor', async () => {
  const { first, second, claim, log } = await replicas()
  const before = await claim('1')
  await first.hold(id, before)
  await first.dispatch(id, start, before)
  const after = await claim('2')
  await second.hold(id, after)
  await expect(first.dispatch(id, succeed('a'), before)).rejects.toThrow(ClaimLostError)
  await expect(first.hold(id, before)).rejects.toThrow(ClaimLostError)

  await second.dispatch(id, { type: 'recover' }, after)
  first.changed([id])
  await expect(first.hold(id, before)).rejects.toThrow(ClaimLostError)
  const written = await log()
  await expect(first.dispatch(id, { type: 'tick' }, before)).rejects.toThrow(ClaimLostError)
  await expect(
    first.dispatch(
      id,
      {
        type: 'finishAttempt',
        stepId: 'a',
        attempt: 2,
        outcome: { status: 'succeeded', output: null },
      },
      before,
    ),
  ).rejects.toThrow(ClaimLostError)
  expect(await log()).toEqual(written)
})

test('a driver whose claim holds goes on after a caller’s write, however often it is asked', async () => {
  const { first, second, claim } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await first.dispatch(id, start, driver)
  for (const type of ['pause', 'resume', 'pause', 'resume'] as const) {
    await second.dispatch(id, { type }, 'caller')
    first.changed([id])
    await expect(first.hold(id, driver)).resolves.toBeDefined()
  }
})

test('a driver is shown the end of its session when somebody else ended it', async () => {
  const { first, second, claim } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await second.dispatch(id, { type: 'cancel' }, 'caller')
  first.changed([id])
  expect((await first.hold(id, driver))?.state.status).toBe('cancelled')
})

test('commands through three replicas at once end in one log', async () => {
  const { first, second, third, claim, log } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await first.dispatch(id, start, driver)
  const results = await Promise.allSettled(
    [first, second, third].flatMap((replica) =>
      Array.from({ length: 20 }, (_, n) =>
        replica.dispatch(id, { type: n % 2 === 0 ? 'pause' : 'resume' }, 'caller'),
      ),
    ),
  )
  expect(results.filter(({ status }) => status === 'rejected')).toEqual([])
  const lines = await log()
  expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(lines.map((_, n) => n + 1))
  const types = lines.slice(3).map((line) => line.split(' ')[1])
  for (const [n, type] of types.entries()) {
    expect(type).toBe(n % 2 === 0 ? 'session.paused' : 'session.resumed')
  }
})

test('a command that finds its work done is not refused for a write that was refused before', async () => {
  const { first, second, claim, log } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await first.dispatch(id, start, driver)
  await second.dispatch(id, { type: 'pause' }, 'caller')
  expect((await first.dispatch(id, { type: 'pause' }, 'caller')).status).toBe('paused')
  expect((await first.dispatch(id, { type: 'pause' }, 'caller')).status).toBe('paused')
  expect((await log()).filter((line) => line.endsWith('session.paused'))).toHaveLength(1)
})

test('a caller is not refused because the driver before it has lost its claim', async () => {
  const { first, claim } = await replicas()
  const driver = await claim('1')
  await first.hold(id, driver)
  await first.dispatch(id, start, driver)
  await claim('2')
  const [driven, called] = await Promise.allSettled([
    first.dispatch(id, succeed('a'), driver),
    first.dispatch(id, { type: 'resume' }, 'caller'),
  ])
  expect(driven).toMatchObject({ status: 'rejected', reason: expect.any(ClaimLostError) })
  expect(called).toMatchObject({ status: 'fulfilled', value: { status: 'running' } })
})
