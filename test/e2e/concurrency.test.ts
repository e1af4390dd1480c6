import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { mostAtOnce } from './support/overlap.ts'
import { postSession, startedProcess } from './support/started.ts'

const keyed = (wait: string) => ({ concurrency: { key: 'k' }, steps: ['Wait 1 ms', wait] })

test('a kill -9 takes nobody’s slot away, and who waits follows after the restart', {
  timeout: 90_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  const before = await startedProcess(settings)
  const holder = await postSession(before, keyed('Wait 5 seconds'))
  await follow(before.url, holder, { until: ({ type }) => type === 'session.waiting' })
  const waiters = await Promise.all([1, 2].map(() => postSession(before, keyed('Wait 10 ms'))))
  for (const id of waiters) {
    await follow(before.url, id, { until: ({ type }) => type === 'session.waiting' })
  }
  await before.stop('SIGKILL')
  const after = await startedProcess(settings)
  const logs = await Promise.all([holder, ...waiters].map((id) => follow(after.url, id)))
  for (const log of logs) expect(log.at(-1)?.type).toBe('session.completed')
  expect(mostAtOnce(logs)).toBe(1)
})
