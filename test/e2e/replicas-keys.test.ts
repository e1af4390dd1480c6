import { expect, test } from 'vitest'
import { openStream } from '../support/frames.ts'
import { as, asOperator, bearer, type MadeKeyAnswer, makeKey, withKeys } from '../support/keys.ts'
import { startReplicas } from '../support/replicas.ts'
import { json, start } from '../support/sessions.ts'

test('what one replica does with keys holds on the other within seconds', async () => {
  await using replicas = await startReplicas(2, { ...withKeys, STREAM_HEARTBEAT: '200ms' })
  const [one, two] = [replicas.at(0), replicas.at(1)]
  const key = await makeKey(one, { tenant: 'acme', scopes: ['read', 'run'] })
  const holder = as(two, key.secret)
  const sessionId = await start(holder, { timeout: '2h', steps: ['Wait 1h'] })
  const path = `/v1/sessions/${sessionId}`
  expect((await as(one, key.secret).get(path)).status).toBe(200)
  expect((await asOperator(two).get(path)).status).toBe(404)

  const { url } = await json<{ url: string }>(as(one, key.secret).post(`${path}/tickets`))
  const ofTicket = await openStream(two.url + url)
  const ofKey = await openStream(`${two.url}${path}/events`, bearer(key.secret))

  const keyPath = `/v1/keys/${key.keyId}`
  const rotation = asOperator(one).post(`${keyPath}/rotate?tenant=acme`, { overlap: '1h' })
  const next = await json<MadeKeyAnswer>(rotation)
  for (const secret of [key.secret, next.secret]) {
    expect((await as(two, secret).get(path)).status).toBe(200)
  }

  expect((await asOperator(one).send('DELETE', `${keyPath}?tenant=acme`)).status).toBe(204)
  expect((await as(one, next.secret).get(path)).status).toBe(401)
  const status = async (secret: string) => (await as(two, secret).get(path)).status
  for (const secret of [key.secret, next.secret]) await expect.poll(() => status(secret)).toBe(401)
  expect(await Promise.all([ofTicket.goodbye, ofKey.goodbye])).toEqual(['revoked', 'revoked'])
  expect((await fetch(two.url + url)).status).toBe(401)
}, 60_000)
