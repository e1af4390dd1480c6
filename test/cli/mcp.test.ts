import type { Progress } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startedProcess } from '../e2e/support/started.ts'
import { dataDir } from '../store/data-dir.ts'
import { makeKey, withKeys } from '../support/keys.ts'
import { startServer } from '../support/local-server.ts'
import { type Service, startService } from '../support/service.ts'
import { start } from '../support/sessions.ts'
import { type Agent, client, type Followed, followers, overStdio, types } from './support/mcp.ts'

describe('an agent', () => {
  let service: Service
  let agent: Agent

  beforeAll(async () => {
    service = await startService()
    agent = await overStdio(service.url)
  })

  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]()
    await service?.[Symbol.asyncDispose]()
  })

  test('is told what it can do', async () => {
    const { tools } = await agent.client.listTools()
    const readOnly = tools.filter(({ annotations }) => annotations?.readOnlyHint === true)
    expect(readOnly.map(({ name }) => name).sort()).toEqual([
      'check_plan',
      'explain_session',
      'follow_session',
      'get_session',
      'get_steps',
      'get_workflow',
      'list_executors',
      'list_interactions',
      'list_sessions',
      'list_workflows',
      'next_interaction',
    ])
    const others = tools.filter((tool) => !readOnly.includes(tool))
    expect(others.map(({ name }) => name).sort()).toEqual([
      'answer_interaction',
      'control_session',
      'control_step',
      'decide',
      'send_signal',
      'start_session',
    ])
    for (const { description, inputSchema, annotations } of tools) {
      expect(description?.length).toBeGreaterThan(40)
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(typeof annotations?.destructiveHint).toBe('boolean')
    }
    expect(agent.client.getInstructions()).toContain('start_session')
  })

  test('finds what waits for somebody, approves it, and signals', async () => {
    const steps = [
      { id: 'ok', uses: 'approval', with: { prompt: 'Ship it?' } },
      { id: 'go', uses: 'signal', with: { name: 'go' } },
    ]
    const { sessionId } = await agent.call('start_session', { steps })
    const asked = await agent.call<Followed>('follow_session', { sessionId })
    const [interactionId] = asked.attention.map((one) => one.interactionId)
    const { interactions } = await agent.call<{ interactions: object[] }>('list_interactions')
    expect(interactions).toMatchObject([{ interactionId, kind: 'approval', prompt: 'Ship it?' }])
    await agent.call('decide', { interactionId, decision: 'approve', note: 'looks good' })
    await agent.call('send_signal', { sessionId, name: 'go', payload: { when: 'now' } })
    const view = async () =>
      agent.call<{ status: string; steps: { output?: unknown }[] }>('get_session', { sessionId })
    await expect.poll(async () => (await view()).status).toBe('completed')
    expect((await view()).steps).toMatchObject([
      { output: { decision: 'approved', note: 'looks good' } },
      { output: { when: 'now' } },
    ])
  })

  test('starts a session, does what it asks for, and follows it to its end', async () => {
    const { executors } = await agent.call<{ executors: { name: string }[] }>('list_executors')
    expect(executors.map(({ name }) => name)).toContain('client')
    const resultSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const steps = [client('count', 'count the files', { resultSchema }), 'Wait 1 ms']
    expect(await agent.call('check_plan', { steps })).toMatchObject({
      steps: [{ id: 'count' }, { uses: 'wait' }],
    })

    const { sessionId } = await agent.call('start_session', { steps, labels: { by: 'agent' } })
    const asked = await agent.call<Followed>('follow_session', { sessionId })
    expect(asked).toMatchObject({ ended: false, more: false, attention: [{ stepId: 'count' }] })
    expect(asked.events[0]).toMatchObject({ seq: 1, type: 'session.created' })

    const next = await agent.call('next_interaction', { sessionId, waitSeconds: 20 })
    expect(next).toMatchObject({ pending: true, command: 'count the files', resultSchema })
    const { interactionId } = next
    expect(asked.attention[0]?.interactionId).toBe(interactionId)
    expect(await agent.call('list_interactions', { sessionId })).toMatchObject({
      interactions: [{ interactionId, state: 'pending' }],
    })

    const wrong = { interactionId, status: 'ok', output: { n: 'many' } }
    expect(await agent.refusal('answer_interaction', wrong)).toMatchObject({
      code: 'INVALID_VALUE',
      faults: [{ pointer: '/output/n' }],
    })
    const right = { interactionId, status: 'ok', output: { n: 3 } }
    expect(await agent.call('answer_interaction', right)).toMatchObject({ stepId: 'count' })
    expect(await agent.call('list_interactions', { sessionId })).toEqual({ interactions: [] })

    const rest = await agent.call<Followed>('follow_session', { sessionId, after: asked.next })
    expect(rest).toMatchObject({ status: 'completed', ended: true, attention: [] })
    const seqs = [...asked.events, ...rest.events].map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    expect(rest.events.at(-1)?.type).toBe('session.completed')
    expect(await agent.call('next_interaction', { sessionId })).toEqual({
      done: true,
      status: 'completed',
    })
    expect(await agent.call('get_steps', { sessionId, stepId: 'count' })).toMatchObject({
      steps: [{ id: 'count', attempts: [{ result: 'completed', output: { n: 3 } }] }],
    })
    expect(await agent.call('list_sessions', { label: 'by:agent' })).toMatchObject({
      sessions: [{ sessionId, status: 'completed' }],
    })
  })

  test('learns what is wrong with a workflow, with pointers into its arguments', async () => {
    const steps = ['Dance', { uses: 'wait', with: { for: 3 } }]
    for (const tool of ['check_plan', 'start_session']) {
      const refused = await agent.refusal(tool, { steps })
      expect(refused).toMatchObject({
        status: 400,
        faults: [
          { pointer: '/steps/0', code: 'UNREADABLE_SENTENCE' },
          { pointer: '/steps/1/with/for', code: 'DURATION_WITHOUT_UNIT' },
        ],
      })
      expect(refused.suggestedAction).toBeTruthy()
    }
    expect(await agent.refusal('start_session', { workflow: 'nobody' })).toMatchObject({
      code: 'WORKFLOW_NOT_FOUND',
      faults: [{ pointer: '/workflow' }],
    })
    const { content } = await agent.client.callTool({ name: 'get_session', arguments: { id: 'x' } })
    expect(JSON.stringify(content)).toContain('sessionId')
    expect(await agent.refusal('get_session', { sessionId: '..' })).toMatchObject({
      code: 'INVALID_VALUE',
    })
  })

  test('starts one session however often it repeats the call with a key', async () => {
    const input = { steps: ['Wait 1 ms'], idempotencyKey: 'only-once' }
    const { sessionId } = await agent.call('start_session', input)
    expect(await agent.call('start_session', input)).toMatchObject({ sessionId })
    const other = { ...input, steps: ['Wait 2 ms'] }
    expect((await agent.refusal('start_session', other)).code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  test('starts a saved workflow with inputs', async () => {
    await fetch(`${service.url}/v1/workflows/greet`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: { name: { type: 'string' } },
        steps: [client('greet', 'Say hello to {{ inputs.name }}')],
      }),
    })
    expect(await agent.call('list_workflows')).toMatchObject({ workflows: [{ name: 'greet' }] })
    for (const version of [{}, { version: 1 }]) {
      expect(await agent.call('get_workflow', { name: 'greet', ...version })).toMatchObject({
        definition: { inputs: { name: { type: 'string' } } },
      })
    }
    const wrong = { workflow: 'greet', inputs: { name: 7 } }
    expect((await agent.refusal('start_session', wrong)).faults).toMatchObject([
      { pointer: '/inputs/name' },
    ])
    const inputs = { name: 'Ada' }
    const { sessionId } = await agent.call('start_session', { workflow: 'greet', inputs })
    expect(await agent.call('next_interaction', { sessionId, waitSeconds: 20 })).toMatchObject({
      command: 'Say hello to Ada',
    })
  })

  test('controls a session, and does again what failed', async () => {
    const steps = [client('a', 1, { onWarning: 'escalate' })]
    const { sessionId } = await agent.call('start_session', { steps })
    const { interactionId } = await agent.call('next_interaction', { sessionId, waitSeconds: 20 })
    const control = (action: string) =>
      agent.call('control_session', { sessionId, action, reason: 'to see' })
    await control('pause')
    const paused = await agent.call<Followed>('follow_session', { sessionId, types: 'session.*' })
    expect(paused.status).toBe('paused')
    expect(types(paused)).toContain('session.paused')
    await control('resume')
    const error = { message: 'not sure' }
    await agent.call('answer_interaction', { interactionId, status: 'warning', error })
    expect(await agent.call('explain_session', { sessionId })).toMatchObject({
      steps: [{ id: 'a', waitsFor: [{ kind: 'person' }] }],
    })
    await agent.call('control_step', { sessionId, stepId: 'a', action: 'fail' })
    const over = await agent.call<Followed>('follow_session', { sessionId, until: 'end' })
    expect(over.status).toBe('failed')
    expect((await agent.refusal('control_session', { sessionId, action: 'pause' })).code).toBe(
      'SESSION_ENDED',
    )
    const retried = await agent.call('control_session', { sessionId, action: 'retry' })
    expect(retried['sessionId']).not.toBe(sessionId)
    const cancelled = { sessionId: retried['sessionId'], action: 'cancel' }
    await agent.call('control_session', cancelled)
    const end = { sessionId: retried['sessionId'], until: 'end' }
    expect((await agent.call<Followed>('follow_session', end)).status).toBe('cancelled')
  })

  test('is told of what a prompt and a resource are about', async () => {
    const sessionId = await start(service, { name: 'looked at', steps: [client('a', 1)] })
    const { resources } = await agent.client.listResources()
    const uri = `stepstream://sessions/${sessionId}`
    expect(resources).toContainEqual(expect.objectContaining({ uri, name: 'looked at' }))
    const read = async (from: string) => {
      const [content] = (await agent.client.readResource({ uri: from })).contents
      return JSON.parse((content as { text: string }).text) as Record<string, unknown>
    }
    expect(await read(uri)).toMatchObject({ sessionId, steps: [{ id: 'a' }] })
    expect(await read(`${uri}/events`)).toMatchObject({ events: [{ seq: 1 }, {}, {}, {}, {}, {}] })
    await expect(read('stepstream://sessions/ses_nobody')).rejects.toMatchObject({
      code: -32_002,
      data: { code: 'SESSION_NOT_FOUND' },
    })
    const { prompts } = await agent.client.listPrompts()
    expect(prompts.map(({ name }) => name)).toEqual(['diagnose_session', 'drive_session'])
    for (const { name } of prompts) {
      const prompt = { name, arguments: { sessionId } }
      expect(JSON.stringify(await agent.client.getPrompt(prompt))).toContain(sessionId)
    }
  })

  test('gets no more of a large session than it can take in', async () => {
    const large = 'x'.repeat(3000)
    const steps = Array.from({ length: 100 }, (_, index) => ({
      ...client(`s${index}`, large),
      dependsOn: [],
    }))
    const workflow = { maxParallel: 100, steps }
    const { sessionId } = await agent.call('start_session', { workflow })
    const events: { seq: number; type: string }[] = []
    for (let after = 0, more = true; more; ) {
      const part = await agent.call<Followed>('follow_session', { sessionId, after, limit: 1000 })
      expect(JSON.stringify(part).length).toBeLessThan(45_000)
      events.push(...part.events)
      after = part.next
      more = part.more || !part.events.some(({ type }) => type === 'session.waiting')
    }
    expect(events.filter(({ type }) => type === 'interaction.created')).toHaveLength(100)
    const seqs = events.map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))

    const { interactionId } = await agent.call('next_interaction', { sessionId })
    const result = { interactionId, status: 'ok', output: { log: 'y'.repeat(60_000) } }
    await agent.call('answer_interaction', result)
    const session = await agent.call<{ steps: unknown[] }>('get_session', { sessionId })
    expect(JSON.stringify(session).length).toBeLessThan(45_000)
    expect(session.steps).toHaveLength(100)
    expect(JSON.stringify(session)).toMatch(/y… \(\d+ more characters\)/)
    const done = await agent.call('get_session', { sessionId, stepStatus: 'completed' })
    expect(done).toMatchObject({ steps: [{ id: 's0' }] })
    const step = await agent.call('get_steps', { sessionId, stepId: 's0' })
    expect(JSON.stringify(step)).toMatch(/y{8000}… \(52000 more characters\)/)
  })
})

