import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { store } from '../support/store.ts'
import { startHeldServer } from './support/held-server.ts'
import { readLog } from './support/json-log.ts'
import { postSession, startedProcess } from './support/started.ts'
import { storyOf } from './support/story.ts'

describe('after a kill', () => {
  test('a paused session whose attempt was running stays paused, and retries when resumed', async () => {
    await using held = await startHeldServer()
    const settings = { DATA_DIR: dataDir() }
    const service = await startedProcess(settings)
    const sessionId = await postSession(service, [`GET ${held.url}/`])
    await held.next()
    expect(await control(service, sessionId, 'pause')).toMatchObject({ status: 'paused' })
    await service.stop('SIGKILL')

    const again = await startedProcess(settings)
    await follow(again.url, sessionId, { until: ({ type }) => type === 'step.interrupted' })
    expect(held.count()).toBe(1)
    await control(again, sessionId, 'resume')
    const second = await held.next()
    second.release()
    expect(storyOf(await follow(again.url, sessionId)).slice(-6)).toEqual([
      'session.paused',
      'step.interrupted step1',
      'session.resumed',
      'step.started step1',
      'step.completed step1',
      'session.completed',
    ])
  })

  test('a session that was being cancelled is cancelled', async () => {
    const settings = {
      DATA_DIR: dataDir(),
      EXECUTORS_DIR: join(import.meta.dirname, '../support/fixtures/executors'),
    }
    const service = await startedProcess(settings)
    const sessionId = await postSession(service, [{ uses: 'stubborn' }, 'Wait 1 hour'])
    await follow(service.url, sessionId, { until: ({ type }) => type === 'step.started' })
    expect(await control(service, sessionId, 'cancel')).toMatchObject({ status: 'cancelling' })
    await service.stop('SIGKILL')

    const again = await startedProcess(settings)
    expect(storyOf(await follow(again.url, sessionId)).slice(2)).toEqual([
      'step.started step1',
      'session.cancelling',
      'step.cancelled step2',
      'step.interrupted step1',
      'step.cancelled step1',
      'session.cancelled',
    ])
  })

  test('sessions that waited for a place still get theirs, the oldest first', async () => {
    await using held = await startHeldServer()
    const settings = { DATA_DIR: dataDir(), MAX_SESSIONS_RUNNING: '1' }
    const service = await startedProcess(settings)
    const ids = [await postSession(service, [`GET ${held.url}/0`])]
    await held.next()
    for (let n = 1; n < 5; n++) ids.push(await postSession(service, [`GET ${held.url}/${n}`]))
    await service.stop('SIGKILL')

    const again = await startedProcess(settings)
    const order: string[] = []
    while (order.length < ids.length) {
      const request = await held.next()
      order.push(request.path)
      request.release()
    }
    // Where others might have it, the one that ran is first taken from the dead.
    if (store === 'postgres') order.sort((a, b) => Number(b === '/0') - Number(a === '/0'))
    expect(order).toEqual(ids.map((_, n) => `/${n}`))
    for (const id of ids) {
      expect((await follow(again.url, id)).at(-1)?.type).toBe('session.completed')
    }
  })

  test('a retry goes on with the attempts it has left', async () => {
    await using held = await startHeldServer()
    const settings = { DATA_DIR: dataDir() }
    const retry = { maxAttempts: 2, backoff: 'fixed', delay: '1ms', jitter: false }
    const service = await startedProcess(settings)
    const step = { uses: 'webhook', with: { url: `${held.url}/` }, retry }
    const sessionId = await postSession(service, [step])
    ;(await held.next()).refuse()
    await held.next()
    await service.stop('SIGKILL')

    const again = await startedProcess(settings)
    // The interrupted attempt does not count, the refused one does.
    ;(await held.next()).refuse()
    const events = await follow(again.url, sessionId)
    expect(storyOf(events).slice(2)).toEqual([
      'step.started step1',
      'step.retrying step1',
      'session.waiting',
      'step.started step1',
      'step.interrupted step1',
      'step.started step1',
      'step.failed step1',
      'session.failed',
    ])
  })

  test('a client that repeats its request with the same key gets the same session', async () => {
    const settings = { DATA_DIR: dataDir() }
    const service = await startedProcess(settings)
    const first = await postWithKey(service, 'key-1')
    await service.stop('SIGKILL')
    const again = await startedProcess(settings)
    const second = await postWithKey(again, 'key-1')
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    const { sessionId } = (await second.json()) as { sessionId: string }
    expect({ sessionId }).toMatchObject({
      sessionId: ((await first.json()) as { sessionId: string }).sessionId,
    })
    await follow(again.url, sessionId)
    expect((await readLog(again.url, sessionId)).at(-1)?.type).toBe('session.completed')
    const list = (await (await fetch(`${again.url}/v1/sessions`)).json()) as { sessions: unknown[] }
    expect(list.sessions).toHaveLength(1)
  })
})

async function control({ url }: ServerProcess, sessionId: string, command: string) {
  const response = await fetch(`${url}/v1/sessions/${sessionId}/${command}`, { method: 'POST' })
  expect(response.status).toBe(202)
  return response.json()
}

function postWithKey({ url }: ServerProcess, key: string): Promise<Response> {
  return fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(['Wait 1 ms']),
  })
}
