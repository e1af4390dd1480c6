import { describe, expect, test } from 'vitest'
import type { SessionView } from '../../src/http/views.ts'
import { finalEventTypes, type LoggedEvent } from '../../src/session/events.ts'
import { typesOf } from '../support/follow.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { startServer } from '../support/local-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const failing = functionExecutor('failing', () => ({
  status: 'failed',
  code: 'UNEXPECTED_STATUS',
  message: 'no',
  retryable: false,
}))

const tidy = { id: 'tidy', uses: 'hand', finally: true }

async function setup(options: { stubborn?: boolean; clock?: ManualClock } = {}) {
  const { clock } = options
  const hand = handExecutor({ stubborn: options.stubborn === true })
  const service = await startService(
    {},
    { executors: [noop, failing, hand.executor], ...(clock === undefined ? {} : { clock }) },
  )
  return { hand, service, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() }
}

const viewOf = (service: Service, id: string) =>
  json<SessionView>(service.get(`/v1/sessions/${id}`))

const statusesOf = async (service: Service, id: string) =>
  Object.fromEntries((await viewOf(service, id)).steps.map((step) => [step.id, step.status]))

const finalsOf = (events: readonly LoggedEvent[]) =>
  events.filter(({ type }) => finalEventTypes.has(type))

describe('a finally step', () => {
  test('runs after a success, and the session ends after it', async () => {
    await using given = await setup()
    const id = await start(given.service, [{ id: 'a', uses: 'noop' }, tidy])
    const attempt = await given.hand.attempt()
    expect(await viewOf(given.service, id)).toMatchObject({ status: 'running' })
    attempt.succeed()
    const events = await ended(given.service, id)
    expect(typesOf(events).slice(-5)).toEqual([
      'step.completed a',
      'session.finalizing',
      'step.started tidy',
      'step.completed tidy',
      'session.completed',
    ])
  })

  test('that fails turns completed into completed_with_errors, and nothing else', async () => {
    await using given = await setup()
    const last = { ...tidy, uses: 'failing' }
    const well = await start(given.service, [{ id: 'a', uses: 'noop' }, last])
    expect(lastOf(await ended(given.service, well), 'session.completed').status).toBe(
      'completed_with_errors',
    )
    const badly = await start(given.service, [{ id: 'a', uses: 'failing' }, last])
    expect(lastOf(await ended(given.service, badly), 'session.failed').stepId).toBe('a')
  })

  test('runs after a failure, and reads how the others ended', async () => {
    await using given = await setup()
    const id = await start(given.service, [
      { id: 'a', uses: 'failing' },
      { id: 'b', uses: 'noop' },
      { ...tidy, with: { a: '{{ steps.a.status }}', b: '{{ steps.b.status }}' } },
      { id: 'rescue', uses: 'noop', finally: true, when: "failed('a')" },
      { id: 'praise', uses: 'noop', finally: true, when: "succeeded('a')" },
    ])
    const attempt = await given.hand.attempt()
    expect(attempt.input).toEqual({ a: 'failed', b: 'skipped' })
    attempt.succeed()
    const events = await ended(given.service, id)
    expect(lastOf(events, 'session.failed')).toMatchObject({ stepId: 'a' })
    expect(await statusesOf(given.service, id)).toEqual({
      a: 'failed',
      b: 'skipped',
      tidy: 'completed',
      rescue: 'completed',
      praise: 'skipped',
    })
  })

  test('runs after a cancel, tries again meanwhile, and the session ends as cancelled', async () => {
    await using given = await setup()
    const retry = { maxAttempts: 3, backoff: 'fixed', delay: '1ms', jitter: false }
    const id = await start(given.service, [
      { id: 'a', uses: 'hand' },
      { ...tidy, retry },
    ])
    await given.hand.attempt()
    await given.service.post(`/v1/sessions/${id}/cancel`, { reason: 'enough' })
    for (const attempt of [1, 2, 3]) {
      const again = await given.hand.attempt()
      expect(again.context).toMatchObject({ stepId: 'tidy', attempt })
      expect(await viewOf(given.service, id)).toMatchObject({ status: 'cancelling' })
      // A second cancel does not stop it.
      const cancel = await given.service.post(`/v1/sessions/${id}/cancel`)
      expect([cancel.status, again.context.signal.aborted]).toEqual([202, false])
      if (attempt === 3) again.succeed()
      else
        again.end({ status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: true })
    }
    const events = await ended(given.service, id)
    expect(finalsOf(events)).toMatchObject([
      { type: 'session.cancelled', data: { reason: 'enough', steps: { completed: 1 } } },
    ])
    expect(await statusesOf(given.service, id)).toEqual({ a: 'cancelled', tidy: 'completed' })
  })

  test('runs after the session’s timeout, which does not end it', async () => {
    const clock = new ManualClock()
    await using given = await setup({ clock })
    const id = await start(given.service, {
      timeout: '10m',
      steps: [{ id: 'a', uses: 'wait', with: { for: '1h' } }, tidy],
    })
    await until(given.service, id, 'session.waiting')
    clock.advance(10 * 60_000)
    const attempt = await given.hand.attempt()
    clock.advance(60_000)
    expect(attempt.context.signal.aborted).toBe(false)
    attempt.succeed()
    const events = await ended(given.service, id)
    expect(lastOf(events, 'session.failed').error.code).toBe('SESSION_TIMEOUT')
    expect(await statusesOf(given.service, id)).toEqual({ a: 'cancelled', tidy: 'completed' })
  })

  test('runs after a rollback, not before', async () => {
    await using given = await setup()
    const id = await start(given.service, {
      onFailure: 'rollback',
      steps: [
        { id: 'a', uses: 'noop', undo: { uses: 'noop', with: {} } },
        { id: 'b', uses: 'failing' },
        tidy,
      ],
    })
    ;(await given.hand.attempt()).succeed()
    const events = await ended(given.service, id)
    expect(typesOf(events).slice(-6)).toEqual([
      'step.undoing a',
      'step.undone a',
      'session.finalizing',
      'step.started tidy',
      'step.completed tidy',
      'session.failed',
    ])
  })

  test('that does not return is ended by its own timeout, also after a cancel', async () => {
    const clock = new ManualClock()
    await using given = await setup({ clock, stubborn: true })
    const id = await start(given.service, [
      { id: 'a', uses: 'wait', with: { for: '1h' } },
      { ...tidy, timeout: '1m' },
    ])
    await until(given.service, id, 'session.waiting')
    await given.service.post(`/v1/sessions/${id}/cancel`)
    const attempt = await given.hand.attempt()
    clock.advance(60_000)
    expect(attempt.context.signal.reason).toBe('timeout')
    clock.advance(10_000)
    const events = await ended(given.service, id)
    expect(lastOf(events, 'step.failed').error.code).toBe('STEP_TIMEOUT')
    expect(finalsOf(events)).toMatchObject([{ type: 'session.cancelled' }])
  })

  test('runs again in a session that is retried', async () => {
    await using given = await setup()
    const id = await start(given.service, [
      { id: 'a', uses: 'noop' },
      { id: 'b', uses: 'hand' },
      tidy,
    ])
    ;(await given.hand.attempt()).end({
      status: 'failed',
      code: 'UNEXPECTED_STATUS',
      message: 'no',
      retryable: false,
    })
    ;(await given.hand.attempt()).succeed()
    await ended(given.service, id)
    const { sessionId } = await json<{ sessionId: string }>(
      given.service.post(`/v1/sessions/${id}/retry`),
    )
    const second = await given.hand.attempt()
    expect(second.context.stepId).toBe('b')
    second.succeed()
    const last = await given.hand.attempt()
    expect(last.context).toMatchObject({ sessionId, stepId: 'tidy' })
    last.succeed()
    expect(lastOf(await ended(given.service, sessionId), 'session.completed').status).toBe(
      'completed',
    )
  })
})

test('a step whose when asks for a failure runs although that ends the session', async () => {
  await using reports = await startServer((_, response) => response.end())
  await using given = await setup()
  const report = (id: string, when: string) => ({
    id,
    when,
    dependsOn: ['a'],
    uses: 'webhook',
    with: { method: 'POST', url: `${reports.url}/${id}`, json: { was: '{{ steps.a.status }}' } },
  })
  const id = await start(given.service, [
    { id: 'a', uses: 'failing' },
    report('bad', "failed('a')"),
    report('good', "succeeded('a')"),
    report('either', 'always()'),
    { id: 'plain', uses: 'noop', dependsOn: ['a'] },
  ])
  const events = await ended(given.service, id)
  expect(await statusesOf(given.service, id)).toEqual({
    a: 'failed',
    bad: 'completed',
    good: 'skipped',
    either: 'completed',
    plain: 'skipped',
  })
  expect(reports.received.map(({ path, body }) => `${path} ${body}`).sort()).toEqual([
    '/bad {"was":"failed"}',
    '/either {"was":"failed"}',
  ])
  expect(finalsOf(events)).toMatchObject([{ type: 'session.failed', data: { stepId: 'a' } }])
})
