import { describe, expect, test } from 'vitest'
import { openStream } from '../support/frames.ts'
import { as, asOperator, bearer, type KeyAnswer, makeKey, withKeys } from '../support/keys.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { startService } from '../support/service.ts'
import { json, start } from '../support/sessions.ts'
import { losableStore } from './support/lost-store.ts'

const parked = { timeout: '2h', labels: { a: 'b' }, steps: ['Wait 1h'] }
const quick = { ...withKeys, STREAM_HEARTBEAT: '100ms' }

/** What it needs to start a session and to follow it. */
const scopes = ['read', 'run', 'control']

describe('a stream ends at the next heartbeat', () => {
  test('after its key was revoked, and does not open again', async () => {
    await using service = await startService(quick)
    const operator = asOperator(service)
    const { keyId, secret } = await makeKey(service, { scopes })
    const kept = await makeKey(service, { scopes })
    const id = await start(as(service, secret), parked)
    const urls = [`/v1/sessions/${id}/events`, `/v1/events?sessions=${id}`, '/v1/events?label=a:b']
    const open = (by: string) =>
      Promise.all(urls.map((path) => openStream(service.url + path, bearer(by))))
    const streams = await open(secret)
    const others = await open(kept.secret)
    expect(streams.map(({ first }) => first)).toEqual(urls.map(() => 'stream.hello'))
    await operator.send('DELETE', `/v1/keys/${keyId}`)
    const goodbyes = await Promise.all(streams.map(({ goodbye }) => goodbye))
    expect(goodbyes).toEqual(urls.map(() => 'revoked'))
    for (const path of urls) {
      const again = await as(service, secret).get(path, { accept: 'text/event-stream' })
      expect([path, again.status]).toEqual([path, 401])
    }
    const figures = await (await operator.get('/metrics')).text()
    expect(figures).toContain('stepstream_streams_closed_total{reason="revoked"} 3')
    expect(figures).toContain('stepstream_stream_clients 3')
    await service.post(`/v1/sessions/${id}/cancel`, undefined, bearer(kept.secret))
    expect(await others[0]?.goodbye).toBeUndefined()
  })

  test('though it is never silent', async () => {
    await using service = await startService(quick)
    const operator = asOperator(service)
    const { keyId, secret } = await makeKey(service, { scopes })
    const id = await start(operator, parked)
    const { goodbye } = await openStream(`${service.url}/v1/sessions/${id}/events`, bearer(secret))
    await operator.send('DELETE', `/v1/keys/${keyId}`)
    let isOver = false
    const ended = goodbye.finally(() => {
      isOver = true
    })
    while (!isOver) {
      await operator.post(`/v1/sessions/${id}/pause`)
      await operator.post(`/v1/sessions/${id}/resume`)
    }
    expect(await ended).toBe('revoked')
  })

  test('after its secret was replaced without an overlap', async () => {
    await using service = await startService(quick)
    const operator = asOperator(service)
    const { keyId, secret } = await makeKey(service, { scopes })
    const id = await start(operator, parked)
    const { goodbye } = await openStream(`${service.url}/v1/sessions/${id}/events`, bearer(secret))
    await operator.post(`/v1/keys/${keyId}/rotate`)
    expect(await goodbye).toBe('revoked')
  })

  test('after its key has expired', async () => {
    const clock = new ManualClock()
    await using service = await startService(withKeys, { clock })
    const { secret } = await makeKey(service, { scopes, expiresIn: '1m' })
    const id = await start(as(service, secret), parked)
    const { goodbye } = await openStream(`${service.url}/v1/sessions/${id}/events`, bearer(secret))
    const keyAt = async () =>
      (await json<{ keys: KeyAnswer[] }>(asOperator(service).get('/v1/keys'))).keys[0]?.status
    clock.advance(59_000)
    expect(await keyAt()).toBe('active')
    clock.advance(16_000)
    expect(await goodbye).toBe('expired')
    expect(await keyAt()).toBe('expired')
    const again = await as(service, secret).get(`/v1/sessions/${id}/events`)
    expect(again.status).toBe(401)
    expect(await json(again)).toMatchObject({ detail: expect.stringContaining('expired') })
  })
})

describe('while the store cannot be asked', () => {
  test('open streams stay, and one that comes back is told to wait', async () => {
    const clock = new ManualClock()
    const lost = losableStore()
    await using service = await startService(withKeys, { clock, store: lost.store })
    const operator = asOperator(service)
    const { keyId, secret } = await makeKey(service, { scopes })
    const id = await start(operator, parked)
    const path = `/v1/sessions/${id}/events`
    const { goodbye } = await openStream(service.url + path, bearer(secret))
    lost.lose()
    clock.advance(60_000)
    const holder = as(service, secret)
    for (const stream of [path, `/v1/events?sessions=${id}`]) {
      const accept = { accept: 'text/event-stream' }
      const answer = await holder.get(stream, accept)
      const text = await answer.text()
      expect([stream, answer.status]).toEqual([stream, 200])
      expect(text).toMatch(/^retry: \d+\n\nevent: stream\.bye\ndata: {"reason":"unavailable"}\n\n$/)
      expect((await holder.get(stream, { accept: 'application/json' })).status).toBe(503)
      expect((await holder.send('HEAD', stream, undefined, accept)).status).toBe(503)
    }
    expect((await holder.get('/v1/sessions')).status).toBe(503)
    expect((await service.get('/v1/sessions')).status).toBe(401)
    lost.find()
    expect((await holder.get('/v1/sessions')).status).toBe(200)
    await operator.send('DELETE', `/v1/keys/${keyId}`)
    clock.advance(15_000)
    expect(await goodbye).toBe('revoked')
  })
})
