// @module-tag slow

import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { startServer } from '../support/local-server.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startHeldServer } from './support/held-server.ts'
import { postSession, startedProcess } from './support/started.ts'

test('a receiver that was being called when the service was killed is called again', {
  timeout: 90_000,
}, async () => {
  const calls: { id: unknown; body: string }[] = []
  await using receiver = await startServer(({ headers, body }, response) => {
    calls.push({ id: headers['webhook-id'], body })
    // The first call is left without an answer.
    if (calls.length > 1) response.end()
  })
  const settings = { DATA_DIR: dataDir(), REQUEST_TIMEOUT: '1s', CONNECT_TIMEOUT: '1s' }
  const service = await startedProcess(settings)
  const sessionId = await postSession(service, told(receiver.url))
  await expect.poll(() => calls.length, { timeout: 30_000 }).toBe(1)
  await service.stop('SIGKILL')

  const again = await startedProcess(settings)
  await expect.poll(() => calls.length, { timeout: 60_000 }).toBe(2)
  expect(calls[1]).toEqual(calls[0])
  await expect.poll(() => stateOf(again, sessionId), { timeout: 30_000 }).toBe('delivered')
  expect(await attemptsOf(again, sessionId)).toMatchObject([
    { error: { code: 'INTERRUPTED' } },
    { status: 200 },
  ])
})

test('no kill between a start and the delivery loses a call', { timeout: 120_000 }, async () => {
  const heard = new Set<string>()
  await using receiver = await startServer(({ body }, response) => {
    heard.add(JSON.parse(body).data.sessionId)
    response.end()
  })
  const settings = { DATA_DIR: dataDir(), REQUEST_TIMEOUT: '1s', CONNECT_TIMEOUT: '1s' }
  const ids: string[] = []
  for (const killAt of ['accepted', 'running', 'ended'] as const) {
    const service = await startedProcess(settings)
    await using held = await startHeldServer()
    const steps = killAt === 'running' ? [`GET ${held.url}/`] : ['Wait 1 ms']
    const id = await postSession(service, { ...toldOf(receiver.url), steps })
    ids.push(id)
    if (killAt === 'running') await held.next()
    if (killAt === 'ended') await follow(service.url, id)
    await service.stop('SIGKILL')
    if (killAt === 'running') {
      const next = await startedProcess(settings)
      ;(await held.next()).release()
      await follow(next.url, id)
      await next.stop('SIGKILL')
    }
  }
  await startedProcess(settings)
  await expect.poll(() => [...heard].sort(), { timeout: 60_000 }).toEqual(ids.sort())
})

test('a service that stops cuts off its call, and the next one makes it at once', async () => {
  const ids: unknown[] = []
  await using receiver = await startServer(({ headers }, response) => {
    ids.push(headers['webhook-id'])
    if (ids.length > 1) response.end()
  })
  const settings = { DATA_DIR: dataDir(), SHUTDOWN_GRACE: '100ms' }
  const service = await startedProcess(settings)
  const sessionId = await postSession(service, told(receiver.url))
  await expect.poll(() => ids.length).toBe(1)
  expect(await service.stop('SIGTERM')).toBe(0)
  const again = await startedProcess(settings)
  await expect.poll(() => stateOf(again, sessionId), { timeout: 10_000 }).toBe('delivered')
  expect(ids[1]).toBe(ids[0])
})

function told(url: string) {
  return { ...toldOf(url), steps: ['Wait 1 ms'] }
}

function toldOf(url: string) {
  return { onEnd: { webhook: { url } } }
}

interface DeliveryView {
  readonly state: string
  readonly attempts: readonly unknown[]
}

async function deliveryOf({ url }: ServerProcess, id: string): Promise<DeliveryView | undefined> {
  const answer = await fetch(`${url}/v1/sessions/${id}/deliveries`)
  return ((await answer.json()) as { deliveries: DeliveryView[] }).deliveries[0]
}

async function stateOf(service: ServerProcess, id: string): Promise<string | undefined> {
  return (await deliveryOf(service, id))?.state
}

async function attemptsOf(service: ServerProcess, id: string): Promise<readonly unknown[]> {
  return (await deliveryOf(service, id))?.attempts ?? []
}
