import { describe, expect, test } from 'vitest'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, lastOf, start } from '../../support/sessions.ts'

const oneStep = (id: string) => ({ steps: [{ id, uses: 'noop' }] })

const greeting = {
  description: 'Greets somebody',
  inputs: {
    who: { type: 'string', minLength: 2 },
    times: { type: 'integer', maximum: 3, default: 1 },
  },
  steps: [{ id: 'greet', uses: 'noop', with: { hello: '{{ inputs.who }}' } }],
}

function put(
  service: Service,
  name: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${service.url}/v1/workflows/${name}`, {
    method: 'PUT',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/** Saves a workflow that is known to be good; its version. */
async function save(service: Service, name: string, body: unknown): Promise<number> {
  const answer = await json<{ version: number }>(put(service, name, body))
  return answer.version
}

function remove(service: Service, path: string, headers = {}): Promise<Response> {
  return fetch(service.url + path, { method: 'DELETE', headers })
}

const startNoop = () => startService({}, { executors: [noop] })

describe('saving a workflow', () => {
  test('makes the first version, and says where it is', async () => {
    await using service = await startNoop()
    const response = await put(service, 'greet', greeting)
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe('/v1/workflows/greet/versions/1')
    expect(response.headers.get('etag')).toBe('"1"')
    expect(await json(response)).toEqual({
      name: 'greet',
      version: 1,
      warnings: [],
      links: {
        self: '/v1/workflows/greet',
        versions: '/v1/workflows/greet/versions',
        stats: '/v1/workflows/greet/stats',
      },
    })
  })

  test('makes a version with each change and none without one', async () => {
    await using service = await startNoop()
    expect((await put(service, 'w', oneStep('a'))).status).toBe(201)
    const again = await put(service, 'w', { steps: [{ uses: 'noop', id: 'a' }] })
    expect([again.status, again.headers.get('location')]).toEqual([200, null])
    expect(again.headers.get('etag')).toBe('"1"')
    expect((await put(service, 'w', oneStep('b'))).status).toBe(201)
    expect(await save(service, 'w', oneStep('a'))).toBe(3)
  })

  test('takes YAML and a list of sentences', async () => {
    await using service = await startNoop()
    const yaml = { 'content-type': 'application/yaml' }
    const text = 'steps:\n  - id: a\n    uses: noop\n'
    expect((await put(service, 'w', text, yaml)).status).toBe(201)
    expect((await put(service, 'w', oneStep('a'))).status).toBe(200)
    expect((await put(service, 'w', ['Wait 1 ms', 'Wait 2 ms'])).status).toBe(201)
    const current = await json(service.get('/v1/workflows/w'))
    expect(current).toMatchObject({ version: 2, totalSteps: 2 })
    expect(current['definition']).toEqual(['Wait 1 ms', 'Wait 2 ms'])
  })

  test('refuses faults with pointers into the definition, and saves nothing', async () => {
    await using service = await startNoop()
    const response = await put(service, 'w', {
      inputs: { n: { type: 'number', default: 'x' } },
      steps: ['Wait a bit', { id: 'a', uses: 'unknown' }],
    })
    const { faults } = await json<{ faults: { pointer: string; code: string }[] }>(response)
    expect(response.status).toBe(400)
    expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/inputs/n/default', 'INVALID_VALUE'],
      ['/steps/0', 'UNREADABLE_SENTENCE'],
      ['/steps/1/uses', 'UNKNOWN_EXECUTOR'],
    ])
    expect((await service.get('/v1/workflows/w')).status).toBe(404)
  })

  test('takes no values of inputs, and no name that would need escaping', async () => {
    await using service = await startNoop()
    const wrapped = await put(service, 'w', { workflow: oneStep('a'), inputs: {} })
    expect(wrapped.status).toBe(400)
    for (const name of ['-w', 'a%2Fb', '%00', 'a%20b', 'x'.repeat(101)]) {
      expect([name, (await put(service, name, oneStep('a'))).status]).toEqual([name, 400])
    }
    expect((await put(service, `v1.2_x-${'y'.repeat(93)}`, oneStep('a'))).status).toBe(201)
  })

  test('heeds If-Match and If-None-Match', async () => {
    await using service = await startNoop()
    const status = async (id: string, headers: Record<string, string>) =>
      (await put(service, 'w', oneStep(id), headers)).status
    expect(await status('a', { 'if-match': '*' })).toBe(412)
    expect(await status('a', { 'if-none-match': '*' })).toBe(201)
    expect(await status('b', { 'if-none-match': '*' })).toBe(412)
    expect(await status('b', { 'if-match': '"1"' })).toBe(201)
    expect(await status('c', { 'if-match': '"1"' })).toBe(412)
    expect(await status('c', { 'if-match': 'W/"2"' })).toBe(400)
    expect(await status('c', { 'if-match': '"2"', 'if-none-match': '*' })).toBe(400)
    const stale = await json(put(service, 'w', oneStep('c'), { 'if-match': '"1"' }))
    expect(stale).toMatchObject({ code: 'PRECONDITION_FAILED' })
    expect(stale['detail']).toContain('its version is 2')
  })

  test('is open to the pages of an allowed origin', async () => {
    const origin = 'https://app.example'
    await using service = await startService({ ALLOWED_ORIGINS: origin }, { executors: [noop] })
    const preflight = await fetch(`${service.url}/v1/workflows/w`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'if-match',
      },
    })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('If-Match')
    const saved = await put(service, 'w', oneStep('a'), { origin })
    expect(saved.headers.get('access-control-expose-headers')).toContain('ETag')
  })

  test('loses no version when several save at once', async () => {
    await using service = await startNoop()
    const saved = await Promise.all(
      Array.from({ length: 8 }, (_, index) => save(service, 'w', oneStep(`s${index}`))),
    )
    expect(saved.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})

describe('reading saved workflows', () => {
  test('gives the current version, and each by its number', async () => {
    await using service = await startNoop()
    await save(service, 'w', oneStep('a'))
    await save(service, 'w', greeting)
    const response = await service.get('/v1/workflows/w')
    expect(response.headers.get('etag')).toBe('"2"')
    expect(await json(response)).toEqual({
      name: 'w',
      version: 2,
      description: 'Greets somebody',
      totalSteps: 1,
      restoredFrom: null,
      createdAt: expect.stringMatching(/Z$/),
      definition: greeting,
      links: expect.objectContaining({ self: '/v1/workflows/w' }),
    })
    const first = await json(service.get('/v1/workflows/w/versions/1'))
    expect(first).toMatchObject({ version: 1, definition: oneStep('a') })
    for (const path of ['w/versions/3', 'w/versions/x', 'w/versions/99999999999', 'v', '%00']) {
      const missing = await json(service.get(`/v1/workflows/${path}`))
      expect([path, missing['code']]).toEqual([path, 'WORKFLOW_NOT_FOUND'])
    }
  })

  test('lists names and versions page by page', async () => {
    await using service = await startNoop()
    for (const name of ['b', 'c', 'a']) await save(service, name, oneStep('x'))
    await save(service, 'b', greeting)
    type Page = { workflows: { name: string }[]; next: string | null }
    const page = await json<Page>(service.get('/v1/workflows?limit=2'))
    expect(page.workflows).toMatchObject([
      { name: 'a', version: 1, versions: 1, description: null },
      { name: 'b', version: 2, versions: 2, description: 'Greets somebody' },
    ])
    const rest = await json<Page>(service.get(`/v1/workflows?limit=2&cursor=${page.next}`))
    expect(rest).toMatchObject({ workflows: [{ name: 'c' }], next: null })
    type Versions = { versions: { version: number }[]; next: string | null }
    const versions = await json<Versions>(service.get('/v1/workflows/b/versions?limit=1'))
    expect(versions.versions).toMatchObject([{ version: 2 }])
    const older = await json<Versions>(
      service.get(`/v1/workflows/b/versions?limit=1&cursor=${versions.next}`),
    )
    expect(older.versions).toMatchObject([{ version: 1 }])
    expect((await service.get('/v1/workflows?cursor=%%%')).status).toBe(400)
    expect((await service.get('/v1/workflows/none/versions')).status).toBe(404)
  })
})

describe('restoring a version', () => {
  test('makes its content current, as a new version that says where it is from', async () => {
    await using service = await startNoop()
    await save(service, 'w', oneStep('a'))
    await save(service, 'w', oneStep('b'))
    const response = await service.post('/v1/workflows/w/versions/1/restore')
    expect([response.status, response.headers.get('location')]).toEqual([
      201,
      '/v1/workflows/w/versions/3',
    ])
    const current = await json(service.get('/v1/workflows/w'))
    expect(current).toMatchObject({ version: 3, restoredFrom: 1, definition: oneStep('a') })
    expect((await service.post('/v1/workflows/w/versions/3/restore')).status).toBe(200)
    expect((await service.post('/v1/workflows/w/versions/9/restore')).status).toBe(404)
    const headers = { 'if-match': '"2"' }
    const stale = await service.post('/v1/workflows/w/versions/2/restore', undefined, headers)
    expect(stale.status).toBe(412)
  })
})

describe('removing a workflow', () => {
  test('frees its name, keeps its sessions, and goes on counting versions', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    await save(service, 'w', { steps: [{ id: 'a', uses: 'hand' }] })
    const id = await start(service, { workflow: 'w' })
    const running = await hand.attempt()
    expect((await remove(service, '/v1/workflows/w')).status).toBe(204)
    expect((await remove(service, '/v1/workflows/w')).status).toBe(404)
    expect((await service.get('/v1/workflows/w/versions/1')).status).toBe(404)
    expect((await service.post('/v1/sessions', { workflow: 'w' })).status).toBe(404)
    running.succeed()
    expect(lastOf(await ended(service, id), 'session.completed').status).toBe('completed')
    expect(await save(service, 'w', { steps: [{ id: 'b', uses: 'hand' }] })).toBe(2)
  })
})

describe('removing a workflow that has changed', () => {
  test('is refused where a version is expected', async () => {
    await using service = await startNoop()
    for (const id of ['a', 'b']) await save(service, 'w', oneStep(id))
    const status = async (headers: object) =>
      (await remove(service, '/v1/workflows/w', headers)).status
    expect(await status({ 'if-match': '"1"' })).toBe(412)
    expect(await status({ 'if-none-match': '*' })).toBe(412)
    expect(await status({ 'if-match': 'x' })).toBe(400)
    expect((await service.get('/v1/workflows/w')).status).toBe(200)
    expect(await status({ 'if-match': '"2"' })).toBe(204)
    expect(await status({ 'if-match': '*' })).toBe(404)
  })
})

describe('starting a saved workflow', () => {
  test('runs the current version, or the one that is named, and remembers which', async () => {
    await using service = await startNoop()
    await save(service, 'w', oneStep('a'))
    await save(service, 'w', { name: 'named', ...oneStep('b') })
    const current = await start(service, { workflow: 'w' })
    const first = await start(service, { workflow: 'w', version: 1 })
    await Promise.all([ended(service, current), ended(service, first)])
    expect(await json(service.get(`/v1/sessions/${current}`))).toMatchObject({
      name: 'named',
      workflow: { name: 'w', version: 2 },
      steps: [{ id: 'b', status: 'completed' }],
    })
    expect(await json(service.get(`/v1/sessions/${first}`))).toMatchObject({
      name: 'w',
      workflow: { name: 'w', version: 1 },
      steps: [{ id: 'a', status: 'completed' }],
    })
    const inline = await start(service, oneStep('a'))
    expect(await json(service.get(`/v1/sessions/${inline}`))).not.toHaveProperty('workflow')
    type Page = { sessions: { sessionId: string; workflow?: object }[] }
    const { sessions } = await json<Page>(service.get('/v1/sessions?workflow=w'))
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([first, current])
    expect(sessions[0]?.workflow).toEqual({ name: 'w', version: 1 })
    const all = await json<Page>(service.get('/v1/sessions'))
    expect(all.sessions.find(({ sessionId }) => sessionId === inline)).not.toHaveProperty(
      'workflow',
    )
  })

  test('checks the inputs against their schemas, with pointers', async () => {
    await using service = await startNoop()
    await save(service, 'greet', greeting)
    const faultsOf = async (inputs: unknown) => {
      const response = await service.post('/v1/sessions', { workflow: 'greet', inputs })
      const problem = await json<{ faults?: { pointer: string; code: string }[] }>(response)
      return problem.faults?.map(({ pointer, code }) => `${pointer} ${code}`)
    }
    expect(await faultsOf(undefined)).toEqual(['/inputs/who INVALID_INPUTS'])
    expect(await faultsOf({ who: 'x', times: 4, other: 1 })).toEqual([
      '/inputs/who INVALID_INPUTS',
      '/inputs/times INVALID_INPUTS',
      '/inputs/other INVALID_INPUTS',
    ])
    const id = await start(service, { workflow: 'greet', inputs: { who: 'world' } })
    const events = await ended(service, id)
    expect(lastOf(events, 'session.completed').status).toBe('completed')
  })

  test.for([
    [{ workflow: 'none' }, 404, 'WORKFLOW_NOT_FOUND', '/workflow'],
    [{ workflow: 'no\u0000ne' }, 404, 'WORKFLOW_NOT_FOUND', '/workflow'],
    [{ workflow: 'w', version: 9 }, 404, 'WORKFLOW_NOT_FOUND', '/version'],
    [{ workflow: 'w', version: '1' }, 400, 'INVALID_VALUE', '/version'],
    [{ workflow: 'w', version: 0 }, 400, 'INVALID_VALUE', '/version'],
    [{ workflow: 'w', version: 2 ** 31 }, 400, 'INVALID_VALUE', '/version'],
    [{ workflow: 'w', input: {} }, 400, 'UNKNOWN_FIELD', '/input'],
    [{ workflow: oneStep('a'), version: 1 }, 400, 'UNKNOWN_FIELD', '/version'],
  ] as const)('refuses %j', async ([body, status, code, pointer]) => {
    await using service = await startNoop()
    await save(service, 'w', oneStep('a'))
    for (const path of ['/v1/sessions', '/v1/plans']) {
      const response = await service.post(path, body)
      expect(response.status).toBe(status)
      expect(await json(response)).toMatchObject({ code, faults: [{ pointer, code }] })
    }
  })

  test('shows what would run without running it', async () => {
    await using service = await startNoop()
    await save(service, 'greet', greeting)
    const body = { workflow: 'greet', inputs: { who: 'world' } }
    expect(await json(service.post('/v1/plans', body))).toMatchObject({
      name: 'greet',
      inputs: { who: 'world', times: 1 },
      steps: [{ id: 'greet' }],
    })
  })

  test('gives the same answer to the same idempotency key, whatever was saved since', async () => {
    await using service = await startNoop()
    await save(service, 'w', oneStep('a'))
    const headers = { 'idempotency-key': 'k' }
    const first = await json(service.post('/v1/sessions', { workflow: 'w' }, headers))
    await save(service, 'w', oneStep('b'))
    const again = await json(service.post('/v1/sessions', { workflow: 'w' }, headers))
    expect(again).toEqual(first)
  })
})

describe('the statistics of a workflow', () => {
  test('count how its sessions ended, whatever their version', async () => {
    const broken = functionExecutor('broken', () => ({
      status: 'error',
      code: 'NETWORK_ERROR',
      message: 'nobody there',
      retryable: false,
    }))
    await using service = await startService({}, { executors: [noop, broken] })
    await save(service, 'w', oneStep('a'))
    expect(await json(service.get('/v1/workflows/w/stats'))).toEqual({
      sessions: 0,
      byStatus: {},
      successRate: null,
      durationMs: null,
      failures: {},
    })
    for (let count = 0; count < 3; count++) {
      await ended(service, await start(service, { workflow: 'w' }))
    }
    await save(service, 'w', { steps: [{ id: 'a', uses: 'broken' }] })
    await ended(service, await start(service, { workflow: 'w' }))
    await ended(service, await start(service, oneStep('a')))
    expect(await json(service.get('/v1/workflows/w/stats'))).toEqual({
      sessions: 4,
      byStatus: { completed: 3, failed: 1 },
      successRate: 0.75,
      durationMs: { p50: expect.any(Number), p95: expect.any(Number) },
      failures: { NETWORK_ERROR: 1 },
    })
    expect((await service.get('/v1/workflows/none/stats')).status).toBe(404)
  })
})
