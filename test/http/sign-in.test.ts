import { expect, test } from 'vitest'
import { as, asOperator, makeKey, operatorSecret, withKeys } from '../support/keys.ts'
import { createDatabase } from '../support/postgres.ts'
import { type Service, startService } from '../support/service.ts'
import { json, start } from '../support/sessions.ts'

/** Signs in as a page of the service does; the cookie, with what the browser keeps about it. */
async function signIn(service: Service, key: string, origin = service.url) {
  const answer = await service.post('/v1/sign-in', { key }, { origin })
  const cookie = answer.headers.get('set-cookie') ?? ''
  return { answer, cookie, sent: { cookie: cookie.split(';')[0] ?? '' } }
}

test('a sign-in is a cookie that no script reads and no other site sends', async () => {
  await using service = await startService(withKeys)
  const { answer, cookie } = await signIn(service, operatorSecret)
  expect(await json(answer)).toMatchObject({ name: 'ops', tenant: 'default', operator: true })
  expect(cookie).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/)
  expect(cookie).not.toContain(operatorSecret)
  const origin = `https://${new URL(service.url).host}`
  expect((await signIn(service, operatorSecret, origin)).cookie).toContain('; Secure')
})

test('it is taken in place of the key, with its tenant and its scopes', async () => {
  await using service = await startService(withKeys)
  const { secret } = await makeKey(service, { name: 'reader', tenant: 'acme', scopes: ['read'] })
  const { sent } = await signIn(service, secret)
  expect((await service.get('/v1/sessions')).status).toBe(401)
  expect((await service.get('/v1/sessions', sent)).status).toBe(200)
  const own = { ...sent, origin: service.url, 'sec-fetch-site': 'same-origin' }
  const refused = await service.post('/v1/sessions', ['Wait 1 ms'], own)
  expect([refused.status, await json(refused)]).toMatchObject([403, { code: 'FORBIDDEN' }])
  expect(await json(service.get('/v1/sign-in', sent))).toEqual({
    needed: true,
    who: { name: 'reader', tenant: 'acme', scopes: ['read'], operator: false },
  })
})

test('streams are opened by it', async () => {
  await using service = await startService(withKeys)
  const { sent } = await signIn(service, operatorSecret)
  const id = await start(asOperator(service), ['Wait 1 ms'])
  const headers = { ...sent, accept: 'text/event-stream' }
  const stream = await service.get(`/v1/sessions/${id}/events`, headers)
  expect(await stream.text()).toContain('event: session.completed')
})

test('what changes something must come from a page of this service', async () => {
  await using service = await startService({ ...withKeys, ALLOWED_ORIGINS: 'https://else.test' })
  const { sent } = await signIn(service, operatorSecret)
  const ask = async (headers: Record<string, string>) =>
    (await service.post('/v1/sessions', ['Wait 1 ms'], { ...sent, ...headers })).status
  expect(await ask({})).toBe(403)
  expect(await ask({ origin: 'https://else.test' })).toBe(403)
  expect(await ask({ origin: 'https://else.test', 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await ask({ origin: service.url, 'sec-fetch-site': 'same-site' })).toBe(403)
  expect(await ask({ 'sec-fetch-site': 'none' })).toBe(403)
  expect(await ask({ origin: service.url })).toBe(202)
  expect(await ask({ 'sec-fetch-site': 'same-origin' })).toBe(202)
  // Who sends a key by hand is no page that was led astray.
  const { authorization } = { authorization: `Bearer ${operatorSecret}` }
  expect(await ask({ authorization })).toBe(202)
})

test('it ends with its key', async () => {
  await using service = await startService(withKeys)
  const { keyId, secret } = await makeKey(service, { scopes: ['read'] })
  const { sent } = await signIn(service, secret)
  const { status } = await asOperator(service).send('DELETE', `/v1/keys/${keyId}`)
  expect(status).toBeLessThan(300)
  expect((await service.get('/v1/sessions', sent)).status).toBe(401)
  expect(await json(service.get('/v1/sign-in', sent))).toEqual({ needed: true })
})

test('a secret that was replaced ends its sign-ins', async () => {
  await using service = await startService(withKeys)
  const { keyId, secret } = await makeKey(service, { scopes: ['read'] })
  const { sent } = await signIn(service, secret)
  await asOperator(service).post(`/v1/keys/${keyId}/rotate`)
  expect((await service.get('/v1/sessions', sent)).status).toBe(401)
})

test('a cookie that was changed opens nothing, and a wrong key makes none', async () => {
  await using service = await startService(withKeys)
  const { sent } = await signIn(service, operatorSecret)
  const changed = { cookie: sent.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }
  expect((await service.get('/v1/sessions', changed)).status).toBe(401)
  const { answer, cookie } = await signIn(service, 'sk_unknown')
  expect([answer.status, cookie]).toEqual([401, ''])
  expect((await as(service, 'sk_unknown').get('/v1/sign-in')).status).toBe(200)
})

/** Signs out as a page of the service does. */
function signOut(service: Pick<Service, 'url'>, sent: { cookie: string }, origin = service.url) {
  return fetch(`${service.url}/v1/sign-in`, { method: 'DELETE', headers: { ...sent, origin } })
}

test('signing out ends the sign-in, wherever its cookie was copied to, and no other', async () => {
  await using service = await startService(withKeys)
  const { sent } = await signIn(service, operatorSecret)
  const other = await signIn(service, operatorSecret)
  expect((await signOut(service, sent, 'https://else.test')).status).toBe(403)
  expect((await service.get('/v1/sessions', sent)).status).toBe(200)
  const answer = await signOut(service, sent)
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toMatch(
    /^stepstream_sign_in=; .*Expires=Thu, 01 Jan 1970/,
  )
  expect((await service.get('/v1/sessions', sent)).status).toBe(401)
  expect((await service.get('/v1/sessions', other.sent)).status).toBe(200)
  expect((await signOut(service, sent)).status).toBe(204)
})

test('its open streams end with it, and with its key', async () => {
  await using service = await startService({ ...withKeys, STREAM_HEARTBEAT: '100ms' })
  const { keyId, secret } = await makeKey(service, { scopes: ['read'] })
  const steps = [{ uses: 'signal', with: { name: 'never' } }]
  const id = await start(asOperator(service), { steps })
  const open = async ({ sent }: { readonly sent: { cookie: string } }) => {
    const stream = await service.get(`/v1/sessions/${id}/events`, {
      ...sent,
      accept: 'text/event-stream',
    })
    return stream.text()
  }
  const first = await signIn(service, secret)
  const ofFirst = open(first)
  const ofSecond = open(await signIn(service, secret))
  await signOut(service, first.sent)
  expect(await ofFirst).toContain('event: stream.bye')
  await asOperator(service).send('DELETE', `/v1/keys/${keyId}`)
  expect(await ofSecond).toContain('event: stream.bye')
})

test('an end of a sign-in is an end in all replicas', async () => {
  await using database = await createDatabase()
  const settings = { ...withKeys, DATABASE_URL: database.url }
  await using first = await startService(settings)
  await using second = await startService(settings)
  const { sent } = await signIn(first, operatorSecret)
  expect((await second.get('/v1/sessions', sent)).status).toBe(200)
  expect((await signOut(first, sent)).status).toBe(204)
  await expect.poll(async () => (await second.get('/v1/sessions', sent)).status).toBe(401)
})

test('without keys nobody needs to sign in', async () => {
  await using service = await startService()
  expect(await json(service.get('/v1/sign-in'))).toEqual({ needed: false })
})
