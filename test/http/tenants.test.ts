import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { functionExecutor, noop } from '../support/hand-executor.ts'
import { callSigned } from '../support/hooks.ts'
import { as, asOperator, type Holder, makeKey, withKeys } from '../support/keys.ts'
import { type LocalServer, startServer } from '../support/local-server.ts'
import { type Service, startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'

/** What a tenant has, by the segment of a path before its id. */
type Belongings = Readonly<Record<string, string>>

interface Side {
  readonly holder: Holder
  readonly has: Belongings
  /** A session that has ended, with an artifact and a delivery; that of `has` waits. */
  readonly ended: string
}

const big = functionExecutor('big', () => ({
  status: 'succeeded',
  output: { text: 'x'.repeat(100_000) },
}))

let service: Service
let receiver: LocalServer
let mine: Side
let theirs: Holder

beforeAll(async () => {
  service = await startService(withKeys, { executors: [noop, big] })
  receiver = await startServer((_, response) => response.end())
  const adminOf = async (tenant: string) =>
    as(service, (await makeKey(service, { tenant, name: tenant, scopes: ['admin'] })).secret)
  mine = await furnish(await adminOf('mine'), receiver.url)
  theirs = await adminOf('theirs')
  await theirs.send('PUT', '/v1/workflows/ours', [{ uses: 'noop' }])
}, 60_000)

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

/** Makes one of everything a tenant can have. */
async function furnish(holder: Holder, receiverUrl: string): Promise<Side> {
  const made = async (method: string, path: string, body: unknown) => {
    const response = await holder.send(method, path, body)
    const answer = await json<Record<string, string>>(response)
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer
  }
  await made('PUT', '/v1/workflows/secret-flow', [{ uses: 'noop' }])
  await made('PUT', '/v1/workflows/secret-flow', [{ uses: 'noop' }, 'Wait 1 ms'])
  const held = { id: 'held', uses: 'wait', with: { for: '1h' } }
  const labels = { owner: 'mine' }
  const waiting = await made('POST', '/v1/sessions', { labels, timeout: '2h', steps: [held] })
  const ended = await made('POST', '/v1/sessions', {
    labels,
    onEnd: { webhook: { url: receiverUrl } },
    steps: [{ id: 'held', uses: 'big' }],
  })
  const endedId = ended['sessionId'] ?? ''
  const path = `/v1/sessions/${endedId}`
  interface Lists {
    readonly artifacts: readonly { readonly id: string }[]
    readonly deliveries: readonly { readonly deliveryId: string; readonly state: string }[]
  }
  const deliveries = async () => (await json<Lists>(holder.get(`${path}/deliveries`))).deliveries
  const isDelivered = async () => expect((await deliveries())[0]?.state).toBe('delivered')
  await vi.waitFor(isDelivered, { timeout: 20_000, interval: 20 })
  const { artifacts } = await json<Lists>(holder.get(`${path}/artifacts`))
  const schedule = await made('POST', '/v1/schedules', {
    cron: '0 0 1 1 *',
    workflow: 'secret-flow',
  })
  const hook = await made('POST', '/v1/hooks', { workflow: 'secret-flow', on: { webhook: {} } })
  const asking = await made('POST', '/v1/sessions', {
    steps: [
      { id: 'ask', uses: 'client', with: { command: 'secret' } },
      { id: 'work', dependsOn: [], uses: 'client', with: { command: 'secret', queue: 'device-7' } },
    ],
  })
  const asked = await made('POST', `/v1/sessions/${asking['sessionId']}/next`, { wait: 20 })
  await made('POST', '/v1/interactions/claim', { queue: 'none', workerId: 'worker-of-mine' })
  await made('POST', '/v1/sessions', {
    steps: [{ id: 'ok', uses: 'approval', with: { prompt: 'secret' } }],
  })
  const inbox = () => json<{ interactions: object[] }>(holder.get('/v1/interactions'))
  const isAsked = async () => expect((await inbox()).interactions).toHaveLength(3)
  await vi.waitFor(isAsked, { timeout: 20_000, interval: 20 })
  const batch = await made('POST', '/v1/batches', { workflow: [held], inputs: [{}] })
  const key = await made('POST', '/v1/keys', { name: 'mine', scopes: ['read'] })
  const allRest = async () => {
    const { sessions } = await json<{ sessions: { status: string }[] }>(holder.get('/v1/sessions'))
    expect(sessions.map(({ status }) => status)).toEqual([
      'waiting',
      'waiting',
      'waiting',
      'completed',
      'waiting',
    ])
  }
  await vi.waitFor(allRest, { timeout: 20_000, interval: 20 })
  const has = {
    sessions: waiting['sessionId'],
    steps: 'held',
    deliveries: (await deliveries())[0]?.deliveryId,
    artifacts: artifacts[0]?.id,
    workflows: 'secret-flow',
    versions: '1',
    schedules: schedule['scheduleId'],
    hooks: hook['hookId'],
    batches: batch['batchId'],
    interactions: asked['interactionId'],
    workers: 'worker-of-mine',
    queues: 'device-7',
    signals: 'go',
    keys: key['keyId'],
    'step-cache': 'ab'.repeat(32),
  }
  for (const [kind, id] of Object.entries(has))
    expect([kind, id]).toEqual([kind, expect.any(String)])
  return { holder, has: has as Belongings, ended: endedId }
}

interface Route {
  readonly method: string
  readonly path: string
}

async function routesOf(): Promise<readonly Route[]> {
  const { paths } = parse(await (await asOperator(service).get('/openapi.yaml')).text()) as {
    paths: Record<string, Record<string, unknown>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  )
}

/** A path about what a tenant has. @throws where it names something that the walk does not know */
function fill(path: string, has: Belongings): string {
  const segments = path.split('/')
  return segments
    .map((segment, index) => {
      if (!segment.startsWith('{')) return segment
      const id = has[segments[index - 1] ?? '']
      if (id === undefined) throw new Error(`the walk does not know what ${path} is about`)
      return id
    })
    .join('/')
}

/** What routes with an id want beside it, to get as far as to look for what it names. */
const bodies: Readonly<Record<string, unknown>> = {
  'PUT /v1/schedules/{id}': { cron: '0 0 1 1 *', workflow: 'ours' },
  'PUT /v1/hooks/{id}': { workflow: 'ours', on: { webhook: {} } },
  'POST /v1/interactions/{id}/result': { status: 'ok' },
  'POST /v1/interactions/{id}/progress': { percent: 1 },
  'POST /v1/interactions/{id}/heartbeat': { workerId: 'w' },
  'POST /v1/interactions/{id}/release': { workerId: 'w' },
  'POST /v1/interactions/{id}/answer': { decision: 'approve' },
  'POST /v1/sessions/{id}/fork': { fromStep: 'held' },
}

/** A well-formed id of nothing. */
function unknownOf(id: string): string {
  return id.replace(/_[0-9A-Z]{26}$/, '_00000000000000000000000000').replace('secret', 'unknown')
}

/** A problem without what differs from one to the next. */
async function problemOf(response: Response, about: Belongings) {
  const { id: _, requestId: __, detail, ...problem } = await json<Record<string, string>>(response)
  const longestFirst = Object.values(about).toSorted((a, b) => b.length - a.length)
  const told = longestFirst.reduce((text, id) => text.replaceAll(id, '…'), detail ?? '')
  return { ...problem, detail: told }
}

/** Everything a tenant can see of what it has. */
async function everythingOf({ holder, has, ended }: Side): Promise<unknown> {
  const paths = [
    ...[has['sessions'], ended].flatMap((id) => [
      `/v1/sessions/${id}`,
      `/v1/sessions/${id}/steps`,
      `/v1/sessions/${id}/interactions`,
      `/v1/sessions/${id}/artifacts`,
      `/v1/sessions/${id}/deliveries`,
      `/v1/sessions/${id}/events`,
    ]),
    '/v1/sessions',
    '/v1/interactions',
    '/v1/workflows',
    '/v1/workflows/secret-flow',
    `/v1/interactions/${has['interactions']}`,
    '/v1/workflows/secret-flow/versions',
    ...['schedules', 'hooks', 'batches', 'keys'].flatMap((kind) => [
      `/v1/${kind}`,
      `/v1/${kind}/${has[kind]}`,
    ]),
  ]
  const answers = paths.map(async (path) => {
    const response = await holder.get(path, { accept: 'application/json' })
    const text = await response.text()
    expect([path, response.status]).toEqual([path, 200])
    // Asking for it is a use.
    return [path, text.replaceAll(/"lastUsedAt":("[^"]*"|null)/g, '')]
  })
  return Promise.all(answers)
}

describe('what another tenant has', () => {
  test('is unknown to every route that an id leads to, and stays as it is', async () => {
    const before = await everythingOf(mine)
    const routes = (await routesOf()).filter(({ path }) => path.includes('{'))
    expect(routes.length).toBeGreaterThan(45)
    for (const { method, path } of routes) {
      // Saving creates what is not there: with the same name, but its own.
      if (`${method} ${path}` === 'PUT /v1/workflows/{name}') continue
      // There is a queue of any name, and nothing in it.
      if (path === '/v1/queues/{queue}/events') continue
      const sides = [mine.has, { ...mine.has, sessions: mine.ended }]
      for (const has of sides) {
        const unknown = Object.fromEntries(
          Object.entries(has).map(([kind, id]) => [kind, unknownOf(id)]),
        )
        const body = bodies[`${method} ${path}`]
        const answer = await theirs.send(method, fill(path, has), body)
        const nothing = await theirs.send(method, fill(path, unknown), body)
        expect([method, path, answer.status]).toEqual([method, path, 404])
        const problem = await problemOf(answer, has)
        expect(problem).toMatchObject({ code: expect.stringMatching(/^(?!ROUTE).*_NOT_FOUND$/) })
        expect(problem).toEqual(await problemOf(nothing, unknown))
      }
    }
    expect(await everythingOf(mine)).toEqual(before)
  })

  test('is unknown to HEAD requests and JSON pages of its streams', async () => {
    const path = `/v1/sessions/${mine.has['sessions']}/events`
    expect((await theirs.send('HEAD', path)).status).toBe(404)
    expect((await theirs.get(path, { accept: 'application/json' })).status).toBe(404)
    expect((await theirs.get(path, { accept: 'text/event-stream' })).status).toBe(404)
    expect((await mine.holder.send('HEAD', path)).status).toBe(200)
  })

  test('is in no answer of the routes without an id, and nothing of it changes', async () => {
    const before = await everythingOf(mine)
    const audited = () => json<{ entries: unknown[] }>(mine.holder.get('/v1/audit?actor=mine'))
    await expect.poll(async () => (await audited()).entries.length).toBeGreaterThan(4)
    const routes = (await routesOf()).filter(({ path }) => !path.includes('{'))
    const names = routes.map(({ method, path }) => `${method} ${path}`)
    expect(Object.keys(withoutId).toSorted()).toEqual(names.toSorted())
    for (const name of names) {
      const asked = withoutId[name]?.(mine) ?? []
      for (const { path, body, expected } of asked) {
        const [method = '', route = ''] = name.split(' ')
        const headers = { accept: 'application/json' }
        const answer = await theirs.send(method, path ?? route, body, headers)
        const text = await answer.text()
        expect([name, path, answer.status]).toEqual([name, path, expected.status])
        if (answer.ok) for (const id of secretsOf(mine)) expect([name, text]).not.toContain(id)
        if (expected.body !== undefined) expect(JSON.parse(text)).toMatchObject(expected.body)
      }
    }
    expect(await everythingOf(mine)).toEqual(before)
  })

  test('may have the same name as what one has oneself', async () => {
    const path = '/v1/workflows/secret-flow'
    const before = await json(mine.holder.get(path))
    const saved = await theirs.send('PUT', path, ['Wait 5 ms'])
    expect([saved.status, await json(saved)]).toMatchObject([201, { version: 1 }])
    expect(await json(mine.holder.get(path))).toEqual(before)
    expect((await theirs.send('DELETE', path)).status).toBe(204)
    expect(await json(mine.holder.get(path))).toEqual(before)
  })

  test('keeps its idempotency keys and its concurrency keys apart', async () => {
    const concurrency = { key: 'k', limit: 1, onLimit: 'reject' }
    const body = { steps: ['Wait 1h'], timeout: '2h', concurrency }
    const headers = { 'idempotency-key': 'once' }
    const one = await json(mine.holder.post('/v1/sessions', body, headers))
    await holdsKey(mine.holder, one['sessionId'])
    const answer = await theirs.post('/v1/sessions', body, headers)
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([202, null])
    const other = await json(answer)
    expect(other['sessionId']).not.toBe(one['sessionId'])
    await holdsKey(theirs, other['sessionId'])
    expect((await theirs.post('/v1/sessions', body)).status).toBe(409)
  })
})

/** Once its first step waits it has what it needed to begin. */
async function holdsKey(holder: Holder, sessionId: unknown): Promise<void> {
  const steps = async () =>
    JSON.stringify(await json(holder.get(`/v1/sessions/${sessionId}/steps`)))
  await expect.poll(steps).toContain('"result":"waiting"')
}

describe('a hook of a tenant', () => {
  test('is called without a key by a URL that says whose it is', async () => {
    const secrets = { SECRET_HOOK: 'hook-secret' }
    const signing = await startService({ ...withKeys, ...secrets }, { executors: [noop] })
    await using _ = signing
    const { secret } = await makeKey(signing, { tenant: 'acme', scopes: ['admin'] })
    const admin = as(signing, secret)
    await admin.send('PUT', '/v1/workflows/deploy', [{ uses: 'noop' }])
    const hook = await json<{ hookId: string; links: { trigger: string } }>(
      admin.post('/v1/hooks', { workflow: 'deploy', on: { webhook: { secret: 'HOOK' } } }),
    )
    expect(hook.links.trigger).toBe(`/v1/hooks/${hook.hookId}/trigger?tenant=acme`)
    const call = async (query: string) =>
      (await callSigned(signing, hook.hookId, secrets.SECRET_HOOK, { query })).status
    expect(await call('?tenant=acme')).toBe(202)
    for (const query of ['', '?tenant=other', '?tenant=:keys']) expect(await call(query)).toBe(401)
    const listed = await json<{ sessions: unknown[] }>(
      admin.get(`/v1/sessions?hook=${hook.hookId}`),
    )
    expect(listed.sessions).toHaveLength(1)
  })
})

interface Asked {
  /** With a query, where there is one. */
  readonly path?: string
  readonly body?: unknown
  readonly expected: { readonly status: number; readonly body?: object }
}

const ok = (body?: object) => ({ status: 200, ...(body === undefined ? {} : { body }) })
const notFound = { status: 404 }
const lists = (path: string, body: object): Asked => ({ path, expected: ok(body) })

/** What to ask of each route that has no id in its path. A new route must be named here. */
const withoutId: Readonly<Record<string, (of: Side) => readonly Asked[]>> = {
  'GET /v1/sessions': ({ has }) => [
    { expected: ok() },
    lists('/v1/sessions?label=owner:mine', { sessions: [] }),
    lists('/v1/sessions?workflow=secret-flow', { sessions: [] }),
    lists(`/v1/sessions?batch=${has['batches']}`, { sessions: [] }),
    lists(`/v1/sessions?schedule=${has['schedules']}`, { sessions: [] }),
    lists(`/v1/sessions?hook=${has['hooks']}`, { sessions: [] }),
    lists(`/v1/sessions?parent=${has['sessions']}`, { sessions: [] }),
  ],
  'POST /v1/sessions': () => [{ body: { workflow: 'secret-flow' }, expected: notFound }],
  'GET /v1/workers': () => [{ expected: ok() }],
  'GET /v1/reports/sessions': () => [
    { expected: ok() },
    {
      path: '/v1/reports/sessions?label=owner:mine',
      expected: ok({ sessions: 0, failures: { sessions: 0 } }),
    },
  ],
  'GET /v1/reports/steps': () => [
    { expected: ok() },
    { path: '/v1/reports/steps?label=owner:mine', expected: ok({ sessions: 0, steps: [] }) },
  ],
  'POST /v1/sign-in': () => [{ body: { key: 'mine' }, expected: { status: 401 } }],
  'GET /v1/sign-in': () => [{ expected: ok({ needed: true }) }],
  'DELETE /v1/sign-in': () => [{ expected: { status: 204 } }],
  'POST /v1/interactions/claim': () => [
    { body: { queue: 'device-7', workerId: 'w' }, expected: ok({ interactions: [] }) },
  ],
  'POST /v1/sessions/cancel': () => [
    { body: { filter: { label: 'owner:mine' } }, expected: ok({ matched: 0 }) },
  ],
  'POST /v1/sessions/retry': () => [
    { body: { filter: { label: 'owner:mine' } }, expected: ok({ matched: 0 }) },
  ],
  'GET /v1/interactions': ({ has }) => [
    { expected: ok({ interactions: [] }) },
    lists('/v1/interactions?state=answered', { interactions: [] }),
    lists(`/v1/interactions?sessionId=${has['sessions']}`, { interactions: [] }),
  ],
  'POST /v1/plans': () => [{ body: { workflow: 'secret-flow' }, expected: notFound }],
  'GET /v1/events': ({ has, ended }) => [
    { path: `/v1/events?sessions=${has['sessions']}`, expected: notFound },
    { path: `/v1/events?sessions=${ended}`, expected: notFound },
    { path: `/v1/events?batch=${has['batches']}`, expected: notFound },
    lists('/v1/events?label=owner:mine', { events: [] }),
    lists('/v1/events?workflow=secret-flow', { events: [] }),
  ],
  'GET /v1/workflows': () => [{ expected: ok({ workflows: [{ name: 'ours' }] }) }],
  'POST /v1/batches': () => [
    { body: { workflow: 'secret-flow', inputs: [{}] }, expected: notFound },
  ],
  'GET /v1/batches': () => [{ expected: ok({ batches: [] }) }],
  'POST /v1/schedules': () => [
    { body: { cron: '0 0 1 1 *', workflow: 'secret-flow' }, expected: notFound },
  ],
  'GET /v1/schedules': () => [{ expected: ok({ schedules: [] }) }],
  'POST /v1/hooks': () => [
    { body: { workflow: 'secret-flow', on: { webhook: {} } }, expected: notFound },
  ],
  'GET /v1/hooks': () => [{ expected: ok({ hooks: [] }) }],
  'POST /v1/keys': () => [
    { body: { name: 'a', scopes: ['read'], tenant: 'mine' }, expected: { status: 403 } },
  ],
  'GET /v1/keys': () => [
    { expected: ok({ keys: [{ tenant: 'theirs' }] }) },
    { path: '/v1/keys?tenant=mine', expected: { status: 403 } },
  ],
  'GET /v1/step-cache': () => [{ expected: ok({ entries: [] }) }],
  'DELETE /v1/step-cache': () => [{ expected: ok({ removed: 0 }) }],
  // What they asked for themselves is in theirs.
  'GET /v1/audit': () => [lists('/v1/audit?actor=mine', { entries: [] })],
  'GET /v1/executors': () => [{ expected: ok() }],
  'GET /healthz': () => [{ expected: ok({ status: 'ok' }) }],
  'GET /readyz': () => [{ expected: ok() }, { path: '/readyz?verbose', expected: { status: 403 } }],
  'GET /metrics': () => [{ expected: { status: 403 } }],
}

/** What tells of a tenant where it appears; the names of steps and versions do not. */
function secretsOf({ has, ended }: Side): readonly string[] {
  const { steps: _, versions: __, signals: ___, ...telling } = has
  return [...Object.values(telling), ended]
}
