import { describe, expect, test } from 'vitest'
import {
  type AcceptedBatch,
  type BatchAnswer,
  endedBatch,
  getBatch,
  sessionsOfBatch,
  startBatch,
} from '../../support/batches.ts'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { startServer } from '../../support/local-server.ts'
import { type Service, startService } from '../../support/service.ts'
import { json, start } from '../../support/sessions.ts'

const steps = [{ uses: 'noop' }]
const failing = functionExecutor('fail', () => ({
  status: 'failed',
  error: { code: 'COMMAND_EXITED', message: 'no' },
}))
const parked = { steps: ['Wait 30d'], timeout: '60d' }

const startNoop = () => startService({}, { executors: [noop, failing] })

const many = (count: number, body: unknown = steps) => Array.from({ length: count }, () => body)

function send(service: Service, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(service.url + path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
}

interface Problem {
  readonly code: string
  readonly faults?: readonly { readonly pointer: string; readonly code: string }[]
}

/** Status, code and pointers of a refusal. */
async function refusal(response: Response | Promise<Response>) {
  const answer = await response
  const { code, faults = [] } = await json<Problem>(answer)
  return [answer.status, code, ...faults.map(({ pointer }) => pointer)]
}

async function countsOf(service: Service): Promise<number> {
  const { sessions } = await json<{ sessions: unknown[] }>(service.get('/v1/sessions?limit=200'))
  return sessions.length
}

describe('a batch', () => {
  test('starts every session once, under the ids that it answered', async () => {
    await using service = await startNoop()
    const body = { name: 'all', sessions: many(3), labels: { team: 'a' }, metadata: { run: 7 } }
    const response = await service.post('/v1/batches', body)
    expect(response.status).toBe(202)
    const accepted = await json<AcceptedBatch>(response)
    const { batchId, sessionIds } = accepted
    expect(response.headers.get('location')).toBe(`/v1/batches/${batchId}`)
    expect(accepted).toMatchObject({
      batchId: expect.stringMatching(/^bat_/),
      status: 'starting',
      total: 3,
      links: {
        self: `/v1/batches/${batchId}`,
        sessions: `/v1/sessions?batch=${batchId}`,
        events: `/v1/events?batch=${batchId}`,
      },
    })
    expect(await endedBatch(service, batchId)).toMatchObject({
      name: 'all',
      status: 'completed',
      total: 3,
      started: 3,
      counts: { completed: 3 },
      percent: 100,
      labels: { team: 'a' },
    })
    const sessions = await sessionsOfBatch(service, batchId)
    expect(sessions.map(({ sessionId }) => sessionId).toSorted()).toEqual(sessionIds.toSorted())
    const one = await json(service.get(`/v1/sessions/${sessionIds[1]}`))
    expect(one).toMatchObject({
      labels: { team: 'a' },
      metadata: { run: 7 },
      startedBy: { batch: batchId },
    })
  })

  test('starts one session of a workflow for each of its inputs', async () => {
    await using service = await startNoop()
    const workflow = {
      inputs: { n: { type: 'integer' } },
      steps: [{ uses: 'noop', with: { n: '{{ inputs.n }}' } }],
    }
    await send(service, 'PUT', '/v1/workflows/count', workflow)
    const inputs = [{ n: 1 }, { n: 2 }]
    const { batchId, sessionIds } = await startBatch(service, { workflow: 'count', inputs })
    await endedBatch(service, batchId)
    for (const [index, sessionId] of sessionIds.entries()) {
      expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
        workflow: { name: 'count', version: 1 },
        steps: [{ output: inputs[index] }],
      })
    }
  })

  test('keeps to the version it was checked against', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [noop, hand.executor] })
    await send(service, 'PUT', '/v1/workflows/w', [{ uses: 'hand' }])
    const body = { workflow: 'w', inputs: [{}, {}], maxRunning: 1 }
    const { batchId, sessionIds } = await startBatch(service, body)
    const first = await hand.attempt()
    await send(service, 'PUT', '/v1/workflows/w', steps)
    first.succeed()
    ;(await hand.attempt()).succeed()
    await endedBatch(service, batchId)
    const second = await json(service.get(`/v1/sessions/${sessionIds[1]}`))
    expect(second).toMatchObject({ workflow: { version: 1 }, status: 'completed' })
  })

  test('starts nothing while there is any fault, and points to each', async () => {
    await using service = await startNoop()
    const sessions: unknown[] = many(20, { steps })
    sessions[17] = { steps: [...steps, ...steps, { uses: 'nothing' }] }
    sessions[19] = [{ uses: 'noop', retry: { maxAttempts: 0 } }]
    expect(await refusal(service.post('/v1/batches', { sessions }))).toEqual([
      400,
      'UNKNOWN_EXECUTOR',
      '/sessions/17/steps/2/uses',
      '/sessions/19/0/retry/maxAttempts',
    ])
    // Put around a session for its labels, the workflow is still pointed to as it was posted.
    expect(await refusal(service.post('/v1/batches', { sessions, labels: { team: 'a' } }))).toEqual(
      [400, 'UNKNOWN_EXECUTOR', '/sessions/17/steps/2/uses', '/sessions/19/0/retry/maxAttempts'],
    )
    const workflow = {
      inputs: { n: { type: 'integer' } },
      steps: [{ uses: 'noop' }, { uses: 'x' }],
    }
    const inputs = [{ n: 1 }, { n: 'one' }]
    expect(await refusal(service.post('/v1/batches', { workflow, inputs }))).toEqual([
      400,
      'UNKNOWN_EXECUTOR',
      '/workflow/steps/1/uses',
      '/inputs/1/n',
    ])
    const fine = { ...workflow, steps }
    expect(await refusal(service.post('/v1/batches', { workflow: fine, inputs }))).toEqual([
      400,
      expect.any(String),
      '/inputs/1/n',
    ])
    expect(
      await refusal(service.post('/v1/batches', { sessions: [steps, { workflow: 'no' }] })),
    ).toEqual([404, 'WORKFLOW_NOT_FOUND', '/sessions/1/workflow'])
    expect((await json<{ batches: unknown[] }>(service.get('/v1/batches'))).batches).toEqual([])
    expect(await countsOf(service)).toBe(0)
  })

  test.each([
    ['neither sessions nor inputs', {}, ['INVALID_VALUE', '']],
    ['both', { sessions: [steps], inputs: [{}] }, ['INVALID_VALUE', '']],
    ['no session', { sessions: [] }, ['INVALID_VALUE', '/sessions']],
    ['too many', { sessions: many(1001) }, ['INVALID_VALUE', '/sessions']],
    ['a workflow without inputs', { workflow: steps }, ['MISSING_FIELD', '/inputs']],
    ['inputs without a workflow', { inputs: [{}] }, ['MISSING_FIELD', '/workflow']],
    ['a version of nothing', { sessions: [steps], version: 1 }, ['INVALID_VALUE', '/version']],
    ['no place', { sessions: [steps], maxRunning: 0 }, ['INVALID_VALUE', '/maxRunning']],
    ['what is not known', { sessions: [steps], other: 1 }, ['UNKNOWN_FIELD', '/other']],
  ])('is refused with %s', async (_, body, [code, pointer]) => {
    await using service = await startNoop()
    expect(await refusal(service.post('/v1/batches', body))).toEqual([400, code, pointer])
  })

  test('never has more sessions under way than it may', { timeout: 60_000 }, async () => {
    let open = 0
    let most = 0
    let served = 0
    const full = Promise.withResolvers<void>()
    await using server = await startServer(async (_, response) => {
      open += 1
      served += 1
      most = Math.max(most, open)
      if (open === 5) full.resolve()
      // Nobody leaves before every place was taken once.
      await full.promise
      setTimeout(() => {
        open -= 1
        response.end()
      }, 10)
    })
    await using service = await startService()
    const body = { sessions: many(200, [`GET ${server.url}`]), maxRunning: 5 }
    const { batchId } = await startBatch(service, body)
    const batch = await endedBatch(service, batchId, 50_000)
    expect(batch).toMatchObject({ status: 'completed', counts: { completed: 200 } })
    expect(served).toBe(200)
    expect(most).toBe(5)
  })

  test('is as its sessions are', async () => {
    await using service = await startNoop()
    const outcomes = [
      [[steps, steps], 'completed'],
      [[steps, [{ uses: 'fail' }]], 'completed_with_errors'],
      [[[{ uses: 'fail' }], [{ uses: 'fail' }]], 'failed'],
    ] as const
    for (const [sessions, status] of outcomes) {
      const { batchId } = await startBatch(service, { sessions })
      expect(await endedBatch(service, batchId)).toMatchObject({ status })
    }
    const page = await json<{ batches: BatchAnswer[]; next: string }>(
      service.get('/v1/batches?limit=2'),
    )
    expect(page.batches.map(({ status }) => status)).toEqual(['failed', 'completed_with_errors'])
    const rest = await json<{ batches: BatchAnswer[] }>(
      service.get(`/v1/batches?cursor=${page.next}`),
    )
    expect(rest.batches.map(({ status }) => status)).toEqual(['completed'])
    expect(await refusal(service.get('/v1/batches?cursor=x'))).toEqual([400, 'INVALID_CURSOR'])
    expect(await refusal(service.get('/v1/batches/bat_x'))).toEqual([404, 'BATCH_NOT_FOUND'])
  })

  test('stops at the first failure if it is told to, but for what has begun', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [noop, failing, hand.executor] })
    const sessions = [[{ uses: 'hand' }], [{ uses: 'fail' }], steps, steps]
    const { batchId } = await startBatch(service, { sessions, maxRunning: 2, onFailure: 'stop' })
    const attempt = await hand.attempt()
    await expect.poll(async () => (await getBatch(service, batchId)).stopped).toBe(true)
    expect(await getBatch(service, batchId)).toMatchObject({ status: 'running', started: 2 })
    attempt.succeed()
    expect(await endedBatch(service, batchId)).toMatchObject({
      status: 'failed',
      started: 2,
      counts: { completed: 1, failed: 1 },
      percent: 100,
    })
  })

  test('says what could not be made after all', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [noop, hand.executor] })
    await send(service, 'PUT', '/v1/workflows/w', steps)
    const sessions = [[{ uses: 'hand' }], { workflow: 'w' }]
    const { batchId } = await startBatch(service, { sessions, maxRunning: 1 })
    const attempt = await hand.attempt()
    await send(service, 'DELETE', '/v1/workflows/w')
    attempt.succeed()
    expect(await endedBatch(service, batchId)).toMatchObject({
      status: 'completed_with_errors',
      started: 1,
      refused: { count: 1, first: [{ index: 1, code: 'WORKFLOW_NOT_FOUND' }] },
    })
  })
})

