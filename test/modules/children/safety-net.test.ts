import { expect, test } from 'vitest'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Append } from '../../../src/store/types.ts'
import { childrenOf, statusOf, stepOf } from '../../support/children.ts'
import { handExecutor } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { approval, asked, decided } from '../../support/people.ts'
import { startService } from '../../support/service.ts'
import { ended, start } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

const CHILD_EVENTS = {
  step: 'step.completed',
  pause: 'session.paused',
  cancel: 'session.cancelling',
}

/** A parent whose child waits for a hand, on a store that loses writes, as a process does that is killed before them. */
async function startFamily() {
  const clock = new ManualClock()
  const hand = handExecutor()
  const inner = createMemoryStore()
  let loses: (append: Append) => boolean = () => false
  let lost = 0
  const { store } = wrapStore(inner, {
    async append(append) {
      if (!loses(append)) return inner.append(append)
      lost += 1
      throw new Error('killed')
    },
  })
  const service = await startService({}, { clock, store, executors: [hand.executor] })
  const steps = [
    { id: 'first', uses: 'hand', timeout: '25m' },
    { id: 'second', uses: 'hand' },
  ]
  const parent = await start(service, {
    steps: [{ id: 'sub', uses: 'workflow', with: { workflow: steps } }],
  })
  const attempt = await hand.attempt()
  await expect.poll(() => statusOf(service, parent)).toBe('waiting')
  const [child = ''] = await childrenOf(service, parent)
  return {
    service,
    clock,
    hand,
    attempt,
    parent,
    child,
    lost: () => lost,
    /** Writes of such an event to a session are lost from now on; none are, without one. */
    lose(sessionId?: string, type?: string) {
      loses = (append) =>
        append.sessionId === sessionId && append.events.some((event) => event.type === type)
    },
    /** Nothing is due but what the agenda brings. */
    async later(ms: number, isDone: () => Promise<boolean>) {
      await expect
        .poll(async () => {
          clock.advance(ms)
          return isDone()
        })
        .toBe(true)
    },
    async [Symbol.asyncDispose]() {
      // What still runs is given its time to end.
      const cutOff = setInterval(() => clock.advance(1000), 10)
      await service[Symbol.asyncDispose]()
      clearInterval(cutOff)
    },
  }
}

test('an end that the parent was not told is told half a minute later', async () => {
  await using family = await startFamily()
  const { service, parent, child, hand, attempt } = family
  family.lose(parent, CHILD_EVENTS.step)
  attempt.succeed({})
  ;(await hand.attempt()).succeed({})
  await ended(service, child)
  await expect.poll(family.lost).toBe(1)
  expect(await statusOf(service, parent)).toBe('waiting')
  family.lose()
  family.clock.advance(29_000)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await statusOf(service, parent)).toBe('waiting')
  await family.later(1000, async () => (await statusOf(service, parent)) === 'completed')
  expect((await stepOf(service, parent, 'sub')).output).toMatchObject({ sessionId: child })
  expect(await service.app.stepProcessor.load()).toMatchObject({ queued: 0 })
})

test('a cancel that did not reach the child reaches it later', async () => {
  await using family = await startFamily()
  const { service, parent, child } = family
  family.lose(child, CHILD_EVENTS.cancel)
  await service.post(`/v1/sessions/${parent}/cancel`)
  await ended(service, parent)
  await expect.poll(family.lost).toBe(1)
  expect(await statusOf(service, child)).toBe('running')
  family.lose()
  await family.later(10_000, async () => (await statusOf(service, child)) === 'cancelled')
})

test('a pause and a resume that did not reach the child reach it later', async () => {
  await using family = await startFamily()
  const { service, parent, child } = family
  family.lose(child, CHILD_EVENTS.pause)
  await service.post(`/v1/sessions/${parent}/pause`)
  await expect.poll(family.lost).toBe(1)
  family.lose()
  await family.later(10_000, async () => (await statusOf(service, child)) === 'paused')
  family.lose(child, 'session.resumed')
  await service.post(`/v1/sessions/${parent}/resume`)
  await expect.poll(family.lost).toBe(2)
  family.lose()
  await family.later(10_000, async () => (await statusOf(service, child)) === 'running')
})

test('what somebody paused by hand stays paused, however often it is looked at', async () => {
  await using family = await startFamily()
  const { service, child, clock } = family
  await service.post(`/v1/sessions/${child}/pause`)
  for (let looks = 0; looks < 5; looks++) {
    clock.advance(60_000)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  expect(await statusOf(service, child)).toBe('paused')
})

test('an attempt that was cut off before it could wait takes up the session that it started', async () => {
  const clock = new ManualClock()
  const hand = handExecutor()
  const inner = createMemoryStore()
  let isKilled = false
  const { store } = wrapStore(inner, {
    async append(append) {
      if (isKilled || !append.events.some(({ type }) => type === 'step.waiting')) {
        return inner.append(append)
      }
      isKilled = true
      throw new Error('killed')
    },
  })
  await using service = await startService({}, { clock, store, executors: [hand.executor] })
  const parent = await start(service, {
    steps: [{ id: 'sub', uses: 'workflow', with: { workflow: [{ uses: 'hand' }] } }],
  })
  const { context, succeed } = await hand.attempt()
  await expect
    .poll(async () => {
      clock.advance(1000)
      return statusOf(service, parent)
    })
    .toBe('waiting')
  expect(await stepOf(service, parent, 'sub')).toMatchObject({
    attempt: 2,
    child: context.sessionId,
  })
  succeed({})
  await ended(service, parent)
  expect(await childrenOf(service, parent)).toEqual([context.sessionId])
  expect(hand.begun).toBe(1)
})

test('that its session waits for people a step is told later, where it was not at once', async () => {
  const clock = new ManualClock()
  const inner = createMemoryStore()
  let told = 0
  const { store } = wrapStore(inner, {
    async append(append) {
      const tells = append.events.some(({ body }) => body.includes('forPeople'))
      if (tells) told += 1
      if (tells && told === 1) throw new Error('killed')
      return inner.append(append)
    },
  })
  await using service = await startService({}, { clock, store })
  const workflow = { steps: [approval('ok')] }
  const parent = await start(service, {
    timeout: '10m',
    steps: [{ id: 'sub', uses: 'workflow', with: { workflow } }],
  })
  await expect.poll(() => told).toBe(1)
  await expect
    .poll(() => {
      clock.advance(1000)
      return told
    })
    .toBe(2)
  clock.advance(3 * 3_600_000)
  const [child = ''] = await childrenOf(service, parent)
  const { interactionId } = await asked(service, child)
  await decided(service, interactionId, { decision: 'approve' })
  expect((await ended(service, parent)).at(-1)?.type).toBe('session.completed')
})
