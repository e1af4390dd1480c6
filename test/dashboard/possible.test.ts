import { expect, test } from 'vitest'
import { fold } from '../../src/dashboard/log/fold.ts'
import { sessionControls, stepControls } from '../../src/dashboard/log/possible.ts'
import { emptyLog, type SessionLog } from '../../src/dashboard/log/session-log.ts'
import { follow } from '../support/follow.ts'
import { type Service, startService } from '../support/service.ts'
import { start, until } from '../support/sessions.ts'

const boom = { uses: 'command', with: { run: ['false'] } }

/** What the page has after so many events. */
async function logOf(service: Service, id: string, type: string): Promise<SessionLog> {
  const events = await follow(service.url, id, { until: (event) => event.type === type })
  const response = await service.get(`/v1/sessions/${id}`)
  const { steps } = (await response.json()) as { steps: Parameters<typeof emptyLog>[0] }
  return fold(emptyLog(steps), events)
}

/** What the service says to each thing that could be asked of a copy of the session. */
async function allowed(service: Service, path: string, controls: readonly string[]) {
  const answers = controls.map(async (control) => {
    const { status } = await service.post(`${path}/${control}`, {})
    return [control, status] as const
  })
  return (await Promise.all(answers)).filter(([, status]) => status < 400).map(([name]) => name)
}

test('of an ended session only what starts another one is offered, and that works', async () => {
  await using service = await startService({ COMMANDS: 'false' })
  const id = await start(service, { steps: [{ id: 'bad', ...boom }] })
  const log = await logOf(service, id, 'session.failed')
  expect(sessionControls(log)).toEqual(['retry', 'fork'])
  const asked = ['pause', 'resume', 'recover', 'step', 'cancel', 'rollback', 'retry']
  expect(await allowed(service, `/v1/sessions/${id}`, asked)).toEqual(['retry'])
  const [bad] = [...log.steps.values()]
  expect(stepControls(log, bad!)).toEqual(['fork'])
})

test('of a step that waits for a person all that settles it is offered', async () => {
  await using service = await startService({ COMMANDS: 'false' })
  const id = await start(service, { onFailure: 'escalate', steps: [{ id: 'bad', ...boom }] })
  await until(service, id, 'session.waiting')
  const log = await logOf(service, id, 'session.waiting')
  expect(sessionControls(log)).toEqual(['pause', 'cancel', 'rollback', 'fork'])
  const bad = log.steps.get('bad')!
  expect(stepControls(log, bad)).toEqual(['retry', 'skip', 'complete', 'fail', 'pause', 'fork'])
  const { status } = await service.post(`/v1/sessions/${id}/steps/bad/skip`)
  expect(status).toBe(202)
})

test('of a running step nothing that would settle it is offered, as the service refuses it', async () => {
  await using service = await startService({ COMMANDS: 'sleep' })
  const id = await start(service, {
    steps: [{ id: 'long', uses: 'command', with: { run: ['sleep', '60'] } }],
  })
  const log = await logOf(service, id, 'step.started')
  const long = log.steps.get('long')!
  expect(stepControls(log, long)).toEqual(['pause', 'fork'])
  const settling = ['retry', 'skip', 'complete', 'fail']
  expect(await allowed(service, `/v1/sessions/${id}/steps/long`, settling)).toEqual(['retry'])
  await service.post(`/v1/sessions/${id}/cancel`)
  expect(stepControls(await logOf(service, id, 'session.cancelled'), long)).toEqual(['fork'])
})
