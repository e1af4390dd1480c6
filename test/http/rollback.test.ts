import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SessionView } from '../../src/http/views.ts'
import { finalEventTypes, type LoggedEvent } from '../../src/session/events.ts'
import { readLog } from '../e2e/support/json-log.ts'
import { typesOf } from '../support/follow.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { type Answer, type LocalServer, startServer } from '../support/local-server.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const failing = functionExecutor('failing', () => ({
  status: 'failed',
  code: 'UNEXPECTED_STATUS',
  message: 'no',
  retryable: false,
}))

const executors = [noop, failing]

/** A shop whose orders can be taken back; some answers are the test's. */
function startShop(answers: Readonly<Record<string, Answer>> = {}): Promise<LocalServer> {
  return startServer((request, response) => {
    const answer = answers[`${request.method} ${request.path}`]
    if (answer !== undefined) return answer(request, response)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ order: `order-of-${request.path.slice(1)}` }))
  })
}

const refuse: Answer = (_, response) => response.writeHead(409).end()

/** A step that orders, and how that is taken back; the undo reads what the step was answered. */
function order(shop: LocalServer, id: string, more: object = {}, undoMore: object = {}) {
  return {
    id,
    uses: 'webhook',
    with: { method: 'POST', url: `${shop.url}/${id}` },
    undo: {
      uses: 'webhook',
      with: { method: 'DELETE', url: `${shop.url}/{{ steps.${id}.output.body.order }}` },
      ...undoMore,
    },
    ...more,
  }
}

const hasFailed = { id: 'last', uses: 'failing' }

const requestsOf = ({ received }: LocalServer) =>
  received.map(({ method, path }) => `${method} ${path}`)

const viewOf = (service: Service, id: string) =>
  json<SessionView>(service.get(`/v1/sessions/${id}`))

const statusesOf = async (service: Service, id: string) =>
  Object.fromEntries((await viewOf(service, id)).steps.map((step) => [step.id, step.status]))

const finalsOf = (events: readonly LoggedEvent[]) =>
  events.filter(({ type }) => finalEventTypes.has(type)).map(({ type }) => type)

