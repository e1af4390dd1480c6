import { expect, test } from 'vitest'
import { finalEventTypes } from '../../src/session/events.ts'
import { follow } from '../support/follow.ts'
import { type Replica, startReplicas } from '../support/replicas.ts'
import { startHeldServer } from './support/held-server.ts'
import { driverAmong, patience } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'
import { storyOf } from './support/story.ts'

const rollback = ({ url }: Replica, sessionId: string) =>
  fetch(`${url}/v1/sessions/${sessionId}/rollback`, { method: 'POST' })

test('a rollback whose replica is killed goes on at another one, and so does what runs last', {
  timeout: 90_000,
}, async () => {
  await using held = await startHeldServer()
  await using replicas = await startReplicas(3)
  const undo = (path: string, onInterrupted: string) => ({
    uses: 'webhook',
    with: { method: 'DELETE', url: `${held.url}/${path}` },
    onInterrupted,
  })
  const step = (id: string, onInterrupted: string) => ({
    id,
    uses: 'wait',
    with: { for: '1ms' },
    undo: undo(id, onInterrupted),
  })
  const sessionId = await postSession(replicas.at(0), [
    step('a', 'fail'),
    step('b', 'retry'),
    'Wait 1 hour',
    { id: 'tidy', finally: true, uses: 'webhook', with: { url: `${held.url}/tidy` } },
  ])
  await follow(replicas.at(0).url, sessionId, {
    until: (event) => event.type === 'step.waiting' && event.stepId === 'step3',
  })

  // Asked for at all of them at once: it happens once.
  const answers = await Promise.all([...replicas].map((replica) => rollback(replica, sessionId)))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])

  const left = new Set(replicas)
  const killDriver = async () => {
    const driver = await driverAmong(left)
    left.delete(driver)
    await driver.stop('SIGKILL')
  }
  expect((await held.next()).path).toBe('/b')
  await killDriver()
  const again = await held.next()
  expect(again.path).toBe('/b')
  again.release()
  expect((await held.next()).path).toBe('/a')
  await killDriver()
  const tidy = await held.next()
  expect(tidy.path).toBe('/tidy')
  tidy.release()

  const [last] = left
  const events = await follow(last?.url ?? '', sessionId)
  const story = storyOf(events)
  expect(story.slice(story.indexOf('session.rolling_back'))).toEqual([
    'session.rolling_back',
    'step.undoing b',
    'step.interrupted b',
    'step.undoing b',
    'step.undone b',
    'step.undoing a',
    'step.interrupted a',
    'step.undo_failed a',
    'session.finalizing',
    'step.started tidy',
    'step.completed tidy',
    'session.failed',
  ])
  expect(events.filter(({ type }) => finalEventTypes.has(type))).toHaveLength(1)
  await expect.poll(() => held.count(), patience).toBe(4)
})
