import { join } from 'node:path'
import { request } from 'undici'
import { describe, expect, test } from 'vitest'
import { follow } from '../../support/follow.ts'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { startServer } from '../../support/local-server.ts'
import { logLines } from '../../support/log-lines.ts'
import { startService } from '../../support/service.ts'
import { ended, json, lastOf, start } from '../../support/sessions.ts'

const yaml = { 'content-type': 'application/yaml' }
const oneStep = { name: 'nightly', steps: [{ id: 'a', uses: 'noop' }] }

describe('starting a session', () => {
  test('answers 202 with the id, what it will take, and where it can be followed', async () => {
    await using service = await startService({}, { executors: [noop] })
    const response = await service.post('/v1/sessions', oneStep)
    const answer = await json(response)
    expect(response.status).toBe(202)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(answer).toEqual({
      sessionId: expect.stringMatching(/^ses_[0-9A-HJKMNP-TV-Z]{26}$/),
      status: 'queued',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      estimatedDuration: expect.stringMatching(/^\d+/),
      warnings: [],
      links: {
        self: `/v1/sessions/${answer['sessionId']}`,
        events: `/v1/sessions/${answer['sessionId']}/events`,
      },
    })
    expect(response.headers.get('location')).toBe(`/v1/sessions/${answer['sessionId']}`)
  })

  test.for([
    ['a JSON object', JSON.stringify(oneStep), {}],
    ['a bare JSON array of sentences', '["Wait 1 ms", "Wait 2 ms"]', {}],
    [
      'a workflow with its inputs',
      JSON.stringify({
        workflow: {
          inputs: { who: { type: 'string' } },
          steps: [{ id: 'a', uses: 'noop', with: { hello: '{{ inputs.who }}' } }],
        },
        inputs: { who: 'world' },
      }),
      {},
    ],
    ['a YAML workflow', 'name: nightly\nsteps:\n  - id: a\n    uses: noop\n  - Wait 1 ms\n', yaml],
    ['a YAML list', '- Wait 1 ms\n- { id: b, uses: noop }\n', yaml],
    ['JSON with a charset', '["Wait 1 ms"]', { 'content-type': 'application/json; charset=utf-8' }],
  ] as [string, string, Record<string, string>][])('takes %s', async ([, body, headers]) => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, body, headers)
    const events = await ended(service, id)
    expect(lastOf(events, 'session.completed').status).toBe('completed')
  })

  test('fills the inputs in', async () => {
    await using service = await startService({}, { executors: [noop] })
    const steps = [{ id: 'a', uses: 'noop', with: { n: '{{ inputs.n + 1 }}' } }]
    const workflow = { inputs: { n: { type: 'integer' } }, steps }
    const id = await start(service, { workflow, inputs: { n: 41 } })
    expect(lastOf(await ended(service, id), 'step.completed').output).toEqual({ n: 42 })
  })

  test('has the stream at once, before anything runs', async () => {
    const hand = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1' },
      { executors: [hand.executor] },
    )
    const body = [{ id: 'a', uses: 'hand' }]
    await start(service, body)
    const queued = await start(service, body)
    const events = await follow(service.url, queued, { until: () => true })
    expect(events.map(({ type }) => type)).toEqual(['session.created'])
    const held = await hand.attempt()
    held.succeed()
  })

  test('is what the seed’s init does: the id at once, the steps afterwards', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await service.app.stepProcessor.init([
      { id: 'a', uses: 'noop' },
      { id: 'b', uses: 'noop' },
    ])
    const events = await ended(service, id)
    expect(events.filter(({ type }) => type === 'step.completed')).toHaveLength(2)
    await expect(service.app.stepProcessor.init([])).rejects.toMatchObject({ code: 'NO_STEPS' })
  })
})

