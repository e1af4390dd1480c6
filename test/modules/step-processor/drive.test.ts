import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startService } from '../../support/service.ts'
import { ended, json, lastOf, start, until } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

const minute = 60_000

async function dataDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

test('200 sessions that are paused and resumed at every moment run each step once and end', async () => {
  const runs = new Map<string, number>()
  const count = functionExecutor('count', async (_, { sessionId, stepId }) => {
    const key = `${sessionId} ${stepId}`
    runs.set(key, (runs.get(key) ?? 0) + 1)
    if (Math.random() < 0.5) await nextTurn()
    return { status: 'succeeded' }
  })
  await using service = await startService({ MAX_SESSIONS_RUNNING: '50' }, { executors: [count] })
  const { stepProcessor } = service.app
  const steps = ['a', 'b', 'c', 'd'].map((id) => ({ id, uses: 'count' }))

  async function harass(id: string): Promise<void> {
    for (let n = 0; n < 6; n++) {
      const turns = Math.floor(Math.random() * 4)
      for (let turn = 0; turn < turns; turn++) await nextTurn()
      const command = n % 2 === 0 ? 'pause' : 'resume'
      const error = await stepProcessor[command](id).then(
        () => undefined,
        (cause) => cause,
      )
      if (error !== undefined) expect(error).toMatchObject({ code: 'SESSION_ENDED' })
    }
  }

  const ids = await Promise.all(Array.from({ length: 200 }, () => stepProcessor.init(steps)))
  await Promise.all(ids.map(harass))
  for (const id of ids) {
    const events = await ended(service, id)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(lastOf(events, 'session.completed').status).toBe('completed')
  }
  expect(runs.size).toBe(800)
  expect([...runs.values()].every((times) => times === 1)).toBe(true)
  expect(stepProcessor.load()).toEqual({ running: 0, queued: 0 })
})

test('a parked session is in nobody’s hands', async () => {
  await using service = await startService({}, { executors: [noop] })
  const ids = await Promise.all(Array.from({ length: 50 }, () => start(service, ['Wait 1h'])))
  await Promise.all(ids.map((id) => until(service, id, 'session.waiting')))
  await expect.poll(() => service.app.stepProcessor.load()).toEqual({ running: 0, queued: 0 })
})

describe('timers over a restart', () => {
  test('a wait goes on where it was, and one that ran out meanwhile is over at the start', async () => {
    const settings = { DATA_DIR: await dataDir() }
    const clock = new ManualClock()
    const ids: string[] = []
    let first: unknown
    {
      await using service = await startService(settings, { clock })
      for (const sentence of ['Wait 10m', 'Wait 60m']) {
        const id = await start(service, { timeout: '2h', steps: [sentence] })
        ids.push(id)
        await until(service, id, 'session.waiting')
      }
      first = await json(service.get(`/v1/sessions/${ids[1]}`))
    }
    const [short = '', long = ''] = ids
    clock.advance(30 * minute)
    {
      await using service = await startService(settings, { clock })
      const events = await ended(service, short)
      expect(events.filter(({ type }) => type === 'step.started')).toHaveLength(1)
      expect(lastOf(events, 'step.completed').durationMs).toBe(30 * minute)
      const view = await json(service.get(`/v1/sessions/${long}`))
      expect(view).toMatchObject({
        status: 'waiting',
        wakeAt: (first as { wakeAt: string }).wakeAt,
      })
      await expect.poll(() => service.app.stepProcessor.load().running).toBe(0)
    }
    {
      await using service = await startService(settings, { clock })
      await expect.poll(() => clock.pending).toBeGreaterThan(1)
      clock.advance(30 * minute)
      const events = await ended(service, long)
      expect(lastOf(events, 'step.completed').durationMs).toBe(60 * minute)
      expect(events.filter(({ type }) => type === 'step.started')).toHaveLength(1)
    }
  })

  test('a retry’s delay goes on too', async () => {
    const settings = { DATA_DIR: await dataDir() }
    const clock = new ManualClock()
    let calls = 0
    const flaky = functionExecutor('flaky', () =>
      ++calls === 1
        ? { status: 'failed', code: 'NETWORK_ERROR', message: 'x', retryable: true }
        : { status: 'succeeded' },
    )
    const options = { clock, executors: [flaky] }
    let id = ''
    {
      await using service = await startService(settings, options)
      const retry = { maxAttempts: 2, delay: '5m', maxDelay: '5m', backoff: 'fixed', jitter: false }
      id = await start(service, [{ id: 'a', uses: 'flaky', retry }])
      await until(service, id, 'session.waiting')
    }
    clock.advance(5 * minute)
    await using service = await startService(settings, options)
    expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
    expect(calls).toBe(2)
  })

  test('sessions that were queued or paused are so still', async () => {
    const settings = { DATA_DIR: await dataDir(), MAX_SESSIONS_RUNNING: '1' }
    const hand = handExecutor()
    const options = { executors: [hand.executor] }
    const ids: string[] = []
    {
      await using service = await startService(settings, options)
      for (let n = 0; n < 3; n++) ids.push(await start(service, [{ id: 'a', uses: 'hand' }]))
      await hand.attempt()
      await service.post(`/v1/sessions/${ids[2]}/pause`)
    }
    await using service = await startService(settings, options)
    expect(await json(service.get(`/v1/sessions/${ids[2]}`))).toMatchObject({ status: 'paused' })
    for (const [id, attempt] of [
      [ids[0], 2],
      [ids[1], 1],
    ] as const) {
      const held = await hand.attempt()
      expect(held.context).toMatchObject({ sessionId: id, attempt })
      held.succeed()
      await ended(service, id ?? '')
    }
    await service.post(`/v1/sessions/${ids[2]}/resume`)
    const last = await hand.attempt()
    expect(last.context).toMatchObject({ sessionId: ids[2], attempt: 1 })
    last.succeed()
    await ended(service, ids[2] ?? '')
  })
})

