import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { noop } from '../../support/hand-executor.ts'
import {
  addHook,
  callSigned,
  getHook,
  type HookAnswer,
  historyOf,
  saveWorkflow,
  send,
  sessionsOf,
} from '../../support/hooks.ts'
import { startService } from '../../support/service.ts'
import { ended, json, start } from '../../support/sessions.ts'

const secret = 'a secret for tests only'
const key = '0123456789abcdef'
const keyed = { authorization: `Bearer ${key}` }
const steps = [{ uses: 'noop' }]

/** A history is written once a second. */
const patient = { timeout: 10_000 }

const greet = { inputs: { who: { type: 'string' }, times: { type: 'integer', default: 1 } }, steps }
const inputs = { who: 'request.body.user.name', times: 'request.body.times' }
const onCall = { workflow: 'greet', inputs, on: { webhook: { secret: 'HOOK' } } }
const sent = { user: { name: 'Ada' }, times: 3 }

async function startGreeting(settings: Readonly<Record<string, string>> = {}) {
  const service = await startService({ SECRET_HOOK: secret, ...settings }, { executors: [noop] })
  if (settings['API_KEYS'] === undefined) await saveWorkflow(service, 'greet', greet)
  return service
}

interface Problem {
  readonly code: string
  readonly faults?: readonly { readonly pointer: string }[]
}

/** Status, code and pointers of a refusal. */
async function refusal(response: Response | Promise<Response>) {
  const answer = await response
  const { code, faults = [] } = await json<Problem>(answer)
  return [answer.status, code, ...faults.map(({ pointer }) => pointer)]
}

describe('a hook', () => {
  test('is made, shown, listed, replaced and removed', async () => {
    await using service = await startGreeting()
    const body = { ...onCall, name: 'on push', labels: { team: 'a' }, when: 'request.body.ok' }
    const response = await send(service, 'POST', '/v1/hooks', body)
    expect(response.status).toBe(201)
    const made = await json<HookAnswer>(response)
    const path = `/v1/hooks/${made.hookId}`
    expect(response.headers.get('location')).toBe(path)
    expect(made).toMatchObject({
      ...body,
      hookId: expect.stringMatching(/^hok_/),
      status: 'active',
      runs: 0,
      history: [],
      links: { self: path, trigger: `${path}/trigger` },
    })
    expect(await json(service.get(path))).toEqual(made)

    const other = await addHook(service, {
      ...onCall,
      on: { events: { types: ['session.failed'] } },
      inputs: { who: 'event.sessionId' },
    })
    const first = await json<{ hooks: HookAnswer[]; next: string }>(
      service.get('/v1/hooks?limit=1'),
    )
    expect(first.hooks.map(({ hookId }) => hookId)).toEqual([other])
    const rest = await json<{ hooks: HookAnswer[] }>(service.get(`/v1/hooks?cursor=${first.next}`))
    expect(rest.hooks).toMatchObject([{ hookId: made.hookId, last: null }])

    const stale = { 'if-match': '"7"' }
    expect(await refusal(send(service, 'PUT', path, onCall, stale))).toEqual([
      412,
      'PRECONDITION_FAILED',
    ])
    const replaced = await send(service, 'PUT', path, onCall, { 'if-match': '"1"' })
    expect(replaced.headers.get('etag')).toBe('"2"')
    expect(await replaced.json()).toMatchObject({ name: null, hookId: made.hookId })
    expect((await send(service, 'DELETE', path)).status).toBe(204)
    expect(await refusal(service.get(path))).toEqual([404, 'HOOK_NOT_FOUND'])
  })

  test.each([
    ['no source', { ...onCall, on: {} }, 'INVALID_VALUE', '/on'],
    [
      'two sources',
      { ...onCall, on: { webhook: {}, events: { types: ['session.failed'] } } },
      'INVALID_VALUE',
      '/on',
    ],
    ['an unknown field', { ...onCall, every: '1h' }, 'UNKNOWN_FIELD', '/every'],
    [
      'an event that fires nothing',
      { ...onCall, on: { events: { types: ['step.failed'] } } },
      'INVALID_VALUE',
      '/on/events/types/0',
    ],
    [
      'an unknown secret',
      { ...onCall, on: { webhook: { secret: 'NONE' } } },
      'UNKNOWN_SECRET',
      '/on/webhook/secret',
    ],
    ['an unknown workflow', { ...onCall, workflow: 'gone' }, 'WORKFLOW_NOT_FOUND', '/workflow'],
    ['an unknown version', { ...onCall, version: 9 }, 'WORKFLOW_NOT_FOUND', '/version'],
    [
      'an unknown input',
      { ...onCall, inputs: { ...inputs, size: '1' } },
      'INVALID_INPUTS',
      '/inputs/size',
    ],
    ['a missing input', { ...onCall, inputs: {} }, 'INVALID_INPUTS', '/inputs/who'],
    [
      'an expression that cannot be read',
      { ...onCall, when: 'request.body ==' },
      'INVALID_EXPRESSION',
      '/when',
    ],
    [
      'the name of something else',
      { ...onCall, inputs: { who: 'event.data' } },
      'INVALID_EXPRESSION',
      '/inputs/who',
    ],
    [
      'a text whose expression cannot be read',
      { ...onCall, inputs: { who: 'to {{ steps.a }}' } },
      'INVALID_EXPRESSION',
      '/inputs/who',
    ],
  ])('with %s is refused', async (_, body, code, pointer) => {
    await using service = await startGreeting()
    const [status, found, ...pointers] = await refusal(send(service, 'POST', '/v1/hooks', body))
    expect([found, pointers]).toEqual([code, [pointer]])
    expect(status).toBe(code === 'WORKFLOW_NOT_FOUND' ? 404 : 400)
  })
})