describe('a workflow that takes back what it did', () => {
  test('undoes its steps in reverse order after a failure, and ends once', async () => {
    await using shop = await startShop()
    await using service = await startService({}, { executors })
    const id = await start(service, {
      onFailure: 'rollback',
      steps: [order(shop, 'a'), order(shop, 'b'), order(shop, 'c'), hasFailed],
    })
    const events = await ended(service, id)
    expect(requestsOf(shop)).toEqual([
      'POST /a',
      'POST /b',
      'POST /c',
      'DELETE /order-of-c',
      'DELETE /order-of-b',
      'DELETE /order-of-a',
    ])
    expect(lastOf(events, 'session.rolling_back')).toEqual({
      cause: 'failure',
      steps: ['c', 'b', 'a'],
    })
    expect(finalsOf(events)).toEqual(['session.failed'])
    expect(events.at(-1)?.type).toBe('session.failed')
    expect(lastOf(events, 'session.failed')).toMatchObject({
      stepId: 'last',
      steps: { total: 4, completed: 0, undone: 3, failed: 1 },
    })
    expect(await statusesOf(service, id)).toEqual({
      a: 'undone',
      b: 'undone',
      c: 'undone',
      last: 'failed',
    })
  })

  test('sends another Idempotency-Key with an undo than with the step, the same at each try', async () => {
    let refusals = 0
    const refuseOnce: Answer = (_, response) =>
      response.writeHead(refusals++ === 0 ? 503 : 200).end()
    await using shop = await startShop({ 'DELETE /order-of-a': refuseOnce })
    await using service = await startService({}, { executors })
    const retry = { maxAttempts: 2, backoff: 'fixed', delay: '1ms', jitter: false }
    const id = await start(service, {
      onFailure: 'rollback',
      steps: [order(shop, 'a', {}, { retry }), hasFailed],
    })
    await ended(service, id)
    const keys = shop.received.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([`${id}:a`, `${id}:a:undo`, `${id}:a:undo`])
  })

  test('tries an undo as its own retry says, records one that fails, and goes on with the others', async () => {
    let tries = 0
    const flaky: Answer = (_, response) => response.writeHead(++tries < 3 ? 503 : 200).end()
    await using shop = await startShop({
      'DELETE /order-of-c': flaky,
      'DELETE /order-of-b': refuse,
    })
    await using service = await startService({}, { executors })
    const retry = { maxAttempts: 3, backoff: 'fixed', delay: '1ms', jitter: false }
    const id = await start(service, {
      onFailure: 'rollback',
      steps: [order(shop, 'a'), order(shop, 'b'), order(shop, 'c', {}, { retry }), hasFailed],
    })
    const events = await ended(service, id)
    const told = typesOf(events)
    expect(told.slice(told.indexOf('session.rolling_back') + 1)).toEqual([
      'step.undoing c',
      'step.retrying c',
      'step.undoing c',
      'step.retrying c',
      'step.undoing c',
      'step.undone c',
      'step.undoing b',
      'step.undo_failed b',
      'step.undoing a',
      'step.undone a',
      'session.failed',
    ])
    expect(requestsOf(shop).slice(-2)).toEqual(['DELETE /order-of-b', 'DELETE /order-of-a'])
    const view = await viewOf(service, id)
    expect(view.steps.map(({ status, undoError }) => [status, undoError?.code])).toEqual([
      ['undone', undefined],
      ['completed', 'UNEXPECTED_STATUS'],
      ['undone', undefined],
      ['failed', undefined],
    ])
  })

  test('undoes nothing when it succeeds', async () => {
    await using shop = await startShop()
    await using service = await startService()
    const id = await start(service, { onFailure: 'rollback', steps: [order(shop, 'a')] })
    expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
    expect(requestsOf(shop)).toEqual(['POST /a'])
  })

  test.each([
    ['of one step', {}, { onFailure: 'rollback' }],
    ['of a group', { groups: { g: { onFailure: 'rollback' } } }, { group: 'g' }],
  ])('may do so for the failure %s alone', async (_, workflow, ofStep) => {
    await using shop = await startShop()
    await using service = await startService({}, { executors })
    const steps = [order(shop, 'a'), { id: 'b', uses: 'failing', ...ofStep }]
    const rolled = await start(service, { onFailure: 'continue', ...workflow, steps })
    expect(lastOf(await ended(service, rolled), 'session.rolling_back').cause).toBe('failure')
    expect(requestsOf(shop)).toEqual(['POST /a', 'DELETE /order-of-a'])

    const other = { id: 'c', uses: 'failing', dependsOn: ['a'] }
    const gone = await start(service, {
      onFailure: 'continue',
      ...workflow,
      steps: [order(shop, 'a'), other, { id: 'b', uses: 'noop', dependsOn: ['a'], ...ofStep }],
    })
    expect(lastOf(await ended(service, gone), 'session.completed').status).toBe(
      'completed_with_errors',
    )
    expect(requestsOf(shop).slice(2)).toEqual(['POST /a'])
  })

  test('does so when its time is over, and that is still why it failed', async () => {
    await using shop = await startShop()
    await using service = await startService()
    const id = await start(service, {
      onFailure: 'rollback',
      timeout: '300ms',
      steps: [order(shop, 'a', { timeout: '200ms' }), 'Wait 1 hour'],
    })
    const events = await ended(service, id)
    expect(lastOf(events, 'session.rolling_back')).toMatchObject({ cause: 'timeout', steps: ['a'] })
    expect(lastOf(events, 'session.failed').error.code).toBe('SESSION_TIMEOUT')
    expect(requestsOf(shop)).toEqual(['POST /a', 'DELETE /order-of-a'])
    expect(finalsOf(events)).toEqual(['session.failed'])
  })
})

