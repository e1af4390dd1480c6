import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, lastOf, start, until } from '../../support/sessions.ts'
import { store } from '../../support/store.ts'

const minute = 60_000

interface Page {
  sessions: { sessionId: string; status: string; name: string | null; createdAt: string }[]
  next: string | null
}

describe('the list of sessions', () => {
  test('comes newest first, in pages that a cursor connects, by status, name and time', async () => {
    const clock = new ManualClock()
    const began = clock.now()
    await using service = await startService({}, { executors: [noop], clock })
    const ids: string[] = []
    for (let n = 0; n < 120; n++) {
      const steps = n % 3 === 0 ? ['Wait 30d'] : [{ uses: 'noop' }]
      ids.push(await start(service, { name: n % 2 === 0 ? 'even' : 'odd', steps, timeout: '60d' }))
      clock.advance(1000)
    }
    await Promise.all(
      ids.map((id, n) =>
        n % 3 === 0 ? until(service, id, 'session.waiting') : ended(service, id),
      ),
    )
    const listed = async (query: string) => (await pages(service, query)).map((s) => s.sessionId)
    const newestFirst = (wanted: (n: number) => boolean) =>
      ids.filter((_, n) => wanted(n)).reverse()

    expect(await listed('')).toEqual(newestFirst(() => true))
    expect(await listed('limit=7')).toEqual(newestFirst(() => true))
    expect(await listed('limit=10&status=waiting')).toEqual(newestFirst((n) => n % 3 === 0))
    expect(await listed('limit=9&name=odd')).toEqual(newestFirst((n) => n % 2 === 1))
    expect(await listed('limit=200&status=waiting,completed')).toHaveLength(120)
    expect(await listed('status=failed')).toEqual([])
    const from = new Date(began + 10_000).toISOString()
    const to = new Date(began + 19_000).toISOString()
    expect(await listed(`createdAfter=${from}&createdBefore=${to}&limit=3`)).toEqual(
      newestFirst((n) => n >= 10 && n <= 19),
    )
    const [newest] = await pages(service, 'limit=200&name=odd&status=completed')
    expect(newest).toEqual({
      sessionId: ids[119],
      status: 'completed',
      title: 'odd',
      name: 'odd',
      totalSteps: 1,
      createdAt: new Date(began + 119_000).toISOString(),
      endedAt: expect.any(String),
      wakeAt: null,
    })
  })

  async function pages(service: Service, query: string): Promise<Page['sessions']> {
    const all: Page['sessions'] = []
    let cursor = ''
    for (;;) {
      const page = await json<Page>(service.get(`/v1/sessions?${query}${cursor}`))
      all.push(...page.sessions)
      if (page.next === null) return all
      cursor = `&cursor=${page.next}`
    }
  }
})

describe('a session', () => {
  test('shows its plan, its state and where its stream stands', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, {
      name: 'nightly',
      onFailure: 'continue',
      steps: [{ id: 'a', uses: 'hand' }, 'Wait 1h', { id: 'c', uses: 'hand', when: 'false' }],
    })
    const attempt = await hand.attempt()
    const view = await json<{ steps: unknown[] }>(service.get(`/v1/sessions/${id}`))
    expect(view).toMatchObject({
      sessionId: id,
      name: 'nightly',
      status: 'running',
      onFailure: 'continue',
      percent: 0,
      counts: { total: 3, completed: 0 },
      stream: { first: 1, next: 4, ended: false },
      links: { self: `/v1/sessions/${id}`, events: `/v1/sessions/${id}/events` },
    })
    expect(view.steps).toMatchObject([
      { id: 'a', uses: 'hand', status: 'running', attempt: 1, dependsOn: [] },
      { uses: 'wait', text: 'Wait 1h', status: 'pending', attempt: 0, dependsOn: ['a'] },
      { id: 'c', when: 'false', status: 'pending' },
    ])
    attempt.succeed({ n: 1 })
    await until(service, id, 'session.waiting')
    const waiting = await json<{ wakeAt: string; steps: unknown[] }>(
      service.get(`/v1/sessions/${id}`),
    )
    expect(waiting).toMatchObject({ status: 'waiting', wakeAt: expect.any(String) })
    expect(waiting.steps[0]).toMatchObject({ status: 'completed', output: { n: 1 } })
  })

  test('tells its progress', async () => {
    const clock = new ManualClock()
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor], clock })
    const steps = ['a', 'b', 'c', 'd'].map((id) => ({ id, uses: 'hand' }))
    const id = await start(service, { steps })
    const first = await hand.attempt()
    clock.advance(2000)
    first.succeed()
    await hand.attempt()
    const progress = await json(service.get(`/v1/sessions/${id}/progress`))
    expect(progress).toEqual({
      sessionId: id,
      totalSteps: 4,
      completedSteps: 1,
      counts: { total: 4, completed: 1, failed: 0, skipped: 0, cancelled: 0 },
      currentStepIndex: 1,
      currentStepName: 'b',
      currentSteps: ['b'],
      overallProgress: 25,
      averageStepDuration: 2000,
      estimatedProgress: null,
      estimatedTimeRemaining: 6000,
      estimatedEnd: new Date(clock.now() + 6000).toISOString(),
      noEstimate: null,
      basedOn: 'this_session',
      criticalPath: ['b', 'c', 'd'].map((stepId) => ({
        stepId,
        remainingMs: 2000,
        current: stepId === 'b',
      })),
      lastActivity: new Date(clock.now()).toISOString(),
    })
    await service.post(`/v1/sessions/${id}/cancel`)
    await ended(service, id)
  })

  test('keeps the history of every attempt', async () => {
    let calls = 0
    const flaky = functionExecutor('flaky', () =>
      ++calls < 3
        ? { status: 'failed', code: 'NETWORK_ERROR', message: `no ${calls}`, retryable: true }
        : { status: 'succeeded', output: calls },
    )
    await using service = await startService({}, { executors: [flaky] })
    const retry = { maxAttempts: 3, delay: '1ms', backoff: 'fixed' }
    const id = await start(service, [{ id: 'a', uses: 'flaky', retry }])
    await ended(service, id)
    const { steps } = await json<{ steps: { attempts: unknown[] }[] }>(
      service.get(`/v1/sessions/${id}/steps`),
    )
    expect(steps[0]?.attempts).toMatchObject([
      { attempt: 1, result: 'retried', error: { message: 'no 1', code: 'NETWORK_ERROR' } },
      { attempt: 2, result: 'retried', error: { message: 'no 2' } },
      { attempt: 3, result: 'completed', output: 3, durationMs: expect.any(Number) },
    ])
  })
})