describe('a call', () => {
  test('starts a session with inputs made of what was sent', async () => {
    await using service = await startGreeting()
    const text = 'from {{ request.headers["user-agent"] }} by {{ request.method }}'
    await saveWorkflow(service, 'log', {
      inputs: { text: { type: 'string' }, all: {}, page: { type: 'string' } },
      steps,
    })
    const mapped = {
      text,
      all: { kept: '{{ request.body.list }}', as: 1 },
      page: 'request.query.page',
    }
    const id = await addHook(service, { workflow: 'log', inputs: mapped, on: { webhook: {} } })
    const headers = { 'user-agent': 'robot', authorization: 'Basic c2VjcmV0', cookie: 'a=b' }
    const path = `/v1/hooks/${id}/trigger?page=two`
    const response = await send(service, 'POST', path, { list: [1, 2.5] }, headers)
    expect(response.status).toBe(202)
    const { sessionId } = await json<{ sessionId: string }>(response)
    await ended(service, sessionId)
    expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
      status: 'completed',
      startedBy: { hook: id },
      workflow: { name: 'log', version: 1 },
    })
    expect(await sessionsOf(service, id)).toMatchObject([{ sessionId }])
    expect(await historyOf(service, id, 1)).toMatchObject([{ kind: 'fired', sessionId }])
    expect(await getHook(service, id)).toMatchObject({ runs: 1 })
    const metrics = await (await service.get('/metrics')).text()
    expect(metrics).toContain('stepstream_hook_fires_total{kind="fired"} 1')
  })

  test.each(['authorization', 'cookie', 'webhook-signature'])(
    'does not show the header %s to expressions',
    async (name) => {
      await using service = await startGreeting()
      const hidden = { ...greet, inputs: { who: { const: 'unseen' } } }
      await saveWorkflow(service, 'hidden', hidden)
      const body = {
        workflow: 'hidden',
        inputs: { who: `"${name}" in request.headers ? "seen" : "unseen"` },
        on: { webhook: {} },
      }
      const id = await addHook(service, body)
      const response = await send(service, 'POST', `/v1/hooks/${id}/trigger`, {}, { [name]: 'x' })
      expect(response.status).toBe(202)
    },
  )

  test('starts nothing where the condition is false, and says so in the history', async () => {
    await using service = await startGreeting()
    const id = await addHook(service, {
      ...onCall,
      when: 'request.body.times > 5',
      on: { webhook: {} },
    })
    const call = (times: number) =>
      send(service, 'POST', `/v1/hooks/${id}/trigger`, { ...sent, times })
    expect((await call(1)).status).toBe(204)
    expect((await call(2)).status).toBe(204)
    expect((await call(6)).status).toBe(202)
    await expect
      .poll(async () => (await getHook(service, id)).history, patient)
      .toMatchObject([{ kind: 'fired' }, { kind: 'skipped', count: 2 }])
  })

  test('is refused with the inputs that it makes wrong', async () => {
    await using service = await startGreeting()
    const id = await addHook(service, { ...onCall, on: { webhook: {} } })
    const call = (body: unknown) => send(service, 'POST', `/v1/hooks/${id}/trigger`, body)
    expect(await refusal(call({ ...sent, times: 'three' }))).toEqual([
      400,
      'INVALID_INPUTS',
      '/inputs/times',
    ])
    expect(await refusal(call({ times: 1 }))).toEqual([400, 'EXPRESSION_FAILED', '/inputs/who'])
    expect(await refusal(call('{'))).toEqual([400, 'MALFORMED_JSON'])
    await send(service, 'DELETE', '/v1/workflows/greet')
    expect(await refusal(call(sent))).toEqual([404, 'WORKFLOW_NOT_FOUND', '/workflow'])
    await expect
      .poll(async () => (await getHook(service, id)).history.map(({ message }) => message), patient)
      .toEqual([
        expect.stringContaining('WORKFLOW_NOT_FOUND'),
        expect.stringContaining('EXPRESSION_FAILED: /inputs/who'),
        expect.stringContaining('INVALID_INPUTS: /inputs/times'),
      ])
    expect(await sessionsOf(service, id)).toEqual([])
  })

  test('of an expression that would run for ever ends soon', async () => {
    await using service = await startGreeting()
    const slow =
      'request.body.l.all(a, request.body.l.all(b, request.body.l.all(c, request.body.l.all(d, a + b + c + d >= 0))))'
    const id = await addHook(service, { ...onCall, when: slow, on: { webhook: {} } })
    const l = Array.from({ length: 1000 }, (_, index) => index)
    expect(await refusal(send(service, 'POST', `/v1/hooks/${id}/trigger`, { l }))).toEqual([
      400,
      'EXPRESSION_FAILED',
    ])
  })

  test('does nothing while the hook is paused', async () => {
    await using service = await startGreeting()
    const id = await addHook(service, onCall)
    expect(await json(service.post(`/v1/hooks/${id}/pause`))).toMatchObject({ status: 'paused' })
    expect(await refusal(callSigned(service, id, secret, { body: sent }))).toEqual([
      409,
      'HOOK_PAUSED',
    ])
    expect(await json(service.post(`/v1/hooks/${id}/resume`))).toMatchObject({ status: 'active' })
    expect((await callSigned(service, id, secret, { body: sent })).status).toBe(202)
  })

  test('of a hook that events fire is refused', async () => {
    await using service = await startGreeting()
    const on = { events: { types: ['session.failed'] } }
    const id = await addHook(service, { workflow: 'greet', inputs: { who: 'event.type' }, on })
    expect(await refusal(send(service, 'POST', `/v1/hooks/${id}/trigger`, {}))).toEqual([
      404,
      'HOOK_NOT_FOUND',
    ])
  })
})