describe('controlling a batch', () => {
  test('cancels what is unfinished and starts no more, as often as it is told', async () => {
    await using service = await startNoop()
    const { batchId } = await startBatch(service, { sessions: many(5, parked), maxRunning: 2 })
    await expect.poll(async () => (await getBatch(service, batchId)).started).toBe(2)
    expect((await service.post(`/v1/batches/${batchId}/cancel`, { reason: 'no' })).status).toBe(202)
    expect(await endedBatch(service, batchId)).toMatchObject({
      status: 'cancelled',
      started: 2,
      counts: { cancelled: 2 },
      percent: 100,
    })
    expect((await service.post(`/v1/batches/${batchId}/cancel`)).status).toBe(202)
    expect(await refusal(service.post(`/v1/batches/${batchId}/pause`))).toEqual([
      409,
      'BATCH_ENDED',
    ])
    expect(await sessionsOfBatch(service, batchId)).toHaveLength(2)
    const done = await startBatch(service, { sessions: [steps] })
    await endedBatch(service, done.batchId)
    expect(await refusal(service.post(`/v1/batches/${done.batchId}/cancel`))).toEqual([
      409,
      'BATCH_ENDED',
    ])
  })

  test('pauses its sessions and starts no more until it is resumed', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const sessions = many(4, [{ uses: 'hand' }, { uses: 'hand' }])
    const { batchId } = await startBatch(service, { sessions, maxRunning: 2 })
    const first = [await hand.attempt(), await hand.attempt()]
    await service.post(`/v1/batches/${batchId}/pause`)
    await service.post(`/v1/batches/${batchId}/pause`)
    const paused = async () => (await getBatch(service, batchId)).counts
    await expect.poll(paused, { timeout: 5000 }).toEqual({ paused: 2 })
    expect(await getBatch(service, batchId)).toMatchObject({ status: 'paused', started: 2 })
    for (const attempt of first) attempt.succeed()
    // One that is cancelled leaves a place free, but nothing takes it.
    const [one] = await sessionsOfBatch(service, batchId)
    await service.post(`/v1/sessions/${one?.sessionId}/cancel`)
    await expect.poll(paused, { timeout: 5000 }).toEqual({ paused: 1, cancelled: 1 })
    expect(hand.begun).toBe(2)
    await service.post(`/v1/batches/${batchId}/resume`)
    for (let left = 5; left > 0; left -= 1) (await hand.attempt()).succeed()
    expect(await endedBatch(service, batchId)).toMatchObject({
      status: 'completed_with_errors',
      counts: { completed: 3, cancelled: 1 },
    })
  })

  test('removes one that has ended, and leaves its sessions', async () => {
    await using service = await startNoop()
    const running = await startBatch(service, { sessions: [parked] })
    expect(await refusal(send(service, 'DELETE', `/v1/batches/${running.batchId}`))).toEqual([
      409,
      'BATCH_NOT_ENDED',
    ])
    const { batchId } = await startBatch(service, { sessions: [steps] })
    await endedBatch(service, batchId)
    expect((await send(service, 'DELETE', `/v1/batches/${batchId}`)).status).toBe(204)
    expect((await service.get(`/v1/batches/${batchId}`)).status).toBe(404)
    expect(await sessionsOfBatch(service, batchId)).toHaveLength(1)
  })

  test('retries what did not complete, from where it failed, and what was never started', async () => {
    let broken = true
    const runs: string[] = []
    const moody = functionExecutor('moody', (input) => {
      runs.push(String(input['name']))
      return broken && input['name'] === 'b'
        ? { status: 'failed', error: { code: 'COMMAND_EXITED', message: 'no' } }
        : { status: 'succeeded', output: input }
    })
    await using service = await startService({}, { executors: [moody] })
    const step = (name: string) => ({ uses: 'moody', with: { name } })
    const sessions = [[step('x')], [step('a'), step('b')], [step('c')]]
    const { batchId } = await startBatch(service, { sessions, maxRunning: 1, onFailure: 'stop' })
    expect(await endedBatch(service, batchId)).toMatchObject({ status: 'failed', started: 2 })
    expect(runs).toEqual(['x', 'a', 'b'])
    broken = false
    const key = { 'idempotency-key': 'again' }
    const response = await service.post(`/v1/batches/${batchId}/retry`, undefined, key)
    const again = await json<AcceptedBatch & { retryOf: string }>(response)
    expect(again).toMatchObject({ retryOf: batchId, total: 2 })
    expect(await endedBatch(service, again.batchId)).toMatchObject({
      status: 'completed',
      retryOf: batchId,
    })
    expect(runs).toEqual(['x', 'a', 'b', 'b', 'c'])
    const repeated = await service.post(`/v1/batches/${batchId}/retry`, undefined, key)
    expect(await json(repeated)).toEqual(again)
    expect(await refusal(service.post(`/v1/batches/${again.batchId}/retry`))).toEqual([
      409,
      'ILLEGAL_TRANSITION',
    ])
  })
})