describe('following', () => {
  let service: Service
  let agent: Agent

  beforeAll(async () => {
    service = await startService()
    agent = await overStdio(service.url)
  })

  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]()
    await service?.[Symbol.asyncDispose]()
  })

  test('answers in parts, and says so', async () => {
    const sessionId = await start(service, ['Wait 1 ms', 'Wait 1 ms'])
    await agent.call('follow_session', { sessionId, until: 'end' })
    const events: { seq: number; type: string }[] = []
    for (let after = 0, more = true; more; ) {
      const part = await agent.call<Followed>('follow_session', { sessionId, after, limit: 2 })
      expect(part.events.length).toBeLessThanOrEqual(2)
      events.push(...part.events)
      after = part.next
      more = part.more
    }
    const whole = await agent.call<Followed>('follow_session', { sessionId })
    expect(events).toEqual(whole.events)
    const some = await agent.call<Followed>('follow_session', { sessionId, types: 'session.*' })
    expect(types(some).filter((type) => !type.startsWith('session.'))).toEqual([])
    expect((await agent.refusal('follow_session', { sessionId, types: 'nothing' })).code).toBe(
      'INVALID_QUERY',
    )
    expect((await agent.refusal('follow_session', { sessionId, after: 1000 })).code).toBe(
      'INVALID_CURSOR',
    )
  })

  test('waits no longer than it was told to, and says where the session stands', async () => {
    const sessionId = await start(service, ['Wait 1 hour'])
    const input = { sessionId, until: 'end', waitSeconds: 0.2 }
    const followed = await agent.call<Followed>('follow_session', input)
    expect(followed).toMatchObject({ ended: false, status: 'waiting', attention: [], more: false })
    expect(types(followed)).toContain('session.waiting')
  })

  test('waits for news beyond what is known, while somebody is asked', async () => {
    const sessionId = await start(service, { steps: [client('a', 1)] })
    const { interactionId } = await agent.call('next_interaction', { sessionId, waitSeconds: 20 })
    await expect
      .poll(async () => types(await agent.call('follow_session', { sessionId })).at(-1))
      .toBe('session.waiting')
    const { next: after } = await agent.call<Followed>('follow_session', { sessionId })
    const news = agent.call<Followed>('follow_session', { sessionId, after, until: 'news' })
    await expect.poll(() => followers(service)).toBe(1)
    await agent.call('answer_interaction', { interactionId, status: 'ok' })
    expect(types(await news)).toContain('interaction.answered')
  })

  test('tells a client that wants to know how far it is', async () => {
    // A session tells its progress once a second at the most.
    const sessionId = await start(service, ['Wait 1100 ms', 'Wait 1 ms'])
    const told: Progress[] = []
    const onprogress = (progress: Progress) => void told.push(progress)
    const input = { sessionId, until: 'end' }
    const quiet = await agent.call<Followed>('follow_session', input, { onprogress })
    expect(types(quiet)).not.toContain('session.progress')
    const messages = told.map(({ message }) => message)
    expect(messages[0]).toBe(`following ${sessionId}`)
    expect(messages).toContain('1 of 2 steps completed')
    const figures = told.map(({ progress }) => progress)
    expect(figures).toEqual([...new Set(figures)].sort((a, b) => a - b))
    const asked = await agent.call<Followed>('follow_session', { sessionId, types: 'session.*' })
    expect(types(asked)).toContain('session.progress')
  })

  test('stops when the client cancels it', async () => {
    const sessionId = await start(service, ['Wait 1 hour'])
    const cancel = new AbortController()
    const input = { sessionId, until: 'end', waitSeconds: 300 }
    const follow = agent.call('follow_session', input, { signal: cancel.signal })
    await expect.poll(() => followers(service)).toBe(1)
    cancel.abort('enough')
    await expect(follow).rejects.toThrow('enough')
    await expect.poll(() => followers(service)).toBe(0)
    expect(await agent.call('get_session', { sessionId })).toMatchObject({ status: 'waiting' })
  })

  test('ends with the process when its client lets go', async () => {
    const sessionId = await start(service, ['Wait 1 hour'])
    const other = await overStdio(service.url)
    const input = { sessionId, until: 'end', waitSeconds: 300 }
    const follow = other.call('follow_session', input).catch((error: Error) => error.message)
    await expect.poll(() => followers(service)).toBe(1)
    await other[Symbol.asyncDispose]()
    expect(await follow).toContain('closed')
    await expect.poll(() => followers(service)).toBe(0)
  })
})

