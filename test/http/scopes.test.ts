import { pino } from 'pino'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.ts'
import { createServer } from '../../src/http/server.ts'
import { scopes } from '../../src/modules/keys/types.ts'
import { as, asOperator, makeKey, withKeys } from '../support/keys.ts'
import { type Service, startService } from '../support/service.ts'
import { json } from '../support/sessions.ts'

interface Route {
  readonly method: string
  readonly path: string
  readonly scope: string | undefined
}

async function routesOf(service: Service): Promise<readonly Route[]> {
  const text = await (await asOperator(service).get('/openapi.yaml')).text()
  const { paths } = parse(text) as { paths: Record<string, Record<string, object>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, about]) => ({
      method: method.toUpperCase(),
      path,
      scope: (about as { 'x-required-scope'?: string })['x-required-scope'],
    })),
  )
}

/** What a route that changes something needs, where it is not `control`. */
const changes: Readonly<Record<string, string | undefined>> = {
  'POST /v1/sessions': 'run',
  'POST /v1/plans': 'run',
  'POST /v1/batches': 'run',
  'POST /v1/schedules/{id}/trigger': 'run',
  'POST /v1/hooks/{id}/trigger': 'run',
  'POST /v1/sessions/{id}/tickets': 'read',
  'POST /v1/sessions/{id}/next': 'answer',
  'POST /v1/interactions/{id}/result': 'answer or work',
  'POST /v1/interactions/{id}/progress': 'answer',
  'POST /v1/interactions/claim': 'work',
  'POST /v1/interactions/{id}/heartbeat': 'work',
  'POST /v1/interactions/{id}/release': 'work',
  'POST /v1/interactions/{id}/answer': 'answer',
  'POST /v1/interactions/{id}/links': 'answer',
  'POST /v1/interactions/{id}/link': undefined,
  'POST /v1/sessions/{id}/signals/{name}': 'answer',
  'POST /v1/keys': 'admin',
  'POST /v1/sign-in': undefined,
  'DELETE /v1/sign-in': undefined,
  'DELETE /v1/keys/{id}': 'admin',
  'POST /v1/keys/{id}/rotate': 'admin',
}

/** What a route that reads needs, where it is not `read`. */
const reads: Readonly<Record<string, string | undefined>> = {
  'GET /v1/keys': 'admin',
  'GET /v1/keys/{id}': 'admin',
  'GET /v1/audit': 'admin',
  'GET /v1/sign-in': 'any',
  'GET /v1/workers': 'read or work',
  'GET /v1/queues/{queue}/events': 'work',
  'GET /metrics': 'operator',
  'GET /v1/interactions/{id}/link': undefined,
  'GET /healthz': undefined,
  'GET /readyz': undefined,
}

test('every route says what a key must be good for', async () => {
  await using service = await startService(withKeys)
  for (const { method, path, scope } of await routesOf(service)) {
    const name = `${method} ${path}`
    const byDefault = method === 'GET' ? 'read' : 'control'
    const table = method === 'GET' ? reads : changes
    expect([name, scope]).toEqual([name, name in table ? table[name] : byDefault])
  }
})

test('a key without the scope of a route is refused by it, and no key with it is', async () => {
  await using service = await startService(withKeys)
  const routes = await routesOf(service)
  const keys = await Promise.all(
    scopes.map(async (scope) => ({
      scope,
      holder: as(service, (await makeKey(service, { scopes: [scope], tenant: 'acme' })).secret),
    })),
  )
  for (const { method, path, scope } of routes) {
    const asked = path.replaceAll(/\{\w+\}/g, 'ses_00000000000000000000000000')
    for (const key of keys) {
      const answer = await key.holder.send(method, asked)
      const isGood =
        scope === undefined ||
        scope === 'any' ||
        scope.split(' or ').includes(key.scope) ||
        (key.scope === 'admin' && scope !== 'operator')
      const name = `${method} ${path} by ${key.scope}`
      if (isGood) {
        await answer.body?.cancel()
        expect([name, [401, 403].includes(answer.status)]).toEqual([name, false])
        expect(answer.status).toBeLessThan(500)
      } else {
        expect([name, answer.status]).toEqual([name, 403])
        expect(await json(answer)).toMatchObject({ code: 'FORBIDDEN' })
      }
    }
  }
})

test('figures of all tenants are shown to operators alone', async () => {
  await using service = await startService(withKeys)
  const operator = as(service, (await makeKey(service, { scopes: ['admin'] })).secret)
  const reader = as(service, (await makeKey(service, { scopes: ['read'] })).secret)
  const admin = as(service, (await makeKey(service, { scopes: ['admin'], tenant: 'a' })).secret)
  for (const path of ['/metrics', '/readyz?verbose']) {
    const status = await Promise.all(
      [operator, reader, admin].map(async (one) => (await one.get(path)).status),
    )
    expect([path, ...status]).toEqual([path, 200, 403, 403])
    expect((await service.get(path)).status).toBe(401)
  }
  expect((await reader.get('/readyz')).status).toBe(200)
})

test('the reference and what is no route are for any key', async () => {
  await using service = await startService(withKeys)
  const { secret } = await makeKey(service, { scopes: ['work'] })
  const worker = as(service, secret)
  for (const path of ['/openapi.yaml', '/docs', '/docs/errors', '/docs/static/index.html', '/']) {
    expect([path, (await worker.get(path)).status]).toEqual([path, 200])
    expect([path, (await service.get(path)).status]).toEqual([path, 401])
  }
  expect((await worker.get('/nowhere')).status).toBe(404)
  expect((await worker.send('HEAD', '/v1/sessions')).status).toBe(403)
  expect((await worker.send('HEAD', '/v1/events?label=a:b')).status).toBe(403)
})

test('a route that says no scope stops the start', async () => {
  const log = pino({ level: 'silent' })
  const app = await createServer({ config: readConfig({}), log, version: '0', keys: undefined })
  expect(() => app.get('/v1/forgotten', async () => 'hello')).toThrow(
    'GET /v1/forgotten says no scope in its config',
  )
  await app.close()
})
