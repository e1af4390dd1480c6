import { expect, test } from 'vitest'
import { noop } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { ended, json, start, until } from '../support/sessions.ts'

interface View {
  readonly status: string
  readonly steps: readonly { id: string; status: string; held?: boolean }[]
}

const walked = [
  { id: 'a', uses: 'noop', breakBefore: true },
  { id: 'b', uses: 'noop' },
  { id: 'c', uses: 'noop' },
]

test('a workflow is walked through step by step, over a restart of whoever looks', async () => {
  await using service = await startService({}, { executors: [noop] })
  const id = await start(service, walked)
  await until(service, id, 'session.waiting')
  const view = () => json<View>(service.get(`/v1/sessions/${id}`))
  expect(await view()).toMatchObject({
    status: 'waiting',
    steps: [{ id: 'a', held: true }, {}, {}],
  })
  const { steps } = await json<{ steps: { sentence: string }[] }>(
    service.get(`/v1/sessions/${id}/explain`),
  )
  expect(steps[0]?.sentence).toBe('It is paused: somebody must resume it, or go on by one step.')
  for (const done of ['a', 'b']) {
    expect((await service.post(`/v1/sessions/${id}/step`)).status).toBe(202)
    await expect
      .poll(async () => (await view()).steps.find((each) => each.id === done)?.status)
      .toBe('completed')
    await expect.poll(async () => (await view()).status).toBe('waiting')
  }
  const answer = await service.post(`/v1/sessions/${id}/steps/c/resume`, { reason: 'seen enough' })
  expect(answer.status).toBe(202)
  expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
  expect((await service.post(`/v1/sessions/${id}/step`)).status).toBe(409)
})

test('a step is paused and resumed by name, and what cannot be is told', async () => {
  await using service = await startService({}, { executors: [noop] })
  const id = await start(service, ['Wait 50 ms', { id: 'b', uses: 'noop' }])
  expect((await service.post(`/v1/sessions/${id}/steps/b/pause`, { actor: 'ada' })).status).toBe(
    202,
  )
  expect((await service.post(`/v1/sessions/${id}/steps/x/pause`)).status).toBe(404)
  expect((await service.post(`/v1/sessions/${id}/steps/b/pause`, { because: 1 })).status).toBe(400)
  const log = await until(service, id, 'step.completed')
  expect(log.some(({ type }) => type === 'step.paused')).toBe(true)
  await expect
    .poll(async () => (await json<View>(service.get(`/v1/sessions/${id}`))).status)
    .toBe('waiting')
  await service.post(`/v1/sessions/${id}/steps/b/resume`)
  expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
})