describe('what a key may do', () => {
  test('is for the service to say, and told with the scope that is missing', async () => {
    await using service = await startService(withKeys)
    const { secret } = await makeKey(service, { scopes: ['read', 'run'] })
    await using agent = await overStdio(service.url, { STEPSTREAM_KEY: secret })
    const { sessionId } = await agent.call('start_session', { steps: [client('a', 1)] })
    const asked = await agent.call<Followed>('follow_session', { sessionId })
    const interactionId = asked.attention[0]?.interactionId
    const answer = { interactionId, status: 'ok' }
    expect(await agent.refusal('answer_interaction', answer)).toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
      detail: expect.stringContaining('the scope answer'),
    })
    const cancel = { sessionId, action: 'cancel' }
    expect((await agent.refusal('control_session', cancel)).detail).toContain('the scope control')
    await using stranger = await overStdio(service.url)
    expect((await stranger.refusal('list_sessions')).code).toBe('UNAUTHENTICATED')
  })
})

describe('a service that is away', () => {
  test('is told, also in the middle of following', async () => {
    const service = await startedProcess({ DATA_DIR: dataDir() })
    await using agent = await overStdio(service.url)
    const { sessionId } = await agent.call('start_session', { steps: ['Wait 1 hour'] })
    let isFollowing = false
    const onprogress = () => {
      isFollowing = true
    }
    const input = { sessionId, until: 'end', waitSeconds: 300 }
    const follow = agent.call('follow_session', input, { onprogress })
    const refused = expect(follow).rejects.toThrow('SERVICE_UNREACHABLE')
    await expect.poll(() => isFollowing).toBe(true)
    await service.stop('SIGKILL')
    await refused
    const told = await agent.refusal('get_session', { sessionId })
    expect(told).toMatchObject({ code: 'SERVICE_UNREACHABLE', retryable: true })
    expect(told.detail).toContain(service.url)
  })

  test('is not mistaken for something else that answers', async () => {
    await using proxy = await startServer((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
    })
    await using agent = await overStdio(proxy.url)
    expect(await agent.refusal('list_sessions')).toMatchObject({
      code: 'UNEXPECTED_ANSWER',
      status: 502,
      retryable: true,
      detail: expect.stringContaining('Bad gateway'),
    })
  })
})

