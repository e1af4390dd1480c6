import { describe, expect, test } from 'vitest'
import { noop } from '../../support/hand-executor.ts'
import {
  as,
  asOperator,
  type KeyAnswer,
  type MadeKeyAnswer,
  makeKey,
  operatorSecret,
  withKeys,
} from '../../support/keys.ts'
import { logLines } from '../../support/log-lines.ts'
import { startService } from '../../support/service.ts'
import { json, start } from '../../support/sessions.ts'

interface Problem {
  readonly code: string
  readonly detail: string
  readonly faults?: readonly { readonly pointer: string; readonly code: string }[]
}

const unknown = 'key_00000000000000000000000000'

describe('a key', () => {
  test('is made with a secret that is shown once, and works at once', async () => {
    await using service = await startService(withKeys)
    const operator = asOperator(service)
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const wanted = { name: 'worker', scopes: ['work', 'read'], queues: ['mail'], tenant: 'acme' }
    const answer = await operator.post('/v1/keys', { ...wanted, expiresAt })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { secret, ...made } = await json<MadeKeyAnswer>(answer)
    expect(secret).toMatch(/^sk_[\w-]{32}$/)
    expect(made).toEqual({
      keyId: expect.stringMatching(/^key_/),
      name: 'worker',
      tenant: 'acme',
      scopes: ['read', 'work'],
      queues: ['mail'],
      status: 'active',
      hint: secret.slice(-4),
      createdAt: expect.any(String),
      createdBy: 'setting:ops',
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      overlapUntil: null,
    })
    expect(answer.headers.get('location')).toBe(`/v1/keys/${made.keyId}?tenant=acme`)
    expect(await json(operator.get(answer.headers.get('location') ?? ''))).toEqual(made)
    expect((await as(service, secret).get('/v1/sessions')).status).toBe(200)
    await expect
      .poll(async () => json<KeyAnswer>(operator.get(`/v1/keys/${made.keyId}?tenant=acme`)))
      .toMatchObject({ lastUsedAt: expect.any(String) })
  })

  test('expires in a time that is asked for', async () => {
    await using service = await startService(withKeys)
    const before = Date.now()
    const { expiresAt } = await makeKey(service, { expiresIn: '90d' })
    const ms = Date.parse(expiresAt ?? '') - before
    expect(ms).toBeGreaterThanOrEqual(90 * 86_400_000)
    expect(ms).toBeLessThan(90 * 86_400_000 + 60_000)
  })

  test.for<[object, string, string]>([
    [{ name: '' }, '/name', 'INVALID_VALUE'],
    [{ name: 'a\u0000' }, '/name', 'INVALID_CHARACTERS'],
    [{ scopes: [] }, '/scopes', 'INVALID_VALUE'],
    [{ scopes: ['everything'] }, '/scopes/0', 'INVALID_VALUE'],
    [{ queues: ['mail'] }, '/queues', 'INVALID_VALUE'],
    [{ scopes: ['work', 'admin'], queues: ['mail'] }, '/queues', 'INVALID_VALUE'],
    [{ scopes: ['work'], queues: ['a b'] }, '/queues/0', 'INVALID_VALUE'],
    [{ tenant: ':keys' }, '/tenant', 'INVALID_VALUE'],
    [{ expiresIn: 60 }, '/expiresIn', 'DURATION_WITHOUT_UNIT'],
    [{ expiresIn: '0s' }, '/expiresIn', 'INVALID_VALUE'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt', 'INVALID_VALUE'],
    [{ expiresAt: '2999-01-01T00:00:00Z', expiresIn: '1h' }, '/expiresIn', 'INVALID_VALUE'],
    [{ secret: 'mine' }, '/secret', 'UNKNOWN_FIELD'],
  ])('is refused as %j', async ([fields, pointer, code]) => {
    await using service = await startService()
    const answer = await service.post('/v1/keys', { name: 'a', scopes: ['read'], ...fields })
    expect(answer.status).toBe(400)
    expect((await json<Problem>(answer)).faults).toMatchObject([{ pointer, code }])
  })

  test('is in a list that goes on, newest first', async () => {
    await using service = await startService(withKeys)
    const operator = asOperator(service)
    for (const name of ['a', 'b', 'c']) await makeKey(service, { name, tenant: 'acme' })
    const page = (query: string) =>
      json<{ keys: KeyAnswer[]; next: string }>(operator.get(`/v1/keys?limit=2${query}`))
    const first = await page('&tenant=acme')
    expect(first.keys.map(({ name }) => name)).toEqual(['c', 'b'])
    const second = await page(`&tenant=acme&cursor=${first.next}`)
    expect(second).toMatchObject({ keys: [{ name: 'a' }], next: null })
    expect(await page('')).toEqual({ keys: [], next: null })
    expect(JSON.stringify([first, second])).not.toContain('sk_')
  })

  test('is rotated, with an overlap or without', async () => {
    await using service = await startService(withKeys)
    const operator = asOperator(service)
    const made = await makeKey(service, { name: 'ci' })
    const path = `/v1/keys/${made.keyId}/rotate`
    const status = async (secret: string) => (await as(service, secret).get('/v1/sessions')).status
    const answer = await operator.post(path, { overlap: '1h' })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const next = await json<MadeKeyAnswer>(answer)
    expect(next).toMatchObject({ keyId: made.keyId, overlapUntil: expect.any(String) })
    expect(next.hint).toBe(next.secret.slice(-4))
    expect([await status(made.secret), await status(next.secret)]).toEqual([200, 200])
    const last = await json<MadeKeyAnswer>(operator.post(path))
    expect(last.overlapUntil).toBeNull()
    expect(await Promise.all([made, next, last].map(({ secret }) => status(secret)))).toEqual([
      401, 401, 200,
    ])
    for (const body of [{ overlap: '31d' }, { overlap: 5 }, { over: '1h' }]) {
      expect((await operator.post(path, body)).status).toBe(400)
    }
    expect((await operator.post(`${path}?tenant=%00`)).status).toBe(400)
    expect((await operator.post(`/v1/keys/${unknown}/rotate`)).status).toBe(404)
  })

  test('is revoked: it is refused at once, and stays in the list', async () => {
    await using service = await startService(withKeys)
    const operator = asOperator(service)
    const { keyId, secret } = await makeKey(service, {})
    expect((await as(service, secret).get('/v1/sessions')).status).toBe(200)
    expect((await operator.send('DELETE', `/v1/keys/${keyId}`)).status).toBe(204)
    const refused = await as(service, secret).get('/v1/sessions')
    expect(refused.status).toBe(401)
    expect((await json<Problem>(refused)).detail).toContain('revoked')
    const view = await json<KeyAnswer>(operator.get(`/v1/keys/${keyId}`))
    expect(view).toMatchObject({ status: 'revoked', revokedAt: expect.any(String) })
    expect((await operator.send('DELETE', `/v1/keys/${keyId}`)).status).toBe(204)
    expect(await json(operator.get(`/v1/keys/${keyId}`))).toEqual(view)
    expect(await json(operator.post(`/v1/keys/${keyId}/rotate`))).toMatchObject({
      code: 'KEY_ENDED',
    })
    expect((await operator.send('DELETE', `/v1/keys/${unknown}`)).status).toBe(404)
  })

  test('is nowhere in the log, nor in the audit log, which names it', async () => {
    const lines = logLines()
    const settings = { ...withKeys, LOG_LEVEL: 'trace' }
    await using service = await startService(settings, { logDestination: lines })
    const operator = asOperator(service)
    const { keyId, secret } = await makeKey(service, { name: 'boss', scopes: ['admin'] })
    const next = await json<MadeKeyAnswer>(as(service, secret).post(`/v1/keys/${keyId}/rotate`))
    await operator.send('DELETE', `/v1/keys/${keyId}`)
    const entries = async () =>
      (await json<{ entries: Record<string, unknown>[] }>(operator.get('/v1/audit'))).entries
    await expect.poll(async () => (await entries()).length).toBe(3)
    const kept = await entries()
    expect(
      kept.map(({ action, actor, keyId: by, target }) => ({ action, actor, by, target })),
    ).toEqual([
      { action: 'key.revoke', actor: 'ops', by: 'setting:ops', target: { key: keyId } },
      { action: 'key.rotate', actor: 'boss', by: keyId, target: { key: keyId } },
      { action: 'key.create', actor: 'ops', by: 'setting:ops', target: {} },
    ])
    const text = lines.text() + JSON.stringify(kept)
    for (const hidden of [secret, next.secret, operatorSecret]) expect(text).not.toContain(hidden)
    const elsewhere = await makeKey(service, { tenant: 'acme' })
    await operator.send('DELETE', `/v1/keys/${elsewhere.keyId}?tenant=acme`)
    await expect
      .poll(async () => (await entries())[0]?.['target'])
      .toEqual({ key: elsewhere.keyId, tenant: 'acme' })
    const ofBoss = await json<{ entries: unknown[] }>(operator.get(`/v1/audit?actor=${keyId}`))
    expect(ofBoss.entries).toHaveLength(1)
  })
})

describe('who may manage keys', () => {
  test('an operator those of all tenants, another admin those of its own', async () => {
    await using service = await startService(withKeys)
    const admin = as(
      service,
      (await makeKey(service, { tenant: 'acme', scopes: ['admin'] })).secret,
    )
    const own = await makeKey(service, { scopes: ['admin', 'read'] }, admin)
    expect(own).toMatchObject({ tenant: 'acme', scopes: ['read', 'admin'] })
    const named = await makeKey(service, { tenant: 'acme' }, admin)
    expect((await admin.get(`/v1/keys/${named.keyId}`)).status).toBe(200)
    for (const [method, path, body] of [
      ['POST', '/v1/keys', { name: 'a', scopes: ['read'], tenant: 'default' }],
      ['GET', '/v1/keys?tenant=default', undefined],
      ['GET', `/v1/keys/${unknown}?tenant=default`, undefined],
      ['DELETE', `/v1/keys/${unknown}?tenant=other`, undefined],
      ['POST', `/v1/keys/${unknown}/rotate?tenant=other`, undefined],
    ] as const) {
      const answer = await admin.send(method, path, body)
      expect([path, answer.status]).toEqual([path, 403])
      expect(await json(answer)).toMatchObject({ code: 'FORBIDDEN' })
    }
    const second = as(service, (await makeKey(service, { scopes: ['admin'] })).secret)
    const made = await makeKey(service, { tenant: 'other' }, second)
    expect((await second.get(`/v1/keys/${made.keyId}?tenant=other`)).status).toBe(200)
    expect((await second.get(`/v1/keys/${made.keyId}`)).status).toBe(404)
  })

  test('nobody without the scope admin', async () => {
    await using service = await startService(withKeys)
    const scopes = ['read', 'run', 'control', 'answer', 'work']
    const { secret } = await makeKey(service, { scopes })
    const answer = await as(service, secret).post('/v1/keys', { name: 'a', scopes: ['read'] })
    expect(answer.status).toBe(403)
    expect(await json(answer)).toMatchObject({
      code: 'FORBIDDEN',
      detail:
        'this needs a key with the scope admin; the one that was sent has read, run, control, answer, work',
    })
  })

  test('everybody where no key is needed', async () => {
    await using service = await startService({}, { executors: [noop] })
    const key = { name: 'a', scopes: ['read'], tenant: 'acme' }
    const { createdBy, keyId } = await json<KeyAnswer>(service.post('/v1/keys', key))
    expect(createdBy).toBeNull()
    expect((await service.get(`/v1/keys/${keyId}?tenant=acme`)).status).toBe(200)
    await start(service, [{ uses: 'noop' }])
  })
})

describe('keys are needed on loopback', () => {
  test('with REQUIRE_KEYS, and one is made at the first start', async () => {
    let first = ''
    const onKeyMade = (made: string) => {
      first = made
    }
    await using service = await startService({ REQUIRE_KEYS: 'true' }, { onKeyMade })
    expect((await service.get('/v1/sessions')).status).toBe(401)
    const { secret } = await makeKey(service, { tenant: 'acme' }, as(service, first))
    expect((await as(service, secret).get('/v1/sessions')).status).toBe(200)
  })
})
