import { describe, expect, test } from 'vitest'
import { handExecutor } from '../../support/hand-executor.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, lastOf, start, until } from '../../support/sessions.ts'

const steps = [
  { id: 'a', uses: 'hand' },
  { id: 'b', uses: 'hand' },
]

async function escalated(service: Service, hand: ReturnType<typeof handExecutor>) {
  const id = await start(service, { onFailure: 'escalate', steps })
  const attempt = await hand.attempt()
  attempt.end({ status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: false })
  await until(service, id, 'session.waiting')
  return id
}

const settle = (service: Service, id: string, stepId: string, action: string, body?: object) =>
  service.post(`/v1/sessions/${id}/steps/${stepId}/${action}`, body)

describe('a step that was escalated', () => {
  test('is retried on a person’s word, and its history tells who it was', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await escalated(service, hand)
    const view = await json(service.get(`/v1/sessions/${id}`))
    expect(view).toMatchObject({ status: 'waiting', steps: [{ status: 'waiting', error: {} }, {}] })

    const answer = await settle(service, id, 'a', 'retry', { actor: 'ops', reason: 'it is back' })
    expect(answer.status).toBe(202)
    const again = await hand.attempt()
    expect(again.context).toMatchObject({ stepId: 'a', attempt: 2 })
    again.succeed()
    const next = await hand.attempt()
    next.succeed()
    expect(lastOf(await ended(service, id), 'session.completed').status).toBe('completed')

    const { steps: history } = await json(service.get(`/v1/sessions/${id}/steps`))
    expect(history).toMatchObject([
      {
        attempts: [{ result: 'failed' }, { result: 'completed' }],
        resolutions: [{ action: 'retry', actor: 'ops', reason: 'it is back' }],
      },
      { attempts: [{ result: 'completed' }] },
    ])
  })

  test('is completed with an output that later steps read', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await escalated(service, hand)
    await settle(service, id, 'a', 'complete', { output: { n: 7 } })
    const next = await hand.attempt()
    expect(next.context.stepId).toBe('b')
    next.succeed()
    const events = await ended(service, id)
    expect(events.filter(({ type }) => type === 'step.resolved')).toHaveLength(1)
    expect(lastOf(events, 'session.completed').status).toBe('completed')
  })

  test('is skipped, or fails for good', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const failed = await escalated(service, hand)
    expect((await settle(service, failed, 'a', 'fail')).status).toBe(202)
    expect(lastOf(await ended(service, failed), 'session.failed').stepId).toBe('a')

    const skipped = await escalated(service, hand)
    expect((await settle(service, skipped, 'a', 'skip')).status).toBe(202)
    const next = await hand.attempt()
    next.succeed()
    await ended(service, skipped)
  })

  test('waits without a place', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await escalated(service, hand)
    await expect.poll(() => service.app.stepProcessor.load().running).toBe(0)
    expect((await settle(service, id, 'a', 'complete')).status).toBe(202)
    const next = await hand.attempt()
    next.succeed()
    await ended(service, id)
  })
})

describe('a person’s word is refused', () => {
  test('on a session or step that is not there, or that has nothing to settle', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await escalated(service, hand)
    const refused = async (path: string, action: string, body?: object) => {
      const answer = await service.post(`/v1/sessions/${path}/${action}`, body)
      return [answer.status, (await json(Promise.resolve(answer)))['code']]
    }
    expect(await refused(`${id}/steps/nobody`, 'skip')).toEqual([404, 'STEP_NOT_FOUND'])
    expect(await refused(`${id}/steps/b`, 'skip')).toEqual([409, 'ILLEGAL_TRANSITION'])
    expect(await refused(`ses_01ARZ3NDEKTSV4RRFFQ69G5FAV/steps/a`, 'skip')).toEqual([
      404,
      'SESSION_NOT_FOUND',
    ])
    expect((await refused(`${id}/steps/a`, 'skip', { output: 1 }))[0]).toBe(400)
    await settle(service, id, 'a', 'fail')
    await ended(service, id)
    expect(await refused(`${id}/steps/a`, 'retry')).toEqual([409, 'SESSION_ENDED'])
    expect((await settle(service, id, 'a', 'fail')).status).toBe(202)
  })
})