describe('what the service is asked', () => {
  test('names what a model gave, encoded, with the key of the connection', async () => {
    await using service = await startServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"done":true}')
    })
    await using agent = await overStdio(`${service.url}/behind/`, { STEPSTREAM_KEY: 'sk_abc' })
    const decision = { decision: 'push_back', toStep: 'draft', note: 'too long' }
    await agent.call('decide', { interactionId: 'int_1', ...decision })
    await agent.call('send_signal', { sessionId: 'ses_1', name: 'paid/now', payload: { n: 1 } })
    await agent.call('list_interactions', { limit: 5 })
    const asked = service.received.map(({ method, path, body }) => [method, path, body])
    expect(asked).toEqual([
      ['POST', '/behind/v1/interactions/int_1/answer', JSON.stringify(decision)],
      ['POST', '/behind/v1/sessions/ses_1/signals/paid%2Fnow', '{"payload":{"n":1}}'],
      ['GET', '/behind/v1/interactions?state=pending&limit=5', ''],
    ])
    for (const { headers } of service.received) {
      expect(headers.authorization).toBe('Bearer sk_abc')
      expect(headers['user-agent']).toMatch(/^stepstream-mcp\//)
    }
  })

  test('is by session where it has no list of all interactions', async () => {
    await using service = await startServer((_, response) => {
      const problem = { status: 404, code: 'ROUTE_NOT_FOUND', detail: 'there is no route' }
      response.writeHead(404, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify(problem))
    })
    await using agent = await overStdio(service.url)
    const { code, suggestedAction } = await agent.refusal('list_interactions')
    expect([code, suggestedAction]).toEqual([
      'ROUTE_NOT_FOUND',
      expect.stringContaining('list_sessions'),
    ])
  })
})
