import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start, until } from '../support/sessions.ts'

let service: Service

/** Long enough that its state is kept once it was folded. */
const long = { id: 'one', uses: 'chatter', with: { lines: 1200, length: 10 } }

beforeAll(async () => {
  service = await startService({
    COMMANDS: 'false',
    EXECUTORS_DIR: join(import.meta.dirname, '../support/fixtures/executors'),
  })
}, 30_000)

afterAll(() => service?.[Symbol.asyncDispose]())

const views = ['', '/progress', '/explain', '/steps', '/plan', '/artifacts']
const viewsOf = (id: string) =>
  Promise.all(views.map((view) => json(service.get(`/v1/sessions/${id}${view}`))))

test('what an ended session came to is answered alike however often it is asked for', async () => {
  const id = await start(service, {
    steps: [long, { id: 'bad', uses: 'command', with: { run: ['false'] } }],
  })
  await until(service, id, 'session.failed')
  const first = await viewsOf(id)
  expect(first[0]).toMatchObject({ status: 'failed', stream: { ended: true } })
  expect(await viewsOf(id)).toEqual(first)
  const refused = await service.post(`/v1/sessions/${id}/pause`)
  expect([refused.status, (await json(refused))['code']]).toEqual([409, 'SESSION_ENDED'])
})

test('what goes on from an ended session leaves it as it was', async () => {
  const id = await start(service, {
    steps: [long, { id: 'bad', uses: 'command', with: { run: ['false'] } }],
  })
  await until(service, id, 'session.failed')
  const before = await viewsOf(id)
  const retried = await json<{ sessionId: string }>(service.post(`/v1/sessions/${id}/retry`, {}))
  const forked = await json<{ sessionId: string }>(
    service.post(`/v1/sessions/${id}/fork`, { fromStep: 'one' }),
  )
  for (const { sessionId } of [retried, forked]) await ended(service, sessionId)
  expect(await viewsOf(id)).toEqual(before)
})

test('an ended session that was looked at is gone when it is deleted', async () => {
  const id = await start(service, [long])
  await ended(service, id)
  await viewsOf(id)
  const deleted = await fetch(`${service.url}/v1/sessions/${id}`, { method: 'DELETE' })
  expect(deleted.status).toBe(204)
  for (const view of views) {
    expect([view, (await service.get(`/v1/sessions/${id}${view}`)).status]).toEqual([view, 404])
  }
  expect((await service.post(`/v1/sessions/${id}/pause`)).status).toBe(404)
})
