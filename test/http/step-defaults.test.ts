import { expect, test } from 'vitest'
import { startServer } from '../support/local-server.ts'
import { startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

test('stepDefaults of a saved workflow reach every request of its sessions', async () => {
  await using server = await startServer((_, response) => response.end('{}'))
  await using service = await startService()
  const definition = {
    stepDefaults: { webhook: { with: { headers: { 'x-team': 'a' } }, timeout: '20s' } },
    steps: [
      `GET ${server.url}/sentence`,
      { uses: 'webhook', with: { url: `${server.url}/step` } },
      { uses: 'webhook', with: { url: `${server.url}/own`, headers: { 'x-team': 'b' } } },
    ],
  }
  const saved = await fetch(`${service.url}/v1/workflows/shop`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  })
  expect(saved.status).toBe(201)
  const events = await ended(service, await start(service, { workflow: 'shop' }))
  expect(events.at(-1)?.type).toBe('session.completed')
  expect(server.received.map(({ path, headers }) => [path, headers['x-team']])).toEqual([
    ['/sentence', 'a'],
    ['/step', 'a'],
    ['/own', 'b'],
  ])
})

test('a fault in them is a problem that points to them', async () => {
  await using service = await startService()
  const body = {
    stepDefaults: { webhook: { with: { url: 'here' } } },
    steps: [{ uses: 'webhook' }],
  }
  const answer = await service.post('/v1/plans', body)
  expect(answer.status).toBe(400)
  expect(await json(answer)).toMatchObject({
    faults: [{ pointer: '/stepDefaults/webhook/with/url' }],
  })
})
