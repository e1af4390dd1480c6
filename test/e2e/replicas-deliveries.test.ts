// @module-tag slow

import { expect, test } from 'vitest'
import { startServer } from '../support/local-server.ts'
import { startReplicas } from '../support/replicas.ts'
import { postSession } from './support/started.ts'

test('of several replicas one tells the receiver, and another goes on after it dies', {
  timeout: 120_000,
}, async () => {
  const calls: unknown[] = []
  let held = false
  await using receiver = await startServer(({ headers }, response) => {
    calls.push(headers['webhook-id'])
    if (!held) response.end()
  })
  await using replicas = await startReplicas(2, { REQUEST_TIMEOUT: '1s', CONNECT_TIMEOUT: '1s' })
  const workflow = { onEnd: { webhook: { url: receiver.url } }, steps: ['Wait 1 ms'] }
  const ids: string[] = []
  for (let n = 0; n < 20; n++) ids.push(await postSession(replicas.at(n % 2), workflow))
  const states = () => Promise.all(ids.map((id) => stateOf(replicas.at(0).url, id)))
  await expect
    .poll(states, { timeout: 30_000 })
    .toEqual(Array.from({ length: 20 }, () => 'delivered'))
  expect(calls).toHaveLength(20)
  expect(new Set(calls).size).toBe(20)

  held = true
  const id = await postSession(replicas.at(0), workflow)
  await expect.poll(() => calls.length).toBe(21)
  held = false
  await replicas.at(0).stop('SIGKILL')
  const state = () => stateOf(replicas.at(1).url, id)
  await expect.poll(state, { timeout: 60_000 }).toBe('delivered')
  expect(calls.at(-1)).toBe(calls[20])
})

async function stateOf(url: string, id: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/v1/sessions/${id}/deliveries`)
  const { deliveries } = (await answer.json()) as { deliveries: { state: string }[] }
  return deliveries[0]?.state
}
