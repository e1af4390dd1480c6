import { expect, test } from 'vitest'
import { createSessionCoordinator } from '../../../src/modules/session-coordinator/index.ts'
import type { SessionCommand } from '../../../src/session/commands.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { ConflictError, type Store } from '../../../src/store/types.ts'
import { driver, start, succeed } from '../../support/decider.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { plan, sequence } from '../../support/plans.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

const id = 'ses_01ARZ3NDEKTSV4RRFFQ69G5FAV'

async function setup(store: Store = createMemoryStore(), keepNew = 10) {
  const clock = new ManualClock()
  const statuses: string[] = []
  const asked: string[] = []
  const make = () =>
    createSessionCoordinator({
      store,
      clock,
      random: () => 0.5,
      keepNew,
      onContended: (sessionId) => asked.push(sessionId),
      onStatus: (session, status) => statuses.push(`${session.correlation.id} ${status}`),
    })
  const coordinator = make()
  await coordinator.create({
    id,
    tenant: 'default',
    name: 'n',
    plan: plan(sequence('a', 'b', 'c')),
    correlation: { id: 'req-1' },
    createdAt: clock.now(),
  })
  const types = async () =>
    (await store.readEvents({ sessionId: id, afterSeq: 0, limit: 1000 })).map(({ type }) => type)
  return { clock, store, coordinator, make, statuses, asked, types }
}

test('commands that come at once are decided one after the other, each on what went before', async () => {
  const { coordinator, types } = await setup()
  await Promise.all([
    coordinator.dispatch(id, start, driver),
    coordinator.dispatch(id, succeed('a'), driver),
    coordinator.dispatch(id, { type: 'pause' }, 'caller'),
    coordinator.dispatch(id, { type: 'pause' }, 'caller'),
    coordinator.dispatch(id, succeed('b'), driver),
    coordinator.dispatch(id, { type: 'resume' }, 'caller'),
  ])
  expect(await types()).toEqual([
    'session.created',
    'session.started',
    'step.started',
    'step.completed',
    'step.started',
    'session.paused',
    'step.completed',
    'session.resumed',
  ])
})

test('only its driver’s decisions start attempts, and none once it drains', async () => {
  const { coordinator } = await setup()
  const commands: SessionCommand[] = [start, { type: 'pause' }, succeed('a'), { type: 'resume' }]
  for (const command of commands) {
    await coordinator.dispatch(id, command, command.type === 'resume' ? 'caller' : driver)
  }
  const resumed = await coordinator.current(id)
  expect(resumed?.state.running).toEqual([])
  coordinator.drain()
  const ticked = await coordinator.dispatch(id, { type: 'tick' }, driver)
  expect(ticked.running).toEqual([])
})

test('two of them on one store decide anew when the other was first', async () => {
  const { coordinator, make, types } = await setup()
  const other = make()
  await coordinator.dispatch(id, start, driver)
  await coordinator.hold(id, driver)
  await other.hold(id, driver)
  await Promise.all([
    coordinator.dispatch(id, succeed('a'), driver),
    other.dispatch(id, { type: 'pause' }, 'caller'),
  ])
  await other.dispatch(id, { type: 'resume' }, 'caller')
  const seqs = await types()
  expect(seqs.filter((type) => type === 'session.paused')).toHaveLength(1)
  expect(seqs.filter((type) => type === 'step.completed')).toHaveLength(1)
})

test('gives up on a log that moves on for ever', async () => {
  const inner = createMemoryStore()
  const store = { ...inner, append: () => Promise.reject(new ConflictError(id)) }
  const { coordinator } = await setup(store)
  await expect(coordinator.dispatch(id, start, driver)).rejects.toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
  })
})

test('a caller who loses again and again asks for the way, a driver never does', async () => {
  const inner = createMemoryStore()
  let refusals = 0
  const append: Store['append'] = (wanted) =>
    refusals-- > 0 ? Promise.reject(new ConflictError(id)) : inner.append(wanted)
  const { coordinator, asked } = await setup({ ...inner, append })
  refusals = 2
  await coordinator.dispatch(id, { type: 'pause' }, 'caller')
  expect(asked).toEqual([])
  refusals = 9
  await coordinator.dispatch(id, { type: 'resume' }, 'caller')
  expect(asked).toEqual([id, id])
  refusals = 20
  await coordinator.dispatch(id, start, driver)
  expect(asked).toHaveLength(2)
})

test('a driver that is asked for the way holds back for a moment, and then goes on for as long', async () => {
  const { clock, coordinator, types } = await setup()
  await coordinator.hold(id, driver)
  await coordinator.dispatch(id, start, driver)
  coordinator.giveWay(id)
  const held = coordinator.dispatch(id, succeed('a'), driver)
  await coordinator.dispatch(id, { type: 'pause' }, 'caller')
  expect((await types()).at(-1)).toBe('session.paused')
  clock.advance(250)
  await held
  expect((await types()).at(-1)).toBe('step.completed')
  await coordinator.dispatch(id, { type: 'resume' }, 'caller')
  coordinator.giveWay(id)
  await coordinator.dispatch(id, { type: 'tick' }, driver)
  await coordinator.dispatch(id, succeed('b'), driver)
  expect((await types()).slice(-2)).toEqual(['step.completed', 'step.started'])
})