describe('a signed call', () => {
  test('needs no key, and a hook without a secret needs one', async () => {
    await using service = await startGreeting({ API_KEYS: `ci:${key}` })
    expect((await send(service, 'PUT', '/v1/workflows/greet', greet, keyed)).status).toBe(201)
    const make = async (body: unknown) =>
      (await json<HookAnswer>(send(service, 'POST', '/v1/hooks', body, keyed))).hookId
    const signed = await make(onCall)
    expect((await callSigned(service, signed, secret, { body: sent })).status).toBe(202)

    const open = await make({ ...onCall, on: { webhook: {} } })
    const path = `/v1/hooks/${open}/trigger`
    expect(await refusal(send(service, 'POST', path, sent))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await send(service, 'POST', path, sent, keyed)).status).toBe(202)
    const none = '/v1/hooks/hok_00000000000000000000000000/trigger'
    expect(await refusal(send(service, 'POST', none, sent))).toEqual([401, 'UNAUTHENTICATED'])
    expect(await refusal(send(service, 'POST', none, sent, keyed))).toEqual([404, 'HOOK_NOT_FOUND'])
  })

  test.for<[string, (service: { url: string }, id: string) => Promise<Response>]>([
    ['no signature', (service, id) => send(service, 'POST', `/v1/hooks/${id}/trigger`, sent)],
    [
      'a key in place of the signature',
      (service, id) => send(service, 'POST', `/v1/hooks/${id}/trigger`, sent, keyed),
    ],
    ['another secret', (service, id) => callSigned(service, id, `${secret}!`, { body: sent })],
    [
      'an old timestamp',
      (service, id) =>
        callSigned(service, id, secret, { body: sent, at: new Date(Date.now() - 301_000) }),
    ],
    [
      'a timestamp of the future',
      (service, id) =>
        callSigned(service, id, secret, { body: sent, at: new Date(Date.now() + 310_000) }),
    ],
    [
      'a wrong signature of GitHub',
      (service, id) =>
        send(service, 'POST', `/v1/hooks/${id}/trigger`, sent, {
          'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
        }),
    ],
  ])('with %s is refused, and leaves nothing', async ([, call]) => {
    await using service = await startGreeting()
    const id = await addHook(service, onCall)
    expect(await refusal(call(service, id))).toEqual([401, 'INVALID_SIGNATURE'])
    expect(await sessionsOf(service, id)).toEqual([])
    expect((await getHook(service, id)).history).toEqual([])
  })

  test('whose body was changed on the way is refused', async () => {
    await using service = await startGreeting()
    const id = await addHook(service, onCall)
    const text = JSON.stringify(sent)
    const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`
    const headers = { 'x-hub-signature-256': signature, 'x-github-delivery': 'one' }
    const path = `/v1/hooks/${id}/trigger`
    expect(await refusal(send(service, 'POST', path, `${text} `, headers))).toEqual([
      401,
      'INVALID_SIGNATURE',
    ])
    const first = await json(send(service, 'POST', path, text, headers))
    expect(first).toEqual({ sessionId: expect.stringMatching(/^ses_/) })
    expect(await json(send(service, 'POST', path, text, headers))).toEqual(first)
  })

  test('that is repeated starts nothing new and is answered as before', async () => {
    await using service = await startGreeting()
    const id = await addHook(service, onCall)
    const call = (messageId: string, at = new Date()) =>
      callSigned(service, id, secret, { messageId, at, body: sent })
    const answers = await Promise.all([
      call('msg_1'),
      call('msg_1', new Date(Date.now() - 60_000)),
      call('msg_1'),
    ])
    const bodies = await Promise.all(answers.map((answer) => json(answer)))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(bodies).toEqual([bodies[0], bodies[0], bodies[0]])
    expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(2)
    expect((await call('msg_2')).status).toBe(202)
    expect(await sessionsOf(service, id)).toHaveLength(2)
    expect(await historyOf(service, id, 2)).toMatchObject([{ kind: 'fired' }, { kind: 'fired' }])
  })

  test('is told from another by what the hook says', async () => {
    await using service = await startGreeting()
    const on = { webhook: { idempotency: 'request.body.user.name' } }
    const id = await addHook(service, { ...onCall, on })
    const call = async (body: unknown) =>
      json(send(service, 'POST', `/v1/hooks/${id}/trigger`, body))
    const ada = await call(sent)
    expect(await call({ ...sent, times: 1 })).toEqual(ada)
    expect(await call({ ...sent, user: { name: 'Bob' } })).not.toEqual(ada)
    expect(await call({ ...sent, user: { name: '' } })).toMatchObject({ code: 'EXPRESSION_FAILED' })
  })

  test('of this service’s own callbacks fires a hook', async () => {
    await using service = await startGreeting()
    const id = await addHook(service, {
      workflow: 'greet',
      inputs: { who: 'request.body.data.sessionId' },
      on: { webhook: { secret: 'HOOK' } },
    })
    const url = `${service.url}/v1/hooks/${id}/trigger`
    await start(service, { steps, onEnd: { webhook: { url, secret: 'HOOK' } } })
    expect(await historyOf(service, id, 1)).toMatchObject([{ kind: 'fired' }])
  })
})