describe('correlation', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const traceId = '0af7651916cd43dd8448eb211c80319c'

  test('the request id travels into the log, the lines, webhooks and commands', async () => {
    const lines = logLines()
    await using target = await startServer((_, response) => response.end('{}'))
    await using service = await startService(
      { LOG_LEVEL: 'info', COMMANDS: process.execPath },
      { logDestination: lines },
    )
    const echo = join(import.meta.dirname, '../../support/fixtures/echo.mjs')
    const steps = [
      { id: 'call', uses: 'webhook', with: { method: 'POST', url: target.url } },
      { id: 'run', uses: 'command', with: { run: [process.execPath, echo] } },
    ]
    const headers = { 'x-request-id': 'order-77', traceparent }
    const response = await service.post('/v1/sessions', { steps }, headers)
    expect(response.headers.get('x-request-id')).toBe('order-77')
    const { sessionId } = await json<{ sessionId: string }>(response)
    const events = await ended(service, sessionId)

    expect(lastOf(events, 'session.created').correlationId).toBe('order-77')
    expect(target.received[0]?.headers).toMatchObject({
      'x-request-id': 'order-77',
      traceparent: expect.stringContaining(traceId),
    })
    const output = lastOf(events, 'step.completed').output as unknown as { stdout: string }
    expect(JSON.parse(output.stdout).env).toMatchObject({
      STEPSTREAM_CORRELATION_ID: 'order-77',
      STEPSTREAM_SESSION_ID: sessionId,
      TRACEPARENT: traceparent,
    })
    const [posted] = lines.of('request').filter(({ method }) => method === 'POST')
    expect(posted).toMatchObject({ reqId: 'order-77', path: '/v1/sessions', status: 202 })
    const changes = lines.of('session').filter((line) => line['sessionId'] === sessionId)
    expect(changes.map(({ status }) => status)).toEqual(['queued', 'running', 'completed'])
    expect(changes.map(({ correlationId }) => correlationId)).toEqual(Array(3).fill('order-77'))
  })

  test('without an id the caller’s trace id serves, without either a new one', async () => {
    await using service = await startService({}, { executors: [noop] })
    const traced = await start(service, oneStep, { traceparent })
    const plain = await start(service, oneStep, { 'x-request-id': 'two words' })
    const correlationOf = async (id: string) =>
      (await json(service.get(`/v1/sessions/${id}`)))['correlationId']
    expect(await correlationOf(traced)).toBe(traceId)
    expect(await correlationOf(plain)).toMatch(/^req_/)
  })

  test.for([
    ['of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['of a void version', traceparent.replace(/^00/, 'ff')],
    ['cut short', traceparent.slice(0, -1)],
  ])('a traceparent %s is not passed on', async ([, given = '']) => {
    let seen: unknown
    const look = functionExecutor('look', (_, { correlation }) => {
      seen = correlation
      return { status: 'succeeded' }
    })
    await using service = await startService({}, { executors: [look] })
    await ended(service, await start(service, [{ uses: 'look' }], { traceparent: given }))
    expect(seen).toEqual({ id: expect.stringMatching(/^req_/) })
  })
})

describe('Prefer: wait', () => {
  test('answers 200 with the outputs when the session ends in time', async () => {
    await using service = await startService({}, { executors: [noop] })
    const body = [{ id: 'a', uses: 'noop', with: { n: 1 } }]
    const response = await service.post('/v1/sessions', body, { prefer: 'wait=10' })
    const answer = await json<{ sessionId: string; steps: unknown[] }>(response)
    expect(response.status).toBe(200)
    expect(response.headers.get('preference-applied')).toBe('wait=10')
    expect(response.headers.get('location')).toBe(`/v1/sessions/${answer.sessionId}`)
    expect(answer).toMatchObject({ status: 'completed', stream: { ended: true } })
    expect(answer.steps[0]).toMatchObject({ status: 'completed', output: { n: 1 } })
  })

  test('answers 202 when it does not, and the session goes on', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const body = [{ id: 'a', uses: 'hand' }]
    const response = await service.post('/v1/sessions', body, { prefer: 'wait=0' })
    expect(response.status).toBe(202)
    const { sessionId } = await json<{ sessionId: string }>(response)
    const attempt = await hand.attempt()
    attempt.succeed()
    const events = await ended(service, sessionId)
    expect(events.at(-1)?.type).toBe('session.completed')
  })

  test('a caller who leaves does not cancel the session', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const leaving = new AbortController()
    const waiting = request(`${service.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=60' },
      body: '[{"id":"a","uses":"hand"}]',
      signal: leaving.signal,
    })
    const attempt = await hand.attempt()
    leaving.abort()
    await expect(waiting).rejects.toThrow()
    attempt.succeed()
    const events = await ended(service, attempt.context.sessionId)
    expect(events.at(-1)?.type).toBe('session.completed')
  })

  test('a shutdown answers whoever waits', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const waiting = service.post('/v1/sessions', [{ uses: 'hand' }], { prefer: 'wait=60' })
    await hand.attempt()
    await Promise.all([service.app.close(), waiting])
    expect((await waiting).status).toBe(202)
  })
})
