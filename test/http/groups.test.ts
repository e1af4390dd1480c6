import { expect, test } from 'vitest'
import type { SessionView } from '../../src/http/views.ts'
import { typesOf } from '../support/follow.ts'
import { type HandledAttempt, handExecutor, noop } from '../support/hand-executor.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'

const members = ['a', 'b', 'c', 'd'].map((id) => ({ id, group: 'g', uses: 'hand' }))
const after = { id: 'after', uses: 'noop' }

async function setup(group: object, more: { steps?: object[]; clock?: ManualClock } = {}) {
  const hand = handExecutor()
  const service = await startService(
    {},
    {
      executors: [noop, hand.executor],
      ...(more.clock === undefined ? {} : { clock: more.clock }),
    },
  )
  const id = await start(service, {
    groups: { g: group },
    steps: more.steps ?? [...members, after],
  })
  return { hand, service, id, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

const refuse = (attempt: HandledAttempt) =>
  attempt.end({ status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: false })

const statusesOf = async (service: Service, id: string) =>
  Object.fromEntries(
    (await json<SessionView>(service.get(`/v1/sessions/${id}`))).steps.map((step) => [
      step.id,
      step.status,
    ]),
  )

test('maxParallel of a group is never exceeded, and holds nobody else back', async () => {
  const other = { id: 'other', uses: 'hand', dependsOn: [] }
  await using given = await setup(
    { maxParallel: 2 },
    { steps: [other, ...members.map((step) => ({ ...step, dependsOn: [] }))] },
  )
  let running: HandledAttempt[] = []
  for (let n = 0; n < 3; n++) running.push(await given.hand.attempt())
  expect(running.map(({ context }) => context.stepId).sort()).toEqual(['a', 'b', 'other'])
  const seen = ['a', 'b']
  running = running.filter(({ context }) => context.stepId !== 'other')
  while (seen.length < 4) {
    running.shift()?.succeed()
    const next = await given.hand.attempt()
    seen.push(next.context.stepId)
    running.push(next)
    expect(given.hand.begun).toBe(seen.length + 1)
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd'])
})

test('with waitForAll: false what comes after a group begins with the first that completed', async () => {
  await using given = await setup({ waitForAll: false, onFailure: 'continue' })
  const attempts = [await given.hand.attempt(), await given.hand.attempt()]
  refuse(attempts[0] as HandledAttempt)
  attempts[1]?.succeed()
  await expect
    .poll(() => statusesOf(given.service, given.id))
    .toMatchObject({ after: 'completed', c: 'running', d: 'running' })
  ;(await given.hand.attempt()).succeed()
  ;(await given.hand.attempt()).succeed()
  const events = await ended(given.service, given.id)
  expect(lastOf(events, 'session.completed').status).toBe('completed_with_errors')
  expect(typesOf(events).filter((type) => type === 'step.started after')).toHaveLength(1)
})

test('onFailure of a group is that of its steps, and of no others', async () => {
  await using given = await setup(
    { onFailure: 'continue' },
    { steps: [...members.slice(0, 2), { id: 'end', uses: 'hand', dependsOn: ['b'] }] },
  )
  const [first, second] = [await given.hand.attempt(), await given.hand.attempt()]
  const byId = new Map([first, second].map((attempt) => [attempt.context.stepId, attempt]))
  refuse(byId.get('a') as HandledAttempt)
  byId.get('b')?.succeed()
  refuse(await given.hand.attempt())
  const events = await ended(given.service, given.id)
  expect(lastOf(events, 'session.failed').stepId).toBe('end')
})

test('the timeout of a group stops what runs and fails what has not begun', async () => {
  const clock = new ManualClock()
  await using given = await setup(
    { timeout: '1m', maxParallel: 1, onFailure: 'continue' },
    { clock },
  )
  const first = await given.hand.attempt()
  clock.advance(40_000)
  first.succeed()
  const second = await given.hand.attempt()
  clock.advance(19_999)
  expect(second.context.signal.aborted).toBe(false)
  clock.advance(1)
  expect(second.context.signal.reason).toBe('timeout')
  const events = await ended(given.service, given.id)
  const failures = events.flatMap((event) =>
    event.type === 'step.failed' ? `${event.stepId} ${event.data.error.code}` : [],
  )
  expect(failures.sort()).toEqual(['b GROUP_TIMEOUT', 'c GROUP_TIMEOUT', 'd GROUP_TIMEOUT'])
  expect(await statusesOf(given.service, given.id)).toMatchObject({
    a: 'completed',
    after: 'skipped',
  })
  expect(given.hand.begun).toBe(2)
})
