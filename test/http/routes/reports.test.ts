import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/json.ts'
import { functionExecutor, handExecutor } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, start } from '../../support/sessions.ts'

interface Takes {
  readonly ms: number
  readonly fails?: string
  /** How many attempts fail before one succeeds. */
  readonly failures?: number
}

/** A service on a clock of its own, whose steps take as long as they say. */
async function startTimed() {
  const clock = new ManualClock(Date.UTC(2026, 0, 1))
  const takes = functionExecutor('takes', (input: JsonObject, { attempt }) => {
    const { ms, fails, failures = 0 } = input as unknown as Takes
    clock.advance(ms)
    if (attempt > failures && fails === undefined) return { status: 'succeeded' }
    const code = fails ?? 'EXECUTOR_FAILED'
    return { status: 'failed', code, message: 'as asked for', retryable: fails === undefined }
  })
  const hand = handExecutor()
  const service = await startService({}, { clock, executors: [takes, hand.executor] })
  return { service, clock, hand }
}

const step = (id: string, takes: Takes, more: object = {}) => ({
  id,
  uses: 'takes',
  with: takes,
  ...more,
})

async function run(service: Service, body: unknown): Promise<string> {
  const id = await start(service, body)
  await ended(service, id)
  return id
}

const DAY = 24 * 3_600_000

describe('the report on sessions', () => {
  test('says how they went, by day, by workflow and by reason', async () => {
    const { service, clock, hand } = await startTimed()
    await using _ = service
    const put = await fetch(`${service.url}/v1/workflows/nightly`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: { ms: { type: 'number' } },
        steps: [step('load', { ms: 0 }, { with: { ms: '{{ inputs.ms }}' } })],
      }),
    })
    expect(put.status).toBe(201)
    for (const ms of [100, 300, 200]) await run(service, { workflow: 'nightly', inputs: { ms } })
    clock.advance(DAY)
    const broken = { name: 'deploy', steps: [step('push', { ms: 50, fails: 'UNEXPECTED_STATUS' })] }
    await run(service, broken)
    const latest = await run(service, broken)
    clock.advance(1)
    const running = await start(service, { steps: [{ uses: 'hand' }] })
    const attempt = await hand.attempt()

    const report = await json(service.get('/v1/reports/sessions'))
    attempt.succeed()
    await ended(service, running)
    const nightly = {
      sessions: 3,
      byStatus: { completed: 3 },
      successRate: 1,
      durationMs: { p50: 200, p95: 300, max: 300 },
    }
    const deploy = { sessions: 2, byStatus: { failed: 2 }, successRate: 0, durationMs: null }
    expect(report).toEqual({
      sessions: 6,
      byStatus: { completed: 3, failed: 2, running: 1 },
      successRate: 0.6,
      durationMs: nightly.durationMs,
      isWhole: true,
      periods: [
        { from: '2026-01-01T00:00:00.000Z', ...nightly },
        {
          from: '2026-01-02T00:00:00.000Z',
          ...deploy,
          sessions: 3,
          byStatus: { failed: 2, running: 1 },
        },
      ],
      workflows: [
        { workflow: 'nightly', name: null, ...nightly },
        { workflow: null, name: 'deploy', ...deploy },
        {
          workflow: null,
          name: null,
          sessions: 1,
          byStatus: { running: 1 },
          successRate: null,
          durationMs: null,
        },
      ],
      failures: {
        sessions: 2,
        reasons: [
          { code: 'UNEXPECTED_STATUS', sessions: 2, latest: { sessionId: latest, stepId: 'push' } },
        ],
      },
    })
  })

  test('is about what its filter finds, and by hour if asked', async () => {
    const { service, clock } = await startTimed()
    await using _ = service
    await run(service, { name: 'a', labels: { env: 'prod' }, steps: [step('s', { ms: 1 })] })
    clock.advance(3_600_000)
    await run(service, { name: 'a', labels: { env: 'test' }, steps: [step('s', { ms: 2 })] })
    const of = (query: string) => json(service.get(`/v1/reports/sessions?${query}`))
    expect(await of('per=hour&name=a')).toMatchObject({
      sessions: 2,
      periods: [{ from: '2026-01-01T00:00:00.000Z' }, { from: '2026-01-01T01:00:00.000Z' }],
    })
    expect(await of('label=env:prod')).toMatchObject({ sessions: 1, durationMs: { max: 1 } })
    expect(await of('createdAfter=2026-01-01T00:30:00Z')).toMatchObject({ durationMs: { max: 2 } })
    expect(await of('status=failed')).toMatchObject({
      sessions: 0,
      successRate: null,
      durationMs: null,
      periods: [],
      workflows: [],
    })
  })

  test.each(['per=week', 'status=nonsense', 'label=x', 'limit=3'])('refuses ?%s', async (query) => {
    const { service } = await startTimed()
    await using _ = service
    const response = await service.get(`/v1/reports/sessions?${query}`)
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ code: 'INVALID_QUERY' })
  })
})

