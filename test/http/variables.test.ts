import { expect, test } from 'vitest'
import type { SessionView } from '../../src/http/views.ts'
import { dataDir } from '../store/data-dir.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { startServer } from '../support/local-server.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

const viewOf = (service: Service, id: string) =>
  json<SessionView>(service.get(`/v1/sessions/${id}`))

const counter = { type: 'integer', default: 1 }

test('a variable is read by the expressions, bodies and conditions of the steps after it', async () => {
  await using shop = await startServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ pieces: 4 }))
  })
  await using service = await startService()
  const url = `${shop.url}/{{ vars.place }}`
  const id = await start(service, {
    vars: { n: counter, place: { type: 'string', default: 'north' } },
    steps: [
      {
        id: 'a',
        uses: 'webhook',
        with: { url },
        set: { n: 'vars.n + steps.a.output.body.pieces', place: '"south"' },
      },
      {
        id: 'b',
        when: 'vars.n == 5',
        uses: 'webhook',
        with: { method: 'POST', url, json: { n: '{{ vars.n }}', text: 'it is {{ vars.n }}' } },
      },
      { id: 'c', when: 'vars.n == 1', uses: 'webhook', with: { url } },
    ],
  })
  const events = await ended(service, id)
  expect(shop.received.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
    'GET /north ',
    'POST /south {"n":5,"text":"it is 5"}',
  ])
  expect(events.flatMap((event) => (event.type === 'variable.updated' ? event.data : []))).toEqual([
    { name: 'n', value: 5 },
    { name: 'place', value: 'south' },
  ])
  expect(await viewOf(service, id)).toMatchObject({ variables: { n: 5, place: 'south' } })
})

test('a value of another type fails its step, and leaves the variable as it was', async () => {
  await using service = await startService({}, { executors: [noop] })
  const id = await start(service, {
    vars: { n: counter, m: counter },
    steps: [{ id: 'a', uses: 'noop', set: { m: '2', n: '"many"' } }],
  })
  const events = await ended(service, id)
  expect(lastOf(events, 'step.failed').error).toMatchObject({
    code: 'EXPRESSION_FAILED',
    message: expect.stringContaining('n'),
    retryable: false,
  })
  expect(await viewOf(service, id)).toMatchObject({ variables: { n: 1, m: 1 } })
})

test('the variables are the same after a restart', async () => {
  const settings = { DATA_DIR: dataDir() }
  const steps = [
    { id: 'a', uses: 'noop', set: { n: 'vars.n + 1' } },
    { id: 'b', uses: 'hand', with: { n: '{{ vars.n }}' }, set: { n: 'vars.n * 10' } },
  ]
  let id: string
  {
    const hand = handExecutor()
    await using service = await startService(settings, { executors: [noop, hand.executor] })
    id = await start(service, { vars: { n: counter }, steps })
    await hand.attempt()
  }
  const hand = handExecutor()
  await using service = await startService(settings, { executors: [noop, hand.executor] })
  const again = await hand.attempt()
  expect(again.input).toEqual({ n: 2 })
  again.succeed()
  await ended(service, id)
  expect(await viewOf(service, id)).toMatchObject({ status: 'completed', variables: { n: 20 } })
})

test('a session that goes on from another has its variables as the kept steps left them', async () => {
  let isBroken = true
  const fragile = functionExecutor('fragile', () =>
    isBroken
      ? { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: false }
      : { status: 'succeeded' },
  )
  await using service = await startService({}, { executors: [noop, fragile] })
  const id = await start(service, {
    vars: { n: counter, m: counter },
    steps: [
      { id: 'a', uses: 'noop', set: { n: '2', m: '7' } },
      { id: 'b', uses: 'noop', set: { n: 'vars.n + 1' } },
      { id: 'c', uses: 'fragile', set: { n: 'vars.n + 1' } },
    ],
  })
  await ended(service, id)
  isBroken = false
  const goOn = async (how: string, body?: unknown) => {
    const answer = await json<{ sessionId: string }>(
      service.post(`/v1/sessions/${id}/${how}`, body),
    )
    await ended(service, answer.sessionId)
    return (await viewOf(service, answer.sessionId)).variables
  }
  expect(await goOn('retry')).toEqual({ n: 4, m: 7 })
  expect(await goOn('fork', { fromStep: 'b' })).toEqual({ n: 4, m: 7 })
  expect(await goOn('fork', { fromStep: 'a' })).toEqual({ n: 4, m: 7 })
  const begun = await json<{ sessionId: string }>(
    service.post(`/v1/sessions/${id}/fork`, { fromStep: 'b' }),
  )
  const events = await until(service, begun.sessionId, 'session.started')
  expect(events.slice(1, -1)).toMatchObject([
    { type: 'step.kept', stepId: 'a' },
    { type: 'variable.updated', stepId: 'a', data: { name: 'n', value: 2 } },
    { type: 'variable.updated', stepId: 'a', data: { name: 'm', value: 7 } },
  ])
})