describe('a rollback on request', () => {
  const undo = { uses: 'hand', with: { undo: true } }
  const two = [
    { id: 'a', uses: 'noop', undo: { uses: 'noop', with: {} } },
    { id: 'b', uses: 'hand' },
  ]

  /** A service with a hand executor, and a session of it. */
  async function setup(
    steps: unknown,
    more: { settings?: Record<string, string>; stubborn?: boolean; clock?: ManualClock } = {},
  ) {
    const hand = handExecutor({ stubborn: more.stubborn === true })
    const service = await startService(more.settings ?? {}, {
      executors: [...executors, hand.executor],
      ...(more.clock === undefined ? {} : { clock: more.clock }),
    })
    const id = await start(service, steps)
    const rollback = async (reason?: string) => {
      const answer = await service.post(
        `/v1/sessions/${id}/rollback`,
        reason === undefined ? undefined : { reason },
      )
      const { status, code } = await json<{ status?: string; code?: string }>(answer)
      return { http: answer.status, told: code ?? status }
    }
    return {
      hand,
      service,
      id,
      rollback,
      [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
    }
  }

  test('stops what runs, undoes the rest, and says why', async () => {
    await using given = await setup(two)
    const attempt = await given.hand.attempt()
    expect(await given.rollback('wrong shop')).toEqual({ http: 202, told: 'cancelling' })
    const events = await ended(given.service, given.id)
    expect(attempt.context.signal.reason).toBe('cancelled')
    expect(lastOf(events, 'session.rolling_back')).toEqual({
      cause: 'requested',
      reason: 'wrong shop',
      steps: ['a'],
    })
    expect(lastOf(events, 'session.failed').error).toMatchObject({
      code: 'ROLLED_BACK',
      message: 'wrong shop',
    })
    expect(await statusesOf(given.service, given.id)).toEqual({ a: 'undone', b: 'cancelled' })
    expect(finalsOf(events)).toEqual(['session.failed'])
    expect(await given.rollback()).toEqual({ http: 409, told: 'SESSION_ENDED' })
  })

  test('of a queued session ends it before it has begun', async () => {
    await using given = await setup(two, { settings: { MAX_SESSIONS_RUNNING: '1' } })
    await given.hand.attempt()
    const queued = await start(given.service, two)
    const answer = await given.service.post(`/v1/sessions/${queued}/rollback`)
    expect([answer.status, (await json(answer))['status']]).toEqual([202, 'failed'])
    expect(typesOf(await ended(given.service, queued))).not.toContain('session.started')
    expect(given.hand.begun).toBe(1)
  })

  test('of a session that waits for a time undoes it at once', async () => {
    await using given = await setup([two[0], 'Wait 1 hour'])
    await until(given.service, given.id, 'session.waiting')
    expect(await given.rollback()).toEqual({ http: 202, told: 'rolling_back' })
    const events = await ended(given.service, given.id)
    expect(typesOf(events).slice(-5)).toEqual([
      'step.cancelled step2',
      'session.rolling_back',
      'step.undoing a',
      'step.undone a',
      'session.failed',
    ])
  })

  test('of a session that waits for its next try does not try again', async () => {
    const retry = { maxAttempts: 5, backoff: 'fixed', delay: '1h', maxDelay: '1h', jitter: false }
    await using given = await setup([two[0], { id: 'b', uses: 'hand', retry }])
    const attempt = await given.hand.attempt()
    attempt.end({ status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: true })
    await until(given.service, given.id, 'session.waiting')
    expect(await given.rollback()).toEqual({ http: 202, told: 'rolling_back' })
    await ended(given.service, given.id)
    expect(await statusesOf(given.service, given.id)).toEqual({ a: 'undone', b: 'cancelled' })
    expect(given.hand.begun).toBe(1)
  })

  test('of a paused session undoes it without resuming it', async () => {
    await using given = await setup([two[0], { id: 'b', uses: 'hand' }, { id: 'c', uses: 'hand' }])
    const attempt = await given.hand.attempt()
    await given.service.post(`/v1/sessions/${given.id}/pause`)
    attempt.succeed()
    await expect.poll(() => statusesOf(given.service, given.id)).toMatchObject({ b: 'completed' })
    expect(await given.rollback()).toEqual({ http: 202, told: 'rolling_back' })
    const events = await ended(given.service, given.id)
    expect(typesOf(events)).not.toContain('session.resumed')
    expect(await statusesOf(given.service, given.id)).toEqual({
      a: 'undone',
      b: 'completed',
      c: 'cancelled',
    })
  })

  test('of a session that waits for a person needs nobody’s answer', async () => {
    await using given = await setup({
      onFailure: 'escalate',
      steps: [two[0], { id: 'b', uses: 'failing' }],
    })
    await until(given.service, given.id, 'session.waiting')
    expect(await given.rollback()).toEqual({ http: 202, told: 'rolling_back' })
    await ended(given.service, given.id)
    expect(await statusesOf(given.service, given.id)).toEqual({ a: 'undone', b: 'cancelled' })
  })

  test('takes over a cancel that is under way', async () => {
    await using given = await setup(two, { stubborn: true })
    const attempt = await given.hand.attempt()
    await given.service.post(`/v1/sessions/${given.id}/cancel`)
    expect(await given.rollback()).toEqual({ http: 202, told: 'cancelling' })
    attempt.end({ status: 'aborted' })
    const events = await ended(given.service, given.id)
    expect(finalsOf(events)).toEqual(['session.failed'])
    expect(await statusesOf(given.service, given.id)).toEqual({ a: 'undone', b: 'cancelled' })
  })

  test('changes nothing while a rollback is under way, and a cancel stops that', async () => {
    await using given = await setup([
      { id: 'a', uses: 'noop', undo },
      { id: 'b', uses: 'noop', undo },
      'Wait 1 hour',
    ])
    await until(given.service, given.id, 'session.waiting')
    await given.rollback()
    const undoing = await given.hand.attempt()
    expect(undoing.context.stepId).toBe('b')
    const before = await readLog(given.service.url, given.id)
    expect(await given.rollback()).toEqual({ http: 202, told: 'rolling_back' })
    expect(await readLog(given.service.url, given.id)).toEqual(before)

    const cancel = await given.service.post(`/v1/sessions/${given.id}/cancel`, { reason: 'enough' })
    expect(await json(cancel)).toMatchObject({ status: 'cancelling' })
    const events = await ended(given.service, given.id)
    expect(undoing.context.signal.reason).toBe('cancelled')
    expect(lastOf(events, 'step.undo_failed').error.code).toBe('CANCELLED')
    expect(lastOf(events, 'session.cancelled')).toMatchObject({ reason: 'enough' })
    expect(await statusesOf(given.service, given.id)).toMatchObject({
      a: 'completed',
      b: 'completed',
    })
    expect(given.hand.begun).toBe(1)
  })

  test('is refused once a cancel has stopped one', async () => {
    await using given = await setup([{ id: 'a', uses: 'noop', undo }, 'Wait 1 hour'], {
      stubborn: true,
    })
    await until(given.service, given.id, 'session.waiting')
    await given.rollback()
    const undoing = await given.hand.attempt()
    await given.service.post(`/v1/sessions/${given.id}/cancel`)
    expect(await given.rollback()).toEqual({ http: 409, told: 'ILLEGAL_TRANSITION' })
    undoing.end({ status: 'aborted' })
    expect(finalsOf(await ended(given.service, given.id))).toEqual(['session.cancelled'])
  })

  test('kills a command that ignores SIGTERM, as a step and as an undo', async () => {
    const program = join(import.meta.dirname, '../support/fixtures/ignore-sigterm.mjs')
    const stubborn = { uses: 'command', with: { run: [process.execPath, program] } }
    await using given = await setup(
      [
        { id: 'a', uses: 'noop', undo: stubborn },
        { id: 'b', ...stubborn },
      ],
      { settings: { COMMANDS: process.execPath } },
    )
    await until(given.service, given.id, 'step.output')
    await given.rollback()
    const sofar = await until(given.service, given.id, 'step.undoing')
    const killed = { signals: ['SIGTERM', 'SIGKILL'], gone: true, pid: expect.any(Number) }
    expect(lastOf(sofar, 'step.cancelled').details).toMatchObject(killed)
    await expect
      .poll(async () => typesOf(await readLog(given.service.url, given.id)))
      .toContain('step.output a')
    await given.service.post(`/v1/sessions/${given.id}/cancel`)
    const events = await ended(given.service, given.id)
    expect(lastOf(events, 'step.undo_failed').error).toMatchObject({
      code: 'CANCELLED',
      details: killed,
    })
    expect(finalsOf(events)).toEqual(['session.cancelled'])
  })

  test('does not wait for ever for an executor that does not return', async () => {
    const clock = new ManualClock()
    await using given = await setup(
      [
        { id: 'a', uses: 'noop', undo: { ...undo, retry: { maxAttempts: 1 } } },
        { id: 'b', uses: 'hand' },
      ],
      { stubborn: true, clock },
    )
    const running = await given.hand.attempt()
    expect(await given.rollback()).toEqual({ http: 202, told: 'cancelling' })
    clock.advance(10_000)
    const undoing = await given.hand.attempt()
    expect(undoing.input).toEqual({ undo: true })
    running.succeed({ late: true })
    // The undo does not return either: its timeout stops it, and then it is left behind.
    clock.advance(5 * 60_000)
    clock.advance(10_000)
    const events = await ended(given.service, given.id)
    expect(lastOf(events, 'step.cancelled').details).toEqual({ abandoned: true })
    expect(lastOf(events, 'step.undo_failed').error.code).toBe('STEP_TIMEOUT')
    expect(finalsOf(events)).toEqual(['session.failed'])
    undoing.succeed({ late: true })
    running.succeed({ later: true })
    expect(await statusesOf(given.service, given.id)).toEqual({ a: 'completed', b: 'cancelled' })
    expect(await ended(given.service, given.id)).toHaveLength(events.length)
  })
})
