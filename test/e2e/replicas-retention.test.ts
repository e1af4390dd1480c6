import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { postSession } from './support/started.ts'

test('one replica removes what has been kept long enough, for all', {
  timeout: 150_000,
}, async () => {
  await using replicas = await startReplicas(3, { SESSION_TTL: '100ms' })
  const all = [...replicas]
  const ids = await Promise.all(all.map((replica) => postSession(replica, ['Wait 1 ms'])))
  for (const sessionId of ids) await follow(replicas.at(0).url, sessionId)
  for (const [n, sessionId] of ids.entries()) {
    const { url } = replicas.at((n + 1) % 3)
    const status = async () => (await fetch(`${url}/v1/sessions/${sessionId}`)).status
    await expect.poll(status, { timeout: 120_000, interval: 200 }).toBe(404)
  }
  const told = () => all.filter((replica) => replica.output().includes('removed old sessions'))
  await expect.poll(() => told().length).toBe(1)
})
