import { expect, test } from 'vitest'
import { noop } from '../support/hand-executor.ts'
import { addHook, getHook, historyOf, saveWorkflow, send, sessionsOf } from '../support/hooks.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

const steps = [{ uses: 'noop' }]
const soon = { timeout: 15_000 }

interface Shown {
  readonly correlationId: string
}

/** A service with a workflow whose one input is whatever a hook makes of an event. */
async function startNoting(): Promise<Service> {
  const service = await startService({}, { executors: [noop] })
  await saveWorkflow(service, 'note', { inputs: { about: {} }, steps })
  await saveWorkflow(service, 'build', steps)
  return service
}

const noteOf = (events: unknown, more: object = {}) => ({
  workflow: 'note',
  inputs: { about: '{{ event }}' },
  on: { events },
  ...more,
})

async function runOf(service: Service, body: unknown): Promise<string> {
  const sessionId = await start(service, body)
  await ended(service, sessionId)
  return sessionId
}

/** How many sessions a hook has started, once it has seen to an event that came after all others. */
async function startsOf(service: Service, id: string): Promise<number> {
  const guard = await addHook(
    service,
    noteOf({ types: ['session.completed'], labels: { guard: 'yes' } }),
  )
  await runOf(service, { workflow: 'build', labels: { guard: 'yes' } })
  await expect.poll(async () => (await sessionsOf(service, guard)).length, soon).toBe(1)
  return (await sessionsOf(service, id)).length
}

test('the end of a session starts the hook’s workflow, once, with inputs made of the event', async () => {
  await using service = await startNoting()
  await saveWorkflow(service, 'told', {
    inputs: { about: {} },
    vars: { kept: {} },
    steps: [{ uses: 'noop', set: { kept: 'inputs.about' } }],
  })
  const events = { types: ['session.completed'], workflow: 'build', labels: { team: 'a' } }
  const id = await addHook(service, noteOf(events, { workflow: 'told' }))
  const source = await runOf(service, { workflow: 'build', labels: { team: 'a' } })
  const [entry] = await historyOf(service, id, 1)
  expect(entry).toMatchObject({ kind: 'fired', event: { sessionId: source } })
  const sessionId = entry?.sessionId ?? ''
  await ended(service, sessionId)
  const { correlationId } = await json<Shown>(service.get(`/v1/sessions/${source}`))
  const counts = { total: 1, completed: 1, failed: 0, skipped: 0, cancelled: 0, undone: 0 }
  expect(await json(service.get(`/v1/sessions/${sessionId}`))).toMatchObject({
    status: 'completed',
    startedBy: { hook: id },
    correlationId,
    variables: {
      kept: {
        type: 'session.completed',
        seq: entry?.event?.seq,
        at: entry?.at,
        data: { status: 'completed' },
        sessionId: source,
        workflow: 'build',
        labels: { team: 'a' },
        session: { status: 'completed', counts },
      },
    },
  })
  expect(await startsOf(service, id)).toBe(1)
})

test('what a hook does not listen to does not fire it', async () => {
  await using service = await startNoting()
  const types = ['session.completed']
  const id = await addHook(service, noteOf({ types, workflow: 'build', labels: { team: 'a' } }))
  await runOf(service, { workflow: 'build', labels: { team: 'b' } })
  await runOf(service, { workflow: 'note', inputs: { about: 1 }, labels: { team: 'a' } })
  await runOf(service, { workflow: [{ uses: 'noop' }], labels: { team: 'a' } })
  const failed = await addHook(service, noteOf({ types: ['session.failed'] }))
  await runOf(service, { workflow: 'build' })
  expect([await startsOf(service, id), await startsOf(service, failed)]).toEqual([0, 0])
})

test('a condition, and inputs that cannot be made, start nothing and are told', async () => {
  await using service = await startNoting()
  const events = { types: ['session.completed'], workflow: 'build' }
  const never = await addHook(service, noteOf(events, { when: 'event.session.counts.failed > 0' }))
  const wrong = await addHook(service, noteOf(events, { inputs: { about: 'event.data.nothing' } }))
  const source = await runOf(service, { workflow: 'build' })
  expect(await historyOf(service, never, 1)).toMatchObject([{ kind: 'skipped' }])
  expect(await historyOf(service, wrong, 1)).toMatchObject([
    {
      kind: 'failed',
      message: expect.stringContaining('/inputs/about'),
      event: { sessionId: source },
    },
  ])
  expect([await sessionsOf(service, never), await sessionsOf(service, wrong)]).toEqual([[], []])
})

test('a pause, a waiting and a cancel can fire hooks as well', async () => {
  await using service = await startNoting()
  const types = ['session.waiting', 'session.paused', 'session.resumed', 'session.cancelled']
  const id = await addHook(service, noteOf({ types }))
  const source = await start(service, ['Wait 10 minutes'])
  await historyOf(service, id, 1)
  for (const command of ['pause', 'resume', 'cancel']) {
    expect((await service.post(`/v1/sessions/${source}/${command}`)).status).toBeLessThan(300)
  }
  await expect
    .poll(async () => (await sessionsOf(service, id)).length, soon)
    .toBeGreaterThanOrEqual(4)
})

test('while a hook is paused, and before it was made, nothing fires it, also later', async () => {
  await using service = await startNoting()
  await runOf(service, { workflow: 'build' })
  const id = await addHook(service, noteOf({ types: ['session.completed'], workflow: 'build' }))
  await runOf(service, { workflow: 'build' })
  await historyOf(service, id, 1)
  await service.post(`/v1/hooks/${id}/pause`)
  await runOf(service, { workflow: 'build' })
  await service.post(`/v1/hooks/${id}/resume`)
  const last = await runOf(service, { workflow: 'build' })
  expect(await historyOf(service, id, 2)).toMatchObject([{ event: { sessionId: last } }, {}])
  expect(await startsOf(service, id)).toBe(3)
})

test('hooks that fire each other come to an end, and the history says why', async () => {
  await using service = await startNoting()
  const events = { types: ['session.completed'], workflow: 'note' }
  const id = await addHook(service, noteOf(events))
  await runOf(service, { workflow: 'note', inputs: { about: 1 } })
  await expect
    .poll(async () => (await getHook(service, id)).history[0], soon)
    .toMatchObject({ kind: 'refused', message: expect.stringContaining('5 hooks in a row') })
  expect(await sessionsOf(service, id)).toHaveLength(5)
  expect(await getHook(service, id)).toMatchObject({ runs: 5 })
})

test('a loop through child sessions comes to an end as well', async () => {
  await using service = await startNoting()
  await saveWorkflow(service, 'parent', {
    inputs: { about: {} },
    steps: [{ uses: 'workflow', with: { workflow: 'build' } }],
  })
  const events = { types: ['session.completed'], workflow: 'build' }
  const id = await addHook(service, { ...noteOf(events), workflow: 'parent' })
  await runOf(service, { workflow: 'build' })
  await expect
    .poll(async () => (await getHook(service, id)).history[0], soon)
    .toMatchObject({ kind: 'refused' })
  expect(await sessionsOf(service, id)).toHaveLength(5)
})

test('a removed hook fires no more, and the others go on', async () => {
  await using service = await startNoting()
  const events = { types: ['session.completed'], workflow: 'build' }
  const gone = await addHook(service, noteOf(events))
  const kept = await addHook(service, noteOf(events))
  expect((await send(service, 'DELETE', `/v1/hooks/${gone}`)).status).toBe(204)
  await runOf(service, { workflow: 'build' })
  await historyOf(service, kept, 1)
  expect(await sessionsOf(service, gone)).toEqual([])
})