describe('the idempotency key of a batch', () => {
  test('leads to the same batch, and to no other body', async () => {
    await using service = await startNoop()
    const key = { 'idempotency-key': 'k1' }
    const body = { sessions: many(3) }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => startBatch(service, body, key)),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const replay = await service.post('/v1/batches', body, key)
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect(await refusal(service.post('/v1/batches', { sessions: many(2) }, key))).toEqual([
      422,
      'IDEMPOTENCY_KEY_REUSED',
    ])
    await endedBatch(service, answers[0]?.batchId ?? '')
    expect(await countsOf(service)).toBe(3)
    await send(service, 'DELETE', `/v1/batches/${answers[0]?.batchId}`)
    const fresh = await startBatch(service, body, key)
    expect(fresh.batchId).not.toBe(answers[0]?.batchId)
  })

  test('is not taken by a request that is refused', async () => {
    await using service = await startNoop()
    const key = { 'idempotency-key': 'k1' }
    expect((await service.post('/v1/batches', { sessions: [[{ uses: 'x' }]] }, key)).status).toBe(
      400,
    )
    await startBatch(service, { sessions: [steps] }, key)
  })
})

describe('retrying the sessions of a filter', () => {
  test('starts one for each that did not complete, once for a key', async () => {
    await using service = await startNoop()
    const failed = { labels: { env: 'test' }, steps: [{ uses: 'noop' }, { uses: 'fail' }] }
    const { batchId, sessionIds } = await startBatch(service, {
      sessions: [failed, failed, { ...failed, steps }],
    })
    await start(service, [{ uses: 'fail' }])
    await endedBatch(service, batchId)
    const body = { filter: { label: 'env:test' } }
    const dry = await json(service.post('/v1/sessions/retry', { ...body, dryRun: true }))
    expect(dry).toMatchObject({ matched: 2, retried: 0, sessions: [], failed: [], more: false })
    const key = { 'idempotency-key': 'bulk' }
    interface Retried {
      readonly sessions: { readonly sessionId: string; readonly retriedBy: string }[]
    }
    const first = await json<Retried>(service.post('/v1/sessions/retry', body, key))
    expect(first).toMatchObject({ matched: 2, retried: 2, failed: [], more: false, next: null })
    expect(first.sessions.map(({ sessionId }) => sessionId).toSorted()).toEqual(
      sessionIds.slice(0, 2).toSorted(),
    )
    for (const { sessionId, retriedBy } of first.sessions) {
      const session = await json(service.get(`/v1/sessions/${retriedBy}`))
      expect(session).toMatchObject({ forkedFrom: { sessionId }, labels: { env: 'test' } })
    }
    const old = { filter: { batch: batchId } }
    const again = await json<Retried>(service.post('/v1/sessions/retry', old, key))
    expect(again.sessions.toSorted(byId)).toEqual(first.sessions.toSorted(byId))
    expect(await refusal(service.post('/v1/sessions/retry', { filter: {} }))).toEqual([
      400,
      'INVALID_VALUE',
      '/filter',
    ])
  })
})

function byId(a: { readonly sessionId: string }, b: { readonly sessionId: string }): number {
  return a.sessionId < b.sessionId ? -1 : 1
}
