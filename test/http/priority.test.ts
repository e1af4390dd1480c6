import { describe, expect, test } from 'vitest'
import { childrenOf, stepOf } from '../support/children.ts'
import { handExecutor, noop } from '../support/hand-executor.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start, until } from '../support/sessions.ts'

const patient = { timeout: 20_000 }

interface View {
  readonly sessionId: string
  readonly status: string
  readonly priority?: number
}

const steps = [{ id: 'a', uses: 'hand', with: {} }]
const of = (priority: number) => ({ steps, priority })

const viewOf = (service: Service, id: string) => json<View>(service.get(`/v1/sessions/${id}`))

const listed = async (service: Service) =>
  (await json<{ sessions: View[] }>(service.get('/v1/sessions'))).sessions

/** Starts sessions while every place is taken; they are in the queue then. */
async function startQueued(
  service: Service,
  bodies: readonly unknown[],
  before = 0,
): Promise<string[]> {
  const ids: string[] = []
  for (const body of bodies) ids.push(await start(service, body))
  const queued = async () => {
    const { sessions } = await json<{ sessions: { queued: number } }>(service.get('/readyz'))
    return sessions.queued
  }
  await expect.poll(queued, patient).toBe(before + ids.length)
  return ids
}

describe('with one place', () => {
  test('the higher priority begins first, of one the older, and nothing that runs gives way', async () => {
    const { executor, attempt } = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1' },
      { executors: [executor] },
    )
    const first = await start(service, of(-100))
    const running = await attempt()
    const priorities = [0, -5, 100, 0, 7]
    const ids = await startQueued(service, [steps, of(-5), { workflow: of(1), priority: 100 }])
    const more = [
      { workflow: of(1), priority: 0 },
      { workflow: steps, priority: 7 },
    ]
    ids.push(...(await startQueued(service, more, ids.length)))
    expect(running.context.sessionId).toBe(first)
    for (const [n, id] of ids.entries()) {
      const { priority = 0, status } = await viewOf(service, id)
      expect([priority, status]).toEqual([priorities[n], 'queued'])
    }
    const shown = new Map((await listed(service)).map((one) => [one.sessionId, one.priority]))
    expect([first, ...ids].map((id) => shown.get(id))).toEqual([
      -100,
      undefined,
      -5,
      100,
      undefined,
      7,
    ])
    const explain = async (id = '') =>
      (await json<{ session: { sentence: string } }>(service.get(`/v1/sessions/${id}/explain`)))
        .session.sentence
    expect(await explain(ids[1])).toMatch(
      /comes free; its priority is -5, and higher ones go first\.$/,
    )
    expect(await explain(ids[0])).toMatch(/comes free\.$/)
    running.succeed()
    const order: string[] = []
    for (const _ of ids) {
      const next = await attempt()
      order.push(next.context.sessionId)
      next.succeed()
    }
    expect(order).toEqual([2, 4, 0, 3, 1].map((n) => ids[n]))
    for (const id of [first, ...ids]) await ended(service, id)
  })

  test('what has begun goes before what is new, and one that was paused before it began does not', async () => {
    const { executor, attempt } = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1' },
      { executors: [executor] },
    )
    const parked = await start(service, {
      priority: -100,
      steps: [{ id: 'stop', uses: 'hand', with: {}, breakBefore: true }],
    })
    await until(service, parked, 'session.waiting')
    await start(service, steps)
    const running = await attempt()
    const [paused = '', high = ''] = await startQueued(service, [of(-1), of(100)])
    await service.post(`/v1/sessions/${paused}/pause`)
    expect((await service.post(`/v1/sessions/${paused}/resume`)).status).toBe(202)
    expect((await service.post(`/v1/sessions/${parked}/step`)).status).toBe(202)
    running.succeed()
    const order: string[] = []
    for (let n = 0; n < 3; n++) {
      const next = await attempt()
      order.push(next.context.sessionId)
      next.succeed()
    }
    expect(order).toEqual([parked, high, paused])
    for (const id of order) await ended(service, id)
  })
})

