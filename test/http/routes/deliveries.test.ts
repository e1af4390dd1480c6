import type { ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { type LocalServer, startServer } from '../../support/local-server.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, start } from '../../support/sessions.ts'

interface DeliveryView {
  readonly deliveryId: string
  readonly state: string
  readonly receiver: string
  readonly attemptCount: number
  readonly attempts: readonly { at: string; status?: number; error?: { code: string } }[]
  readonly nextAttemptAt?: string
}

const key = Buffer.from('a key of thirty-two bytes, or so').toString('base64')
const secrets = { SECRET_HOOK: `whsec_${key}`, SECRET_TEXT: 'correct horse battery staple' }

const crash = functionExecutor('crash', () => ({
  status: 'failed',
  code: 'UNEXPECTED_STATUS',
  message: 'no',
  retryable: false,
}))

const executors = [noop, crash]

describe('the callback of a session that has ended', () => {
  test('is signed, says how it ended, and shows as delivered', async () => {
    await using receiver = await startServer(ok)
    await using service = await startService(secrets, { executors })
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const id = await start(
      service,
      {
        name: 'nightly',
        labels: { env: 'prod' },
        metadata: { ticket: 7 },
        onEnd: {
          webhook: { url: `${receiver.url}/hook?x=1`, secret: 'HOOK', headers: { 'X-Key': 'abc' } },
        },
        steps: [{ uses: 'noop', with: { secretOutput: 1 } }],
      },
      { traceparent, 'x-request-id': 'corr-1' },
    )
    const delivery = await settled(service, id)
    expect(delivery).toMatchObject({
      deliveryId: expect.stringMatching(/^del_\w{26}$/),
      state: 'delivered',
      receiver: receiver.url,
      attemptCount: 1,
      attempts: [{ status: 200 }],
    })
    expect(receiver.received).toHaveLength(1)
    const [call] = receiver.received
    expect(call).toMatchObject({
      method: 'POST',
      path: '/hook?x=1',
      headers: {
        'content-type': 'application/json',
        'webhook-id': delivery.deliveryId,
        'idempotency-key': delivery.deliveryId,
        'user-agent': 'stepstream',
        'x-key': 'abc',
        traceparent: expect.stringContaining('4bf92f3577b34da6a3ce929d0e0e4736'),
      },
    })
    const told = new Webhook(key).verify(call?.body ?? '', headersOf(receiver))
    expect(told).toEqual({
      type: 'session.completed',
      timestamp: expect.any(String),
      data: {
        sessionId: id,
        status: 'completed',
        name: 'nightly',
        labels: { env: 'prod' },
        metadata: { ticket: 7 },
        correlationId: 'corr-1',
        startedAt: expect.any(String),
        endedAt: expect.any(String),
        durationMs: expect.any(Number),
        counts: expect.objectContaining({ total: 1, completed: 1 }),
        links: { self: `/v1/sessions/${id}`, events: `/v1/sessions/${id}/events` },
      },
    })
    const forged = () => new Webhook(key).verify(`${call?.body} `, headersOf(receiver))
    expect(forged).toThrow('No matching signature')
    const metrics = await (await service.get('/metrics')).text()
    expect(metrics).toContain('stepstream_deliveries_total{result="delivered"} 1')
  })

  test('takes any other secret as text, and is not signed without one', async () => {
    await using receiver = await startServer(ok)
    await using service = await startService(secrets, { executors })
    await settled(service, await start(service, told({ url: receiver.url, secret: 'TEXT' })))
    const webhook = new Webhook(secrets.SECRET_TEXT, { format: 'raw' })
    expect(webhook.verify(receiver.received[0]?.body ?? '', headersOf(receiver))).toBeTruthy()
    await settled(service, await start(service, told({ url: receiver.url })))
    expect(receiver.received[1]?.headers).toHaveProperty('webhook-id')
    expect(receiver.received[1]?.headers).not.toHaveProperty('webhook-signature')
  })

  test('carries the outputs when asked, and the error of a failure', async () => {
    await using receiver = await startServer(ok)
    await using service = await startService({}, { executors })
    const onEnd = { webhook: { url: receiver.url, include: 'steps' } }
    const steps = [
      { id: 'a', uses: 'noop', with: { n: 1 } },
      { id: 'large', uses: 'noop', with: { text: 'x'.repeat(70_000) } },
      { id: 'bad', uses: 'crash' },
    ]
    const id = await start(service, { onEnd, steps })
    await settled(service, id)
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      type: 'session.failed',
      data: {
        status: 'failed',
        stepId: 'bad',
        error: { code: 'UNEXPECTED_STATUS' },
        outputs: { a: { n: 1 }, large: { artifact: expect.stringMatching(/^art_/) } },
      },
    })
  })

  test('comes for the ends it names alone', async () => {
    await using receiver = await startServer(ok)
    await using service = await startService({}, { executors })
    const on = ['failed', 'cancelled']
    const id = await start(service, told({ url: receiver.url, on }))
    await ended(service, id)
    await expect.poll(() => deliveries(service, id)).toEqual([])
    const failing = { ...told({ url: receiver.url, on }), steps: [{ uses: 'crash' }] }
    await settled(service, await start(service, failing))
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual(['session.failed'])
  })

  test('goes where the start says, in place of the workflow, and a fork inherits it', async () => {
    await using receiver = await startServer(ok)
    await using service = await startService({}, { executors })
    await fetch(`${service.url}/v1/workflows/nightly`, {
      method: 'PUT',
      body: JSON.stringify(told({ url: `${receiver.url}/workflow` })),
      headers: { 'content-type': 'application/json' },
    })
    const onEnd = { webhook: { url: `${receiver.url}/start` } }
    const planned = service.post('/v1/plans', { workflow: 'nightly', onEnd })
    expect(await json(planned)).toMatchObject({
      onEnd: { webhook: { ...onEnd.webhook, headers: {} } },
    })
    await settled(service, await start(service, { workflow: 'nightly' }))
    const id = await start(service, { workflow: 'nightly', onEnd })
    await settled(service, id)
    const forked = service.post(`/v1/sessions/${id}/fork`, { fromStep: 'step1' })
    await settled(service, (await json<{ sessionId: string }>(forked)).sessionId)
    const paths = receiver.received.map(({ path }) => path)
    expect(paths).toEqual(['/workflow', '/start', '/start'])
  })

  test('of a fork leaves the outputs that it keeps as they are', async () => {
    await using receiver = await startServer(ok)
    await using service = await startService({}, { executors })
    const large = { id: 'large', uses: 'noop', with: { text: 'x'.repeat(70_000) } }
    const steps = [large, { id: 'bad', uses: 'crash' }]
    const id = await start(service, { onEnd: { webhook: { url: receiver.url } }, steps })
    await settled(service, id)
    const retried = await json<{ sessionId: string }>(service.post(`/v1/sessions/${id}/retry`))
    await settled(service, retried.sessionId)
    const kept = await json<{ artifacts: unknown[] }>(
      service.get(`/v1/sessions/${retried.sessionId}/artifacts`),
    )
    expect(kept.artifacts).toHaveLength(1)
  })

  test('holds up no session: one whose receiver never answers ends as any other', async () => {
    const held: ServerResponse[] = []
    await using receiver = await startServer((_, response) => void held.push(response))
    await using service = await startService({ REQUEST_TIMEOUT: '20s' }, { executors })
    const ids = await Promise.all(
      Array.from({ length: 5 }, () => start(service, told({ url: receiver.url }))),
    )
    for (const id of ids) expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
    await expect.poll(() => held.length).toBe(5)
    const [id = ''] = ids
    const [delivery] = await deliveries(service, id)
    expect(delivery).toMatchObject({ state: 'pending', attempts: [] })
    const again = await service.post(`/v1/sessions/${id}/deliveries/${delivery?.deliveryId}/retry`)
    expect([again.status, (await json(again))['code']]).toEqual([409, 'ILLEGAL_TRANSITION'])
  })

  test('is tried again with the same id after a refusal', async () => {
    const statuses = [503, 204]
    await using receiver = await startServer((_, response) =>
      response.writeHead(statuses.shift() ?? 200).end(),
    )
    await using service = await startService(secrets, { executors })
    const id = await start(service, told({ url: receiver.url, secret: 'HOOK' }))
    const delivery = await settled(service, id)
    expect(delivery.attempts).toMatchObject([{ status: 503 }, { status: 204 }])
    const [first, second] = receiver.received
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    expect(new Webhook(key).verify(second?.body ?? '', headersOf(receiver, 1))).toBeTruthy()
  })
})

