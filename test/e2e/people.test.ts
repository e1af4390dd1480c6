import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { statusOf } from '../support/children.ts'
import { follow } from '../support/follow.ts'
import { approval, asked, decided, inbox, refusal, signal } from '../support/people.ts'
import { asService } from '../support/schedules.ts'
import { json } from '../support/sessions.ts'
import { postSession, startedProcess } from './support/started.ts'

const APPROVALS = 10

test('no kill loses what people are asked, nor what they have answered, nor a link', {
  timeout: 120_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  const service = await startedProcess(settings)
  const reader = asService(service)
  const steps = [approval('ok'), approval('more')]
  const sessions = await Promise.all(
    Array.from({ length: APPROVALS }, () => postSession(service, { steps })),
  )
  const isAsked = async () => (await inbox(reader, 'limit=100')).length
  await expect.poll(isAsked, { timeout: 20_000 }).toBe(APPROVALS)
  const first = await Promise.all(sessions.map((sessionId) => asked(reader, sessionId)))
  const { url } = await json<{ url: string }>(
    reader.post(`/v1/interactions/${first[0]?.interactionId}/links`),
  )
  const half = first.slice(1, APPROVALS / 2)
  const answers = half.map(({ interactionId }) =>
    decided(reader, interactionId, { decision: 'approve', actor: 'ana' }),
  )
  const accepted = await Promise.all(answers)
  // In the middle of what follows from the answers.
  await service.stop('SIGKILL')

  const again = await startedProcess(settings)
  const after = asService(again)
  for (const [n, { interactionId }] of half.entries()) {
    const repeated = await decided(after, interactionId, { decision: 'approve', actor: 'ana' })
    expect(repeated).toEqual(accepted[n])
    const other = after.post(`/v1/interactions/${interactionId}/answer`, { decision: 'reject' })
    expect(await refusal(other)).toEqual([409, 'INTERACTION_ANSWERED'])
  }
  expect((await after.post(url, { decision: 'approve' })).status).toBe(202)
  for (const { interactionId } of first.slice(APPROVALS / 2)) {
    await decided(after, interactionId, { decision: 'approve' })
  }
  for (const sessionId of sessions) {
    const isNext = async () => (await inbox(after, `sessionId=${sessionId}`))[0]?.stepId
    await expect.poll(isNext, { timeout: 20_000 }).toBe('more')
    const { interactionId } = await asked(after, sessionId)
    await decided(after, interactionId, { decision: 'approve' })
    await follow(again.url, sessionId)
    expect(await statusOf(after, sessionId)).toBe('completed')
  }
  await expect.poll(() => inbox(after), { timeout: 20_000 }).toEqual([])
})

test('a signal that comes early outlives a kill, and is taken once', {
  timeout: 60_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  const service = await startedProcess(settings)
  const steps = [
    approval('gate'),
    { id: 'one', uses: 'signal', with: { name: 'go' } },
    { id: 'two', uses: 'signal', with: { name: 'go' } },
  ]
  const sessionId = await postSession(service, { steps })
  const { interactionId } = await asked(asService(service), sessionId)
  const sent = { id: 'evt', payload: { n: 1 } }
  expect((await signal(asService(service), sessionId, 'go', sent)).status).toBe(202)
  await service.stop('SIGKILL')

  const again = await startedProcess(settings)
  const after = asService(again)
  expect((await signal(after, sessionId, 'go', sent)).headers.get('idempotency-replayed')).toBe(
    'true',
  )
  await decided(after, interactionId, { decision: 'approve' })
  expect((await asked(after, sessionId, 'signal')).stepId).toBe('two')
  await signal(after, sessionId, 'go', { payload: { n: 2 } })
  await follow(again.url, sessionId)
  const { steps: ended } = await json<{ steps: { output: unknown }[] }>(
    after.get(`/v1/sessions/${sessionId}`),
  )
  expect(ended.slice(1).map(({ output }) => output)).toEqual([{ n: 1 }, { n: 2 }])
})

test('what is escalated in the moment of a kill is in the list all the same', {
  timeout: 120_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  const count = 8
  const service = await startedProcess(settings)
  const steps = [{ id: 'bad', uses: 'condition', with: { if: 'inputs.n' } }]
  const body = { inputs: { n: { default: 1 } }, onFailure: 'escalate', steps }
  const sessions = await Promise.all(
    Array.from({ length: count }, () => postSession(service, body)),
  )
  await follow(service.url, sessions[0] ?? '', {
    until: (event) => event.type === 'interaction.created',
  })
  await service.stop('SIGKILL')
  const again = await startedProcess(settings)
  const after = asService(again)
  const listed = async () => (await inbox(after, 'kind=escalation&limit=100')).length
  await expect.poll(listed, { timeout: 20_000 }).toBe(count)
  for (const { interactionId, sessionId } of await inbox(after, 'limit=100')) {
    await decided(after, interactionId, { decision: 'skip' })
    await follow(again.url, sessionId)
  }
  await expect.poll(() => inbox(after), { timeout: 20_000 }).toEqual([])
})
