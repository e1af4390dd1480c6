import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { endedBatch, getBatch, sessionsOfBatch, startBatch } from '../support/batches.ts'
import { asService } from '../support/schedules.ts'
import { startedProcess } from './support/started.ts'

test('a kill in the middle of starting costs no session, and starts none twice', {
  timeout: 90_000,
}, async () => {
  const TOTAL = 600
  const settings = { DATA_DIR: dataDir() }
  const service = await startedProcess(settings)
  const sessions = Array.from({ length: TOTAL }, (_, n) => ({
    name: `s${n}`,
    steps: ['Wait 1 ms'],
  }))
  const { batchId, sessionIds } = await startBatch(asService(service), { sessions })
  const started = async () => (await getBatch(asService(service), batchId)).started
  await expect.poll(started, { timeout: 10_000, interval: 2 }).toBeGreaterThan(50)
  await service.stop('SIGKILL')

  const again = await startedProcess(settings)
  // It was killed before it had started all: else this shows nothing.
  expect((await getBatch(asService(again), batchId)).started).toBeLessThan(TOTAL)
  const batch = await endedBatch(asService(again), batchId, 60_000)
  expect(batch).toMatchObject({ status: 'completed', started: TOTAL, counts: { completed: TOTAL } })
  const found = await sessionsOfBatch(asService(again), batchId)
  expect(found.map(({ sessionId }) => sessionId).toSorted()).toEqual(sessionIds.toSorted())
})
