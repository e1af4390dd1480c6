import { describe, expect, test } from 'vitest'
import { follow, typesOf } from '../support/follow.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { readLog } from './support/json-log.ts'

describe('init', () => {
  test('returns the id while the first step still runs, and the stream exists by then', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor, noop] })
    const sessionId = await service.app.stepProcessor.init([{ uses: 'hand' }, { uses: 'noop' }])
    const [first] = await readLog(service.url, sessionId)
    expect(first).toMatchObject({ seq: 1, type: 'session.created', data: { totalSteps: 2 } })

    const attempt = await hand.attempt()
    const following = follow(service.url, sessionId)
    attempt.succeed()
    expect((await following).at(-1)?.type).toBe('session.completed')
  })

  test('success goes on with the next step', async () => {
    await using service = await startService({}, { executors: [noop] })
    const sessionId = await service.app.stepProcessor.init([{ uses: 'noop' }, { uses: 'noop' }])
    expect(typesOf(await follow(service.url, sessionId))).toEqual([
      'session.created',
      'session.started',
      'step.started step1',
      'step.completed step1',
      'step.started step2',
      'step.completed step2',
      'session.completed',
    ])
  })

  test('failure stops', async () => {
    const failing = functionExecutor('failing', () => {
      throw new Error('out of order')
    })
    await using service = await startService({}, { executors: [noop, failing] })
    const steps = [{ uses: 'noop' }, { uses: 'failing' }, { uses: 'noop' }]
    const sessionId = await service.app.stepProcessor.init(steps)
    const events = await follow(service.url, sessionId)
    expect(typesOf(events).slice(-4)).toEqual([
      'step.started step2',
      'step.failed step2',
      'step.skipped step3',
      'session.failed',
    ])
    expect(events.at(-1)).toMatchObject({
      data: { stepId: 'step2', error: { code: 'EXECUTOR_FAILED', message: 'out of order' } },
    })
  })

  test('takes sentences, and refuses steps it cannot read with a pointer to each', async () => {
    await using service = await startService()
    const { stepProcessor } = service.app
    const sessionId = await stepProcessor.init(['Wait 1 ms'])
    expect((await follow(service.url, sessionId)).at(-1)?.type).toBe('session.completed')
    await expect(stepProcessor.init(['Wait 1 ms', 'Dance'])).rejects.toMatchObject({
      code: 'UNREADABLE_SENTENCE',
      faults: [{ pointer: '/1' }],
    })
  })
})
