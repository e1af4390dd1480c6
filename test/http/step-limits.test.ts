import { expect, test } from 'vitest'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'

test('an attempt that tells nothing for too long is stopped and may be tried again', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor] })
  const id = await start(service, [{ uses: 'hand', idleTimeout: '50ms', timeout: '1m' }])
  const attempt = await hand.attempt()
  const events = await ended(service, id)
  expect(attempt.context.signal.reason).toBe('idle')
  expect(lastOf(events, 'session.failed').error).toMatchObject({
    code: 'STEP_IDLE',
    message: 'the attempt told nothing for 50 ms',
    retryable: true,
  })
})

test('an attempt that tells something now and then is not', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor], clock })
  const id = await start(service, [{ uses: 'hand', idleTimeout: '10s', timeout: '5m' }])
  const attempt = await hand.attempt()
  for (let turn = 0; turn < 5; turn++) {
    clock.advance(9000)
    if (turn % 2 === 0) attempt.context.output('stdout', 'still here\n')
    else attempt.context.progress({ percent: turn * 10 })
  }
  attempt.succeed()
  expect(lastOf(await ended(service, id), 'session.completed').status).toBe('completed')
})

test('silence cannot be allowed for longer than the attempt', async () => {
  await using service = await startService({}, { executors: [noop] })
  const response = await service.post('/v1/sessions', [
    { uses: 'noop', timeout: '1s', idleTimeout: '2s' },
  ])
  expect(await json(response)).toMatchObject({
    faults: [{ pointer: '/0/idleTimeout', code: 'TIMEOUT_HIERARCHY' }],
  })
})

test('a session that has its turn too late fails and runs nothing', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const hand = handExecutor()
  let ran = 0
  const counting = functionExecutor('counting', () => {
    ran += 1
    return { status: 'succeeded' }
  })
  await using service = await startService(
    { MAX_SESSIONS_RUNNING: '1' },
    { executors: [hand.executor, counting], clock },
  )
  const first = await start(service, [{ uses: 'hand' }])
  const attempt = await hand.attempt()
  const late = await start(service, { startBy: '10s', steps: [{ uses: 'counting' }] })
  clock.advance(10_001)
  attempt.succeed()
  await ended(service, first)
  expect(lastOf(await ended(service, late), 'session.failed').error.code).toBe('START_TIMEOUT')
  expect(ran).toBe(0)
  const soon = await start(service, { startBy: '10s', steps: [{ uses: 'counting' }] })
  expect(lastOf(await ended(service, soon), 'session.completed').status).toBe('completed')
})