describe('a large output', () => {
  const large = 'ä'.repeat(50_000)
  const steps = [
    { id: 'a', uses: 'noop', with: { text: large } },
    { id: 'b', uses: 'noop', with: { size: '{{ size(steps.a.output.text) }}' } },
  ]

  test('becomes an artifact, which a browser will save and never run', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, steps)
    const events = await ended(service, id)
    const [completed] = events.filter(({ type }) => type === 'step.completed')
    const { output } = (completed as { data: { output: { artifact: string } } }).data
    expect(output).toEqual({
      artifact: expect.stringMatching(/^art_/),
      bytes: 100_011,
      preview: expect.stringMatching(/^\{"text":"ää/),
    })
    const response = await service.get(`/v1/artifacts/${output.artifact}`)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-length': '100011',
      'content-disposition': expect.stringMatching(/^attachment; filename="a-output\.json"/),
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
    expect(await response.json()).toEqual({ text: large })
    expect(lastOf(events, 'step.completed').output).toEqual({ size: 50_000 })
    const { artifacts } = await json<{ artifacts: object[] }>(
      service.get(`/v1/sessions/${id}/artifacts`),
    )
    expect(artifacts).toMatchObject([
      {
        id: output.artifact,
        stepId: 'a',
        bytes: 100_011,
        href: `/v1/artifacts/${output.artifact}`,
      },
    ])
  })

  test('goes with its session and events', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, steps)
    const kept = await start(service, steps)
    await Promise.all([ended(service, id), ended(service, kept)])
    const { artifacts } = await json<{ artifacts: { href: string }[] }>(
      service.get(`/v1/sessions/${id}/artifacts`),
    )
    const deleted = await fetch(`${service.url}/v1/sessions/${id}`, { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    const gone = [
      `/v1/sessions/${id}`,
      `/v1/sessions/${id}/events`,
      `/v1/sessions/${id}/steps`,
      artifacts[0]?.href ?? '',
    ]
    for (const path of gone) expect([path, (await service.get(path)).status]).toEqual([path, 404])
    const again = await fetch(`${service.url}/v1/sessions/${id}`, { method: 'DELETE' })
    expect(again.status).toBe(404)
    const { sessions } = await json<Page>(service.get('/v1/sessions'))
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual([kept])
  })

  // On Postgres they are rows, and there is no folder.
  test.runIf(store === 'sqlite')('takes its files along when it is deleted', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { executors: [noop], clock })
    const id = await start(service, steps)
    const kept = await start(service, steps)
    await Promise.all([ended(service, id), ended(service, kept)])
    await fetch(`${service.url}/v1/sessions/${id}`, { method: 'DELETE' })

    clock.advance(minute)
    const folder = join(service.dataDir, 'artifacts', id.slice(-2).toLowerCase(), id)
    await expect.poll(() => existsSync(folder)).toBe(false)
    const files = await readdir(join(service.dataDir, 'artifacts'), { recursive: true })
    expect(files.filter((name) => name.includes('art_'))).toHaveLength(1)
  })
})

test('a session that was cancelled while it was queued is gone once it is deleted', async () => {
  const hand = handExecutor()
  await using service = await startService(
    { MAX_SESSIONS_RUNNING: '1' },
    { executors: [hand.executor] },
  )
  await start(service, [{ uses: 'hand' }])
  await hand.attempt()
  const id = await start(service, [{ uses: 'hand' }])
  await service.post(`/v1/sessions/${id}/cancel`)
  await fetch(`${service.url}/v1/sessions/${id}`, { method: 'DELETE' })
  expect((await service.get(`/v1/sessions/${id}`)).status).toBe(404)
})

test('an ended session is removed after SESSION_TTL', async () => {
  const clock = new ManualClock()
  await using service = await startService({ SESSION_TTL: '1h' }, { executors: [noop], clock })
  const id = await start(service, [{ uses: 'noop' }])
  const parked = await start(service, { timeout: '10d', steps: ['Wait 9d'] })
  await ended(service, id)
  await until(service, parked, 'session.waiting')
  clock.advance(59 * minute)
  expect((await service.get(`/v1/sessions/${id}`)).status).toBe(200)
  const statusLater = async () => {
    clock.advance(minute)
    return (await service.get(`/v1/sessions/${id}`)).status
  }
  await expect.poll(statusLater).toBe(404)
  expect((await service.get(`/v1/sessions/${parked}`)).status).toBe(200)
})