describe('a priority', () => {
  test('shows in a plan, and is kept by a retry and a fork', async () => {
    const { executor, attempt } = handExecutor()
    await using service = await startService({}, { executors: [executor] })
    const planned = await json(service.post('/v1/plans', { workflow: steps, priority: -3 }))
    expect(planned).toMatchObject({ priority: -3 })
    expect(await json(service.post('/v1/plans', steps))).not.toHaveProperty('priority')
    const id = await start(service, of(42))
    const failed = { status: 'failed', code: 'CHECK_FAILED', message: 'no', retryable: false }
    ;(await attempt()).end(failed as never)
    await ended(service, id)
    for (const [way, body] of [
      ['retry', undefined],
      ['fork', { fromStep: 'a' }],
    ] as const) {
      const again = await json<{ sessionId: string }>(
        service.post(`/v1/sessions/${id}/${way}`, body),
      )
      expect(await viewOf(service, again.sessionId)).toMatchObject({ priority: 42 })
      ;(await attempt()).succeed()
      await ended(service, again.sessionId)
    }
  })

  test('is taken from a saved workflow, unless the start says another', async () => {
    await using service = await startService({}, { executors: [noop] })
    const saved = await fetch(`${service.url}/v1/workflows/urgent`, {
      method: 'PUT',
      body: JSON.stringify({ priority: 9, steps: [{ uses: 'noop' }] }),
      headers: { 'content-type': 'application/json' },
    })
    expect(saved.status).toBe(201)
    const own = await start(service, { workflow: 'urgent' })
    const other = await start(service, { workflow: 'urgent', priority: -9 })
    expect((await viewOf(service, own)).priority).toBe(9)
    expect((await viewOf(service, other)).priority).toBe(-9)
    const batch = await service.post('/v1/batches', { workflow: 'urgent', inputs: [{}] })
    expect(batch.status).toBe(202)
    await expect
      .poll(async () => (await listed(service)).map(({ priority }) => priority), patient)
      .toEqual([9, -9, 9])
  })

  test('goes down to children that say none themselves', async () => {
    await using service = await startService({}, { executors: [noop] })
    const child = (workflow: unknown) => ({ uses: 'workflow', with: { workflow }, dependsOn: [] })
    const inner = [{ uses: 'noop' }]
    const parent = await start(service, {
      priority: 30,
      steps: [
        { id: 'none', ...child(inner) },
        { id: 'own', ...child({ priority: -1, steps: inner }) },
        { id: 'zero', ...child({ priority: 0, steps: inner }) },
        { id: 'nested', ...child([child(inner)]) },
      ],
    })
    await ended(service, parent)
    const priorityOf = async (of: string, id: string) => {
      const { child = '' } = await stepOf(service, of, id)
      return [(await viewOf(service, child)).priority, child] as const
    }
    expect((await priorityOf(parent, 'none'))[0]).toBe(30)
    expect((await priorityOf(parent, 'own'))[0]).toBe(-1)
    expect((await priorityOf(parent, 'zero'))[0]).toBeUndefined()
    const [nested, between] = await priorityOf(parent, 'nested')
    const [innermost = ''] = await childrenOf(service, between)
    expect([nested, (await viewOf(service, innermost)).priority]).toEqual([30, 30])
  })
})

describe('under a concurrency key', () => {
  const concurrency = { key: 'k', limit: 1 }

  test('the higher priority follows first, of one the oldest', async () => {
    const { executor, attempt } = handExecutor()
    await using service = await startService({}, { executors: [executor] })
    await start(service, { steps, concurrency })
    const running = await attempt()
    const ids: string[] = []
    for (const priority of [0, -2, 5, 0, 5, 50, -2]) {
      const id = await start(service, { steps, concurrency, priority })
      await until(service, id, 'session.waiting')
      ids.push(id)
    }
    const [last = ''] = ids.slice(-1)
    const why = await json<{ session: { sentence: string } }>(
      service.get(`/v1/sessions/${last}/explain`),
    )
    expect(why.session.sentence).toMatch(/"k".*has ended; its priority is -2, and higher ones go/)
    running.succeed()
    const order: string[] = []
    for (const _ of ids) {
      const next = await attempt()
      order.push(next.context.sessionId)
      next.succeed()
    }
    expect(order).toEqual([5, 2, 4, 0, 3, 1, 6].map((n) => ids[n]))
    for (const id of ids) await ended(service, id)
  })

  test('one that comes goes before those that wait with a lower one, and with room for more so many follow', async () => {
    const { executor, attempt } = handExecutor()
    await using service = await startService({}, { executors: [executor] })
    const body = (priority: number, key = 'k') => ({
      steps,
      concurrency: { key, limit: 2 },
      priority,
    })
    const held = [await start(service, body(0)), await start(service, body(0))]
    const running = [await attempt(), await attempt()]
    expect(running.map(({ context }) => context.sessionId).toSorted()).toEqual(held.toSorted())
    const ids: string[] = []
    for (const priority of [-1, 1, -1, 2]) {
      const id = await start(service, body(priority))
      await until(service, id, 'session.waiting')
      ids.push(id)
    }
    for (const one of running) one.succeed()
    const followed = [await attempt(), await attempt()]
    expect(followed.map(({ context }) => context.sessionId).toSorted()).toEqual(
      [ids[1], ids[3]].toSorted(),
    )
    for (const one of followed) one.succeed()
    const rest = [await attempt(), await attempt()]
    expect(rest.map(({ context }) => context.sessionId).toSorted()).toEqual(
      [ids[0], ids[2]].toSorted(),
    )
    for (const one of rest) one.succeed()
    for (const id of ids) await ended(service, id)
  })
})
