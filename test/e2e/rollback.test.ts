import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startHeldServer } from './support/held-server.ts'
import { postSession, startedProcess } from './support/started.ts'
import { storyOf } from './support/story.ts'

const undo = (url: string, more: object = {}) => ({
  uses: 'webhook',
  with: { method: 'DELETE', url },
  ...more,
})

const retry = { maxAttempts: 2, backoff: 'fixed', delay: '300ms', jitter: false }

test('a rollback goes on after each kill, and every undo is sent as often as it may be', {
  timeout: 90_000,
}, async () => {
  await using held = await startHeldServer()
  const settings = { DATA_DIR: dataDir() }
  let service = await startedProcess(settings)
  const restart = async () => {
    await service.stop('SIGKILL')
    service = await startedProcess(settings)
  }
  const sessionId = await postSession(service, [
    { id: 'once', uses: 'wait', with: { for: '1ms' }, undo: undo(`${held.url}/once`) },
    {
      id: 'tried',
      uses: 'wait',
      with: { for: '1ms' },
      undo: undo(`${held.url}/tried`, { retry }),
    },
    {
      id: 'again',
      uses: 'wait',
      with: { for: '1ms' },
      undo: undo(`${held.url}/again`, { onInterrupted: 'retry' }),
    },
    { id: 'last', uses: 'wait', with: { for: '1h' } },
  ])
  await follow(service.url, sessionId, {
    until: (event) => event.type === 'step.waiting' && event.stepId === 'last',
  })
  await control(service, sessionId, 'rollback')

  expect((await held.next()).path).toBe('/again')
  await restart()
  const again = await held.next()
  expect(again.path).toBe('/again')
  again.release()

  // Killed between two tries: the time of the second one stands.
  const tried = await held.next()
  expect(tried.path).toBe('/tried')
  tried.refuse()
  await follow(service.url, sessionId, { until: ({ type }) => type === 'step.retrying' })
  await restart()
  const second = await held.next()
  expect(second.path).toBe('/tried')
  second.release()

  // Whether it took effect is not known, and it may not be sent twice.
  expect((await held.next()).path).toBe('/once')
  await restart()
  const events = await follow(service.url, sessionId)
  expect(storyOf(events).slice(storyOf(events).indexOf('session.rolling_back'))).toEqual([
    'session.rolling_back',
    'step.undoing again',
    'step.interrupted again',
    'step.undoing again',
    'step.undone again',
    'step.undoing tried',
    'step.retrying tried',
    'step.undoing tried',
    'step.undone tried',
    'step.undoing once',
    'step.interrupted once',
    'step.undo_failed once',
    'session.failed',
  ])
  expect(held.count()).toBe(5)
  expect(await viewOf(service, sessionId)).toMatchObject({
    status: 'failed',
    steps: [
      { id: 'once', status: 'completed', undoError: { code: 'INTERRUPTED' } },
      { id: 'tried', status: 'undone' },
      { id: 'again', status: 'undone' },
      { id: 'last', status: 'cancelled' },
    ],
  })
})

test('a finally step goes on after a kill, and its cancelled session ends as cancelled', {
  timeout: 90_000,
}, async () => {
  await using held = await startHeldServer()
  const settings = { DATA_DIR: dataDir() }
  let service = await startedProcess(settings)
  const restart = async () => {
    await service.stop('SIGKILL')
    service = await startedProcess(settings)
  }
  const sessionId = await postSession(service, [
    'Wait 1 hour',
    { id: 'tidy', finally: true, uses: 'webhook', with: { url: `${held.url}/tidy` }, retry },
    // Nobody is asked in a session that is about to end.
    {
      id: 'tell',
      finally: true,
      uses: 'webhook',
      with: { method: 'POST', url: `${held.url}/tell` },
      onInterrupted: 'escalate',
    },
  ])
  await follow(service.url, sessionId, { until: ({ type }) => type === 'session.waiting' })
  expect(await control(service, sessionId, 'cancel')).toMatchObject({ status: 'cancelling' })
  await held.next()
  await restart()
  ;(await held.next()).refuse()
  await follow(service.url, sessionId, { until: ({ type }) => type === 'step.retrying' })
  await restart()
  ;(await held.next()).release()
  expect((await held.next()).path).toBe('/tell')
  await restart()
  const events = await follow(service.url, sessionId)
  expect(storyOf(events).slice(-9)).toEqual([
    'step.interrupted tidy',
    'step.started tidy',
    'step.retrying tidy',
    'step.started tidy',
    'step.completed tidy',
    'step.started tell',
    'step.interrupted tell',
    'step.failed tell',
    'session.cancelled',
  ])
  expect(held.count()).toBe(4)
  expect(await viewOf(service, sessionId)).toMatchObject({ status: 'cancelled' })
})

async function control({ url }: ServerProcess, sessionId: string, command: string) {
  const response = await fetch(`${url}/v1/sessions/${sessionId}/${command}`, { method: 'POST' })
  expect(response.status).toBe(202)
  return response.json()
}

async function viewOf({ url }: ServerProcess, sessionId: string): Promise<unknown> {
  return (await fetch(`${url}/v1/sessions/${sessionId}`)).json()
}