test('a refused write leaves nothing behind of what was decided, nor of what was decided on top', async () => {
  const wrapped = wrapStore()
  const { coordinator, types, statuses } = await setup(wrapped.store)
  await coordinator.hold(id, driver)
  wrapped.refuse()
  const refused = await Promise.allSettled([
    coordinator.dispatch(id, start, driver),
    coordinator.dispatch(id, succeed('a'), driver),
  ])
  expect(refused.map(({ status }) => status)).toContain('rejected')
  wrapped.accept()
  expect((await coordinator.current(id))?.state.status).toBe('queued')
  await coordinator.dispatch(id, start, driver)
  expect(await types()).toEqual(['session.created', 'session.started', 'step.started'])
  expect(statuses).toEqual(['req-1 queued', 'req-1 running'])
})

test('an event that cannot be encoded leaves nothing behind either', async () => {
  const { coordinator, types } = await setup()
  await coordinator.dispatch(id, start, driver)
  const broken = {
    type: 'report',
    stepId: 'a',
    attempt: 1,
    reports: [{ type: 'step.progress', data: { percent: 1n } }],
  }
  await expect(coordinator.dispatch(id, broken as never, driver)).rejects.toThrow(/BigInt/)
  await coordinator.dispatch(id, succeed('a'), driver)
  expect((await types()).slice(-2)).toEqual(['step.completed', 'step.started'])
})

test('reads the log once for all who ask, and keeps nothing of a session that nobody holds', async () => {
  const inner = createMemoryStore()
  let reads = 0
  const store: Store = {
    ...inner,
    session: (sessionId) => {
      reads += 1
      return inner.session(sessionId)
    },
  }
  const { coordinator } = await setup(store, 0)
  await Promise.all(Array.from({ length: 20 }, () => coordinator.current(id)))
  expect(reads).toBe(1)
  await coordinator.current(id)
  expect(reads).toBe(2)
  await coordinator.hold(id, driver)
  await coordinator.current(id)
  await coordinator.dispatch(id, start, driver)
  expect(reads).toBe(3)
  coordinator.forget(id)
  await coordinator.current(id)
  expect(reads).toBe(4)
})

test('knows no session that is not there', async () => {
  const { coordinator } = await setup()
  expect(await coordinator.current('ses_0')).toBeUndefined()
  expect(await coordinator.hold('ses_0', driver)).toBeUndefined()
  await expect(coordinator.dispatch('ses_0', start, 'caller')).rejects.toMatchObject({
    code: 'SESSION_NOT_FOUND',
  })
})

test('what must be known before a decision is written is, and what follows it waits', async () => {
  const store = createMemoryStore()
  const clock = new ManualClock()
  const gates: { open(): void; refuse(error: Error): void }[] = []
  const isOpened = () => new Promise<void>((open, refuse) => gates.push({ open, refuse }))
  const coordinator = createSessionCoordinator({
    store,
    clock,
    random: () => 0.5,
    keepNew: 10,
    onDecided: ({ state }, before) =>
      state.status === 'paused' && before.status !== 'paused' ? isOpened() : undefined,
  })
  const session = { id, tenant: 'default', name: 'n', plan: plan(sequence('a', 'b')) }
  await coordinator.create({ ...session, correlation: { id: 'r' }, createdAt: clock.now() })
  const types = async () =>
    (await store.readEvents({ sessionId: id, afterSeq: 1, limit: 1000 })).map(({ type }) => type)
  await coordinator.dispatch(id, start, driver)
  const paused = coordinator.dispatch(id, { type: 'pause' }, 'caller')
  const resumed = coordinator.dispatch(id, { type: 'resume' }, 'caller')
  const ended = coordinator.dispatch(id, succeed('a'), driver)
  await expect.poll(() => gates.length).toBe(1)
  expect(await types()).toEqual(['session.started', 'step.started'])
  gates[0]?.open()
  await Promise.all([paused, resumed, ended])
  const before = [
    'session.started',
    'step.started',
    'session.paused',
    'session.resumed',
    'step.completed',
    'step.started',
  ]
  expect(await types()).toEqual(before)

  // What cannot be known is not written, and what was decided on top of it is decided anew.
  const refused = coordinator.dispatch(id, { type: 'pause' }, 'caller')
  const after = coordinator.dispatch(id, succeed('b'), driver)
  await expect.poll(() => gates.length).toBe(2)
  gates[1]?.refuse(new Error('no'))
  await expect(refused).rejects.toThrow('no')
  await after
  expect(await types()).toEqual([...before, 'step.completed', 'session.completed'])
})

test('a refusal waits for what it was refused for to be on disk', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const store = createMemoryStore()
  const { store: slow } = wrapStore(store, {
    append: async (append) => {
      if (append.events.some(({ type }) => type === 'session.cancelled')) await held
      return store.append(append)
    },
  })
  const { coordinator } = await setup(slow)
  const cancelled = coordinator.dispatch(id, { type: 'cancel' }, 'caller')
  const refused = coordinator.dispatch(id, { type: 'pause' }, 'caller').catch(async (error) => {
    const current = await coordinator.current(id)
    return [error.code, current?.state.status]
  })
  release()
  await cancelled
  expect(await refused).toEqual(['SESSION_ENDED', 'cancelled'])
})