describe('a receiver that refuses', () => {
  test('is called again after 5 s, or as much later as it asks for', async () => {
    const answers: [number, Record<string, string>][] = [
      [500, {}],
      [429, { 'retry-after': '600' }],
      [302, { location: '/elsewhere' }],
    ]
    await using receiver = await startServer((_, response) =>
      response.writeHead(...(answers.shift() ?? [200, {}])).end(),
    )
    const clock = new ManualClock()
    await using service = await startService({}, { executors, clock })
    const id = await start(service, told({ url: receiver.url }))
    const first = await delayAfter(1, service, id, clock)
    expect(first).toBeGreaterThanOrEqual(4500)
    expect(first).toBeLessThan(6000)
    expect(await delayAfter(2, service, id, clock)).toBeGreaterThanOrEqual(600_000)
    expect(await delayAfter(3, service, id, clock)).toBeLessThan(140_000)
    const delivery = await settled(service, id, clock)
    expect(delivery.attempts.map(({ status }) => status)).toEqual([500, 429, 302, 200])
    expect(receiver.received.map(({ path }) => path)).toEqual(['/', '/', '/', '/'])
  })

  test('is given up after eight attempts in about a day, until somebody asks for more', async () => {
    const gone = await startServer(ok)
    const { port, url } = gone
    await gone[Symbol.asyncDispose]()
    const clock = new ManualClock()
    const since = clock.now()
    await using service = await startService({ SESSION_TTL: '7d' }, { executors, clock })
    const id = await start(service, told({ url }))
    for (let n = 1; n < 8; n++) await delayAfter(n, service, id, clock)
    const failed = await settled(service, id, clock)
    expect(failed).toMatchObject({ state: 'failed', attemptCount: 8 })
    expect(failed.attempts.at(-1)?.error?.code).toBe('NETWORK_ERROR')
    expect(failed).not.toHaveProperty('nextAttemptAt')
    expect((clock.now() - since) / 3_600_000).toBeGreaterThan(22)
    expect((clock.now() - since) / 3_600_000).toBeLessThan(32)

    await using receiver = await startServer(ok, '127.0.0.1', port)
    const path = `/v1/sessions/${id}/deliveries/${failed.deliveryId}/retry`
    expect((await service.post(path)).status).toBe(202)
    expect(await settled(service, id)).toMatchObject({ state: 'delivered', attemptCount: 9 })
    expect((await service.post(path)).status).toBe(202)
    await expect.poll(() => receiver.received.length).toBe(2)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids)).toEqual(new Set([failed.deliveryId]))
  })

  test('for good, by 410, is not called again', async () => {
    await using receiver = await startServer((_, response) => response.writeHead(410).end())
    await using service = await startService({}, { executors })
    const id = await start(service, told({ url: receiver.url }))
    expect(await settled(service, id)).toMatchObject({
      state: 'failed',
      attempts: [{ status: 410 }],
    })
  })

  test('by silence is called again', async () => {
    await using receiver = await startServer(() => {})
    const clock = new ManualClock()
    const settings = { REQUEST_TIMEOUT: '200ms', CONNECT_TIMEOUT: '200ms' }
    await using service = await startService(settings, { executors, clock })
    const id = await start(service, told({ url: receiver.url }))
    await delayAfter(1, service, id, clock)
    const [delivery] = await deliveries(service, id)
    expect(delivery?.attempts[0]?.error?.code).toBe('REQUEST_TIMEOUT')
  })
})

