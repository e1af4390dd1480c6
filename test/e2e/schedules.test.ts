import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { addSchedule, asService, getSchedule, sessionsOf } from '../support/schedules.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startedProcess } from './support/started.ts'

/** Longer than a fire time may be late and still be met. */
const DOWN_MS = 8000

test('after a kill one missed fire time is made up, the others are told, and none is fired twice', {
  timeout: 60_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  const service = await startedProcess(settings)
  const id = await addSchedule(asService(service), {
    every: '1s',
    overlap: 'allow',
    workflow: ['Wait 1 ms'],
  })
  const runs = (of: ServerProcess) => async () => (await getSchedule(asService(of), id)).runs
  await expect.poll(runs(service), { timeout: 10_000 }).toBeGreaterThanOrEqual(2)
  await service.stop('SIGKILL')
  await pause(DOWN_MS)

  const again = await startedProcess(settings)
  const kinds = async () => {
    const { history } = await getSchedule(asService(again), id)
    return history.map(({ kind }) => kind)
  }
  await expect.poll(kinds, { timeout: 10_000 }).toContain('caught_up')
  await expect.poll(kinds, { timeout: 10_000 }).toSatisfy((of: string[]) => of[0] === 'fired')
  await fetch(`${again.url}/v1/schedules/${id}/pause`, { method: 'POST' })
  const starting = async () => {
    const [{ runs: started }, sessions] = await Promise.all([
      getSchedule(asService(again), id),
      sessionsOf(asService(again), id),
    ])
    return started - sessions.length
  }
  await expect.poll(starting, { timeout: 10_000 }).toBe(0)

  const { history } = await getSchedule(asService(again), id)
  expect(history.filter(({ kind }) => kind === 'caught_up')).toHaveLength(1)
  expect(history.filter(({ kind }) => kind === 'missed')).toHaveLength(1)
  const seconds = history.toReversed().flatMap(({ at, count = 1 }) => {
    const first = Date.parse(at)
    return Array.from({ length: count }, (_, n) => first + n * 1000)
  })
  const [first = 0] = seconds
  expect(seconds).toEqual(Array.from(seconds, (_, n) => first + n * 1000))
  const sessions = await sessionsOf(asService(again), id)
  expect(new Set(sessions.map(({ sessionId }) => sessionId))).toEqual(
    new Set(history.flatMap(({ sessionId = [] }) => sessionId)),
  )
})
