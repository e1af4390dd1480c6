import { expect, test } from 'vitest'
import { endedBatch, getBatch, sessionsOfBatch, startBatch } from '../support/batches.ts'
import { startServer } from '../support/local-server.ts'
import { startReplicas } from '../support/replicas.ts'
import { asService } from '../support/schedules.ts'

/** A server that counts, for each path, how many requests it got, and how many were open at once. */
async function startCounter(ms: number) {
  const byPath = new Map<string, number>()
  const seen = { open: 0, most: 0 }
  const server = await startServer(({ path }, response) => {
    byPath.set(path, (byPath.get(path) ?? 0) + 1)
    seen.open += 1
    seen.most = Math.max(seen.most, seen.open)
    const done = () => {
      seen.open -= 1
    }
    response.once('close', done)
    setTimeout(() => response.end(), ms)
  })
  return { server, byPath, seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('replicas start each session of a batch once, and no more at once than they may', {
  timeout: 90_000,
}, async () => {
  const TOTAL = 60
  await using counter = await startCounter(30)
  await using replicas = await startReplicas(3)
  const sessions = Array.from({ length: TOTAL }, (_, n) => [`GET ${counter.server.url}/s${n}`])
  const at = (index: number) => asService(replicas.at(index))
  const { batchId } = await startBatch(at(0), { sessions, maxRunning: 4 })
  const started = async () => (await getBatch(at(1), batchId)).started
  await expect.poll(started, { timeout: 20_000 }).toBeGreaterThan(10)
  await replicas.at(0).stop('SIGKILL')
  const batch = await endedBatch(at(1), batchId, 60_000)
  expect(batch).toMatchObject({ status: 'completed', counts: { completed: TOTAL } })
  expect(await sessionsOfBatch(at(2), batchId)).toHaveLength(TOTAL)
  expect(counter.byPath.size).toBe(TOTAL)
  expect(counter.seen.most).toBeLessThanOrEqual(4)
})
