import { expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { inbox, refusal } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

interface Asked {
  readonly interactionId: string
  readonly leaseUntil: string
}

const step = { id: 'a', uses: 'client', with: { command: 1 } }

async function begin(service: Service, steps: readonly object[] = [step]) {
  const sessionId = await start(service, { steps })
  const asked = await json<Asked>(service.post(`/v1/sessions/${sessionId}/next`, { wait: 20 }))
  const path = `/v1/interactions/${asked.interactionId}`
  return {
    ...asked,
    sessionId,
    report: (body?: object) => service.post(`${path}/progress`, body),
    answer: (body: object) => service.post(`${path}/result`, body),
  }
}

function told(events: readonly LoggedEvent[]) {
  return events.flatMap((event) =>
    event.type === 'step.progress' || event.type === 'step.output'
      ? [{ type: event.type, stepId: event.stepId, ...event.data }]
      : [],
  )
}

test('tells how far the work is, and what it writes, in the log of its step', async () => {
  await using service = await startService()
  const { sessionId, interactionId, leaseUntil, report, answer } = await begin(service)
  const first = await report({ percent: 10, message: 'reading' })
  expect([first.status, await json(first)]).toEqual([200, { interactionId, leaseUntil }])
  const output = [
    { stream: 'stdout', text: 'one\n' },
    { stream: 'stdout', text: 'two\n' },
    { stream: 'stderr', text: 'hm\n' },
  ]
  expect((await report({ output, percent: 50.5 })).status).toBe(200)
  expect((await report()).status).toBe(200)
  expect((await report({})).status).toBe(200)
  await answer({ status: 'ok' })
  expect(told(await ended(service, sessionId))).toEqual([
    { type: 'step.progress', stepId: 'a', percent: 10, message: 'reading' },
    { type: 'step.output', stepId: 'a', stream: 'stdout', text: 'one\ntwo\n' },
    { type: 'step.output', stepId: 'a', stream: 'stderr', text: 'hm\n' },
    { type: 'step.progress', stepId: 'a', percent: 50.5 },
  ])
})

test('keeps so much output of an attempt, over all its reports, and says where it ends', async () => {
  await using service = await startService({ OUTPUT_LIMIT_BYTES: '20000' })
  const { sessionId, report, answer } = await begin(service)
  const write = (text: string) => report({ output: [{ stream: 'stdout', text }] })
  expect((await write('é'.repeat(5_000))).status).toBe(200)
  // Together they are too much, whichever is first.
  const both = await Promise.all([write('b'.repeat(8_000)), write('b'.repeat(8_000))])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expect((await write('more')).status).toBe(200)
  expect((await report({ message: 'still here' })).status).toBe(200)
  await answer({ status: 'ok' })
  const events = told(await ended(service, sessionId))
  const pieces = events.filter(({ type }) => type === 'step.output') as {
    text: string
    truncated?: boolean
  }[]
  expect(pieces.map(({ text }) => Buffer.byteLength(text)).toSorted((a, b) => a - b)).toEqual([
    2_000, 8_000, 10_000,
  ])
  expect(pieces.filter(({ truncated }) => truncated === true)).toMatchObject([
    { text: 'b'.repeat(2_000) },
  ])
  expect(events.at(-1)).toMatchObject({ message: 'still here' })
})

test('says so too where the output before has just filled the room', async () => {
  await using service = await startService({ OUTPUT_LIMIT_BYTES: '10' })
  const { sessionId, report, answer } = await begin(service)
  const texts = ['0123456789', '', 'more', 'and more']
  for (const text of texts) await report({ output: [{ stream: 'stdout', text }] })
  await answer({ status: 'ok' })
  expect(told(await ended(service, sessionId))).toEqual([
    { type: 'step.output', stepId: 'a', stream: 'stdout', text: '0123456789' },
    { type: 'step.output', stepId: 'a', stream: 'stdout', text: '', truncated: true },
  ])
})

test('is for work: people and signals have none to tell', async () => {
  await using service = await startService()
  const sessionId = await start(service, {
    onFailure: 'escalate',
    steps: [
      { id: 'a', uses: 'approval', with: { prompt: '?' }, dependsOn: [] },
      { id: 's', uses: 'signal', with: { name: 'go' }, dependsOn: [] },
      { id: 'e', uses: 'condition', with: { if: '1' }, dependsOn: [] },
    ],
  })
  await expect.poll(async () => (await inbox(service, `sessionId=${sessionId}`)).length).toBe(3)
  for (const { interactionId, kind } of await inbox(service)) {
    const refused = await refusal(service.post(`/v1/interactions/${interactionId}/progress`, {}))
    expect([kind, ...refused]).toEqual([kind, 409, 'INTERACTION_MISMATCH'])
  }
})

test('cuts long output into several events', async () => {
  await using service = await startService()
  const { sessionId, report, answer } = await begin(service)
  const text = 'x'.repeat(20_000)
  await report({ output: [{ stream: 'stderr', text }], message: 'm'.repeat(9_000) })
  await answer({ status: 'ok' })
  const events = told(await ended(service, sessionId)) as { text?: string; message?: string }[]
  expect(events.map((event) => event.text?.length ?? event.message?.length)).toEqual([
    8_192, 8_192, 3_616, 8_193,
  ])
})

test('masks the secrets of the service', async () => {
  await using service = await startService({ SECRET_TOKEN: 'hush-hush', SECRET_SHORT: 'abc' })
  const { sessionId, report, answer } = await begin(service)
  const output = [
    { stream: 'stdout', text: 'it is hush' },
    { stream: 'stdout', text: '-hush, abc' },
  ]
  await report({ message: 'use hush-hush', output })
  await answer({ status: 'ok' })
  expect(told(await ended(service, sessionId))).toMatchObject([
    { text: 'it is [secret TOKEN], abc' },
    { message: 'use [secret TOKEN]' },
  ])
})

test('is refused where the work is not wanted any more', async () => {
  await using service = await startService()
  const answered = await begin(service, [step, { ...step, id: 'b' }])
  await answered.answer({ status: 'ok' })
  const cancelled = await begin(service)
  await service.post(`/v1/sessions/${cancelled.sessionId}/cancel`)
  for (const { report } of [answered, cancelled]) {
    const refused = await report({ percent: 1 })
    expect([404, 409]).toContain(refused.status)
    expect(['INTERACTION_NOT_FOUND', 'INTERACTION_OVER']).toContain((await json(refused))['code'])
  }
  expect(told(await ended(service, cancelled.sessionId))).toEqual([])
})

test('is for whoever has claimed what a queue asks for', async () => {
  await using service = await startService()
  const sessionId = await start(service, {
    steps: [{ ...step, with: { command: 1, queue: 'gpu' } }],
  })
  const claimed = async () => {
    const path = `/v1/sessions/${sessionId}/interactions`
    const { interactions } = await json<{ interactions: Asked[] }>(service.get(path))
    return interactions[0]?.interactionId
  }
  await expect.poll(claimed).toBeDefined()
  const path = `/v1/interactions/${await claimed()}/progress`
  for (const body of [{ percent: 1 }, { percent: 1, workerId: 'w' }]) {
    const refused = await service.post(path, body)
    expect([refused.status, await json(refused)]).toMatchObject([409, { code: 'INTERACTION_LOST' }])
  }
  await service.app.stepProcessor.claimInteraction(sessionId, (await claimed()) ?? '', 'w')
  expect((await service.post(path, { percent: 1, workerId: 'w' })).status).toBe(200)
})

test.each([
  [{ percent: 101 }, '/percent'],
  [{ output: [{ stream: 'log', text: '' }] }, '/output/0/stream'],
  [{ done: true }, '/done'],
])('refuses %j with the place of the fault', async (body, pointer) => {
  await using service = await startService()
  const refused = await service.post('/v1/interactions/int_1/progress', body)
  expect([refused.status, await json(refused)]).toMatchObject([400, { faults: [{ pointer }] }])
})