describe('the report on steps', () => {
  test('says where the time went, the longest first', async () => {
    const { service } = await startTimed()
    await using _ = service
    const body = {
      name: 'build',
      steps: [
        step('compile', { ms: 300 }),
        step('test', { ms: 100, failures: 1 }, { retry: { maxAttempts: 2, delay: '0s' } }),
        step('publish', { ms: 5 }, { when: 'false' }),
      ],
    }
    await run(service, body)
    expect(await json(service.get('/v1/reports/steps?name=build'))).toEqual({
      sessions: 1,
      isWhole: true,
      steps: [
        {
          workflow: null,
          name: 'build',
          step: 'compile',
          uses: 'takes',
          completed: 1,
          failed: 0,
          skipped: 0,
          retries: 0,
          durationMs: { p50: 300, p95: 300, max: 300 },
          totalMs: 300,
          share: 0.75,
        },
        expect.objectContaining({
          step: 'test',
          completed: 1,
          retries: 1,
          totalMs: 100,
          share: 0.25,
        }),
        expect.objectContaining({ step: 'publish', completed: 0, skipped: 1, durationMs: null }),
      ],
    })
  })

  test('counts each item of a fan-out once, and sentences of lists by what they say', async () => {
    const { service } = await startTimed()
    await using _ = service
    await run(service, {
      name: 'fan',
      steps: [step('each', { ms: 10 }, { forEach: { items: '[1, 2, 3]', maxParallel: 1 } })],
    })
    await run(service, ['Wait 0 seconds'])
    await run(service, ['Wait 0 seconds'])
    const { steps } = await json<{ steps: object[] }>(service.get('/v1/reports/steps'))
    expect(steps).toEqual([
      expect.objectContaining({ name: 'fan', step: 'each', completed: 3, totalMs: 30 }),
      expect.objectContaining({
        workflow: null,
        name: null,
        step: 'Wait 0 seconds',
        uses: 'wait',
        completed: 2,
      }),
    ])
  })

  test('leaves out what was kept from another session, and what has not ended', async () => {
    const { service, hand } = await startTimed()
    await using _ = service
    const id = await run(service, {
      name: 'k',
      steps: [step('a', { ms: 10 }), step('b', { ms: 20, fails: 'NO' })],
    })
    const forked = await json<{ sessionId: string }>(
      service.post(`/v1/sessions/${id}/fork`, { fromStep: 'b' }),
    )
    await ended(service, forked.sessionId)
    const running = await start(service, { name: 'k', steps: [{ id: 'c', uses: 'hand' }] })
    const attempt = await hand.attempt()
    const report = await json<{ steps: object[] }>(service.get('/v1/reports/steps'))
    expect(report).toMatchObject({ sessions: 2 })
    expect(report.steps).toEqual([
      expect.objectContaining({ step: 'b', failed: 2, totalMs: 40 }),
      expect.objectContaining({ step: 'a', completed: 1, totalMs: 10 }),
    ])
    expect(await json(service.get('/v1/reports/steps?status=running'))).toEqual({
      sessions: 0,
      isWhole: true,
      steps: [],
    })
    attempt.succeed()
    await ended(service, running)
  })
})