describe('the routes of deliveries', () => {
  test('show nothing for a session that tells nobody, and know no other ids', async () => {
    await using service = await startService({}, { executors })
    const id = await start(service, [{ uses: 'noop' }])
    await ended(service, id)
    expect(await deliveries(service, id)).toEqual([])
    const retry = service.post(`/v1/sessions/${id}/deliveries/del_none/retry`)
    expect((await json(retry))['code']).toBe('DELIVERY_NOT_FOUND')
    const unknown = service.get(`/v1/sessions/ses_01KAJ5Z8Q4T7N2V9XWBMC3RD6E/deliveries`)
    expect((await unknown).status).toBe(404)
  })

  test('have nothing to retry before the end, nor by way of another session', async () => {
    await using receiver = await startServer(ok)
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor, noop] })
    const steps = [{ uses: 'hand' }]
    const id = await start(service, { onEnd: { webhook: { url: receiver.url } }, steps })
    const [delivery] = await deliveries(service, id)
    expect(delivery).toMatchObject({ state: 'pending', attemptCount: 0 })
    expect(delivery).not.toHaveProperty('nextAttemptAt')
    const path = `/deliveries/${delivery?.deliveryId}/retry`
    const early = await json(service.post(`/v1/sessions/${id}${path}`))
    expect(early['code']).toBe('SESSION_NOT_ENDED')
    const other = await start(service, [{ uses: 'noop' }])
    await ended(service, other)
    expect((await service.post(`/v1/sessions/${other}${path}`)).status).toBe(404)
    ;(await hand.attempt()).succeed()
    await settled(service, id)
  })
})

