import { EventSource } from 'eventsource'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LoggedEvent } from '../../../src/session/events.ts'
import { openStream } from '../../support/frames.ts'
import { noop } from '../../support/hand-executor.ts'
import { as, asOperator, makeKey, withKeys } from '../../support/keys.ts'
import { logLines } from '../../support/log-lines.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startService } from '../../support/service.ts'
import { json, start } from '../../support/sessions.ts'

interface TicketAnswer {
  readonly ticket: string
  readonly url: string
  readonly expiresAt: string
}

const parked = { timeout: '2h', steps: ['Wait 1h'] }

async function setup(settings = {}, options: Parameters<typeof startService>[1] = {}) {
  const service = await startService({ ...withKeys, ...settings }, options)
  onTestFinished(() => service[Symbol.asyncDispose]())
  const key = await makeKey(service, { scopes: ['read', 'run', 'control'], tenant: 'acme' })
  const holder = as(service, key.secret)
  const sessionId = await start(holder, parked)
  const issue = async (body?: object) =>
    json<TicketAnswer>(holder.post(`/v1/sessions/${sessionId}/tickets`, body))
  return { service, key, holder, sessionId, issue }
}

describe('a ticket', () => {
  test('lets an EventSource follow a session over a lost connection, to its end', async () => {
    const { service, holder, sessionId, issue } = await setup()
    const { url } = await issue()
    const source = new EventSource(service.url + url)
    onTestFinished(() => source.close())
    const seen: LoggedEvent[] = []
    let opened = 0
    source.addEventListener('stream.hello', () => {
      opened += 1
    })
    for (const type of ['session.created', 'session.started', 'step.started', 'step.waiting']) {
      source.addEventListener(type, ({ data }) => seen.push(JSON.parse(data)))
    }
    for (const type of ['session.waiting', 'step.cancelled', 'session.cancelled']) {
      source.addEventListener(type, ({ data }) => seen.push(JSON.parse(data)))
    }
    await expect.poll(() => seen.map(({ type }) => type)).toContain('session.waiting')
    service.app.server.closeAllConnections()
    await expect.poll(() => opened, { timeout: 20_000 }).toBe(2)
    await holder.post(`/v1/sessions/${sessionId}/cancel`)
    await expect.poll(() => seen.at(-1)?.type).toBe('session.cancelled')
    const seqs = seen.map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
  })

  test('opens the events of its session, as a stream and as JSON, and nothing else', async () => {
    const { service, sessionId, holder, issue } = await setup()
    const other = await start(holder, parked)
    const { ticket, url } = await issue()
    expect(url).toBe(`/v1/sessions/${sessionId}/events?ticket=${ticket}`)
    expect((await openStream(service.url + url)).first).toBe('stream.hello')
    const page = await service.get(url, { accept: 'application/json' })
    expect(await json(page)).toMatchObject({ events: expect.arrayContaining([]), ended: false })
    expect((await fetch(service.url + url, { method: 'HEAD' })).status).toBe(200)
    const query = `?ticket=${ticket}`
    for (const [method, path] of [
      ['GET', `/v1/sessions/${other}/events`],
      ['GET', `/v1/sessions/${sessionId}`],
      ['GET', '/v1/sessions'],
      ['GET', '/v1/events'],
      ['POST', `/v1/sessions/${sessionId}/cancel`],
      ['POST', `/v1/sessions/${sessionId}/tickets`],
    ] as const) {
      const answer = await fetch(service.url + path + query, { method })
      expect([path, answer.status]).toEqual([path, 401])
    }
    expect((await service.get(`${url}&ticket=${ticket}`)).status).toBe(401)
    expect((await service.get(url, { authorization: `Bearer ${ticket}` })).status).toBe(401)
    expect((await service.get(url, { origin: 'https://evil.example' })).status).toBe(403)
  })

  test('is good for an hour, or for as long as is asked for', async () => {
    const clock = new ManualClock()
    const { service, issue } = await setup({}, { clock })
    const inMs = ({ expiresAt }: TicketAnswer) => Date.parse(expiresAt) - clock.now()
    expect(inMs(await issue())).toBe(3_600_000)
    expect(inMs(await issue({ expiresIn: '24h' }))).toBe(86_400_000)
    const { url } = await issue({ expiresIn: '1m' })
    const { goodbye } = await openStream(service.url + url)
    clock.advance(59_999)
    expect((await openStream(service.url + url)).first).toBe('stream.hello')
    clock.advance(16_000)
    expect(await goodbye).toBe('expired')
    expect((await service.get(url)).status).toBe(401)
  })

  test('ends with its key: its stream at the next heartbeat', async () => {
    const { service, key, issue } = await setup({ STREAM_HEARTBEAT: '100ms' })
    const { url } = await issue()
    const { goodbye } = await openStream(service.url + url)
    await asOperator(service).send('DELETE', `/v1/keys/${key.keyId}?tenant=acme`)
    expect(await goodbye).toBe('revoked')
    expect((await service.get(url)).status).toBe(401)
  })

  test('cannot be had for too long, for what is not there, or without the scope read', async () => {
    const { service, holder, sessionId } = await setup()
    const path = `/v1/sessions/${sessionId}/tickets`
    for (const expiresIn of ['25h', '0s', 60]) {
      const answer = await holder.post(path, { expiresIn })
      expect([expiresIn, answer.status]).toEqual([expiresIn, 400])
      expect(await json(answer)).toMatchObject({ faults: [{ pointer: '/expiresIn' }] })
    }
    const nowhere = `/v1/sessions/ses_00000000000000000000000000/tickets`
    expect((await holder.post(nowhere)).status).toBe(404)
    expect((await asOperator(service).post(path)).status).toBe(404)
    const { secret } = await makeKey(service, { scopes: ['run'], tenant: 'acme' })
    expect((await as(service, secret).post(path)).status).toBe(403)
  })

  test('is in no log', async () => {
    const lines = logLines()
    const { service, issue } = await setup({ LOG_LEVEL: 'trace' }, { logDestination: lines })
    const { ticket, url } = await issue()
    await service.get(url, { accept: 'application/json' })
    await service.get(`${url}x`)
    await service.get(url.replace('/events', '/event'))
    expect(lines.of('request').length).toBeGreaterThan(3)
    expect(lines.text()).not.toContain(ticket.slice(0, 40))
  })

  test('can be had, and is not looked at, where no key is needed', async () => {
    await using service = await startService({}, { executors: [noop] })
    const sessionId = await start(service, parked)
    const { url } = await json<TicketAnswer>(service.post(`/v1/sessions/${sessionId}/tickets`))
    expect((await openStream(service.url + url)).first).toBe('stream.hello')
    expect((await openStream(`${service.url}${url}x`)).first).toBe('stream.hello')
  })
})
