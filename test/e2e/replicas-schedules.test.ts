// @module-tag slow

import { expect, test } from 'vitest'
import { startReplicas } from '../support/replicas.ts'
import { addSchedule, asService, getSchedule, sessionsOf } from '../support/schedules.ts'

const FIRES = 12

test('three replicas, one of them killed, start one session for each fire time', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(3)
  const id = await addSchedule(asService(replicas.at(0)), {
    every: '1s',
    maxRuns: FIRES,
    overlap: 'allow',
    // What a slow machine is late with is started all the same.
    catchUp: { max: 60, within: '1h' },
    workflow: ['Wait 1 ms'],
  })
  const schedule = () => getSchedule(asService(replicas.at(0)), id)
  const runs = async () => (await schedule()).runs
  await expect.poll(runs, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  await replicas.at(1).restart()
  await expect.poll(runs, { timeout: 20_000 }).toBeGreaterThanOrEqual(6)
  await replicas.at(2).stop('SIGKILL')
  const status = async () => (await schedule()).status
  await expect.poll(status, { timeout: 30_000 }).toBe('ended')

  const { history } = await schedule()
  const times = history.map(({ at }) => Date.parse(at)).toReversed()
  const first = times[0] ?? 0
  expect(times).toEqual(Array.from({ length: FIRES }, (_, n) => first + n * 1000))
  const sessions = await sessionsOf(asService(replicas.at(1)), id)
  expect(sessions.map(({ sessionId }) => sessionId).toSorted()).toEqual(
    history.map(({ sessionId }) => sessionId).toSorted(),
  )
  expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(FIRES)
})