function ok(_: unknown, response: ServerResponse): void {
  response.writeHead(200).end('thanks')
}

function told(webhook: Record<string, unknown>) {
  return { onEnd: { webhook }, steps: [{ uses: 'noop' }] }
}

async function deliveries(service: Service, id: string): Promise<readonly DeliveryView[]> {
  return (await json<{ deliveries: DeliveryView[] }>(service.get(`/v1/sessions/${id}/deliveries`)))
    .deliveries
}

/** The delivery of a session once it is delivered or given up. */
async function settled(service: Service, id: string, clock?: ManualClock): Promise<DeliveryView> {
  return deliveryOnce(service, id, ({ state }) => state !== 'pending', clock)
}

/** How long the next attempt comes after the last one, once so many were made. */
async function delayAfter(
  attempts: number,
  service: Service,
  id: string,
  clock: ManualClock,
): Promise<number> {
  const { nextAttemptAt, ...delivery } = await deliveryOnce(
    service,
    id,
    ({ attemptCount, nextAttemptAt }) => attemptCount === attempts && nextAttemptAt !== undefined,
    clock,
  )
  const next = Date.parse(nextAttemptAt ?? '')
  clock.advance(next - clock.now())
  return next - Date.parse(delivery.attempts.at(-1)?.at ?? '')
}

/** @param clock moved on, so that due timers fire */
async function deliveryOnce(
  service: Service,
  id: string,
  isSo: (delivery: DeliveryView) => boolean,
  clock?: ManualClock,
): Promise<DeliveryView> {
  let found: DeliveryView | undefined
  const look = async () => {
    clock?.advance(10)
    found = (await deliveries(service, id))[0]
    return found !== undefined && isSo(found)
  }
  await expect.poll(look, { timeout: 20_000 }).toBe(true)
  if (found === undefined) throw new Error(`${id} has no delivery`)
  return found
}

function headersOf({ received }: LocalServer, index = 0): Record<string, string> {
  return received[index]?.headers as Record<string, string>
}