describe('closing', () => {
  test('lets running attempts finish within SHUTDOWN_GRACE and starts nothing', async () => {
    const settings = { DATA_DIR: await dataDir(), SHUTDOWN_GRACE: '20s' }
    const hand = handExecutor()
    const steps = [
      { id: 'a', uses: 'hand' },
      { id: 'b', uses: 'hand' },
    ]
    let id = ''
    {
      await using service = await startService(settings, { executors: [hand.executor] })
      id = await start(service, steps)
      const attempt = await hand.attempt()
      const closing = service.app.close()
      await nextTurn()
      expect(attempt.context.signal.aborted).toBe(false)
      attempt.succeed({ n: 1 })
      await closing
      expect(hand.begun).toBe(1)
    }
    await using service = await startService(settings, { executors: [hand.executor] })
    const second = await hand.attempt()
    expect(second.context).toMatchObject({ stepId: 'b', attempt: 1 })
    second.succeed()
    const events = await ended(service, id)
    expect(events.some(({ type }) => type === 'step.interrupted')).toBe(false)
    expect(events.at(-1)?.type).toBe('session.completed')
  })

  test.for<['retry' | 'fail', boolean]>([
    ['retry', true],
    ['fail', false],
  ])(
    'interrupts those that do not, and onInterrupted: %s says what follows',
    async ([policy, safe]) => {
      const settings = { DATA_DIR: await dataDir(), SHUTDOWN_GRACE: '20ms' }
      const hand = handExecutor({ safeToRepeat: safe })
      let id = ''
      {
        await using service = await startService(settings, { executors: [hand.executor] })
        id = await start(service, [{ id: 'a', uses: 'hand' }])
        const attempt = await hand.attempt()
        await service.app.close()
        expect(attempt.context.signal.reason).toBe('shutdown')
      }
      await using service = await startService(settings, { executors: [hand.executor] })
      if (policy === 'retry') {
        const again = await hand.attempt()
        expect(again.context.attempt).toBe(2)
        again.succeed()
      }
      const events = await ended(service, id)
      expect(lastOf(events, 'step.interrupted')).toEqual({ reason: 'shutdown' })
      if (policy === 'retry') expect(events.at(-1)?.type).toBe('session.completed')
      else expect(lastOf(events, 'session.failed').error.code).toBe('INTERRUPTED')
      expect(hand.begun).toBe(policy === 'retry' ? 2 : 1)
    },
  )

  test('an attempt of a paused session is interrupted too, and goes on when it is resumed', async () => {
    const settings = { DATA_DIR: await dataDir(), SHUTDOWN_GRACE: '20ms' }
    const hand = handExecutor()
    let id = ''
    {
      await using service = await startService(settings, { executors: [hand.executor] })
      id = await start(service, [{ id: 'a', uses: 'hand' }])
      await hand.attempt()
      await service.post(`/v1/sessions/${id}/pause`)
    }
    await using service = await startService(settings, { executors: [hand.executor] })
    await until(service, id, 'step.interrupted')
    expect(await json(service.get(`/v1/sessions/${id}`))).toMatchObject({ status: 'paused' })
    await service.post(`/v1/sessions/${id}/resume`)
    const again = await hand.attempt()
    again.succeed()
    expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
  })

  test('a store that refuses to the end does not keep the service from ending', async () => {
    const { store, refuse } = wrapStore()
    const hand = handExecutor()
    await using service = await startService(
      { SHUTDOWN_GRACE: '20ms' },
      { store, executors: [hand.executor] },
    )
    await start(service, [{ id: 'a', uses: 'hand' }])
    await hand.attempt()
    refuse()
    await service.app.close()
    expect(hand.begun).toBe(1)
  })
})
