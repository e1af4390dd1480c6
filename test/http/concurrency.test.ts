import { expect, test } from 'vitest'
import { functionExecutor, handExecutor } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

interface View {
  readonly status: string
  readonly concurrency?: unknown
  readonly steps: readonly { status: string }[]
}

const hand = (concurrency: object, more: object = {}) => ({
  concurrency,
  steps: [{ id: 'a', uses: 'hand', with: {} }],
  ...more,
})

test('no more sessions of a key run than may, and all have their turn in order', {
  timeout: 60_000,
}, async () => {
  let running = 0
  let most = 0
  const opened = Promise.withResolvers<void>()
  const counted = functionExecutor('counted', async () => {
    running += 1
    most = Math.max(most, running)
    await opened.promise
    running -= 1
    return { status: 'succeeded' }
  })
  const settings = { MAX_SESSIONS_PER_MINUTE: '1000' }
  await using service = await startService(settings, { executors: [counted] })
  const ids: string[] = []
  for (let n = 0; n < 100; n++) {
    ids.push(
      await start(service, {
        concurrency: { key: 'one', limit: 3 },
        steps: [{ id: 'a', uses: 'counted', with: {} }],
      }),
    )
  }
  const waiting = () =>
    json<{ sessions: unknown[] }>(service.get('/v1/sessions?status=waiting&limit=200'))
  await expect.poll(async () => (await waiting()).sessions.length, { timeout: 20_000 }).toBe(97)
  expect(running).toBe(3)
  opened.resolve()
  const logs = await Promise.all(ids.map((id) => ended(service, id)))
  for (const log of logs) expect(log.at(-1)?.type).toBe('session.completed')
  expect(most).toBe(3)
  const waited = logs.filter((log) => log.some(({ type }) => type === 'session.waiting'))
  const begun = waited.map(startOf)
  expect(begun).toEqual(begun.toSorted((a, b) => a - b))
})

function startOf(log: Awaited<ReturnType<typeof ended>>): number {
  return Date.parse(log.find(({ type }) => type === 'session.started')?.at ?? '')
}

test('a session that finds no room waits, says for what and whom, and follows', async () => {
  const { executor, attempt } = handExecutor()
  await using service = await startService({}, { executors: [executor] })
  const body = (user: string) => ({
    workflow: {
      ...hand({ key: 'user {{ inputs.user }} {{ session.labels.env }}' }),
      inputs: { user: { type: 'string' } },
      labels: { env: 'prod' },
    },
    inputs: { user },
  })
  const first = await start(service, body('ann'))
  const running = await attempt()
  const second = await start(service, body('ann'))
  const log = await until(service, second, 'session.waiting')
  expect(lastOf(log, 'session.waiting')).toEqual({ steps: [], concurrency: 'user ann prod' })
  const view = await json<View>(service.get(`/v1/sessions/${second}`))
  expect(view).toMatchObject({
    status: 'waiting',
    concurrency: { key: 'user ann prod', limit: 1, onLimit: 'queue' },
    steps: [{ status: 'pending' }],
  })
  const why = await json<{ session: object }>(service.get(`/v1/sessions/${second}/explain`))
  expect(why.session).toMatchObject({
    sentence: expect.stringContaining('"user ann prod"'),
    heldBy: [first],
  })
  const other = await start(service, body('bob'))
  const elsewhere = await attempt()
  expect(elsewhere.context.sessionId).toBe(other)
  running.succeed()
  const next = await attempt()
  expect(next.context.sessionId).toBe(second)
  next.succeed()
  elsewhere.succeed()
  expect((await ended(service, second)).map(({ type }) => type)).toEqual([
    'session.created',
    'session.waiting',
    'session.started',
    'step.started',
    'step.completed',
    'session.completed',
  ])
})

test('what waits for room can be cancelled, rolled back, and paused and resumed', async () => {
  const { executor, attempt } = handExecutor()
  await using service = await startService({}, { executors: [executor] })
  await start(service, hand({ key: 'k' }))
  const running = await attempt()
  const ids = [1, 2, 3, 4].map(() => start(service, hand({ key: 'k' })))
  const [cancelled = '', rolledBack = '', paused = '', last = ''] = await Promise.all(ids)
  for (const id of [cancelled, rolledBack, paused, last])
    await until(service, id, 'session.waiting')
  await service.post(`/v1/sessions/${cancelled}/cancel`)
  expect((await ended(service, cancelled)).at(-1)?.type).toBe('session.cancelled')
  await service.post(`/v1/sessions/${rolledBack}/rollback`)
  expect((await ended(service, rolledBack)).at(-1)?.type).toBe('session.failed')
  await service.post(`/v1/sessions/${paused}/pause`)
  running.succeed()
  const second = await attempt()
  expect(second.context.sessionId).toBe(last)
  await service.post(`/v1/sessions/${paused}/resume`)
  await expect
    .poll(async () => (await json<View>(service.get(`/v1/sessions/${paused}`))).status)
    .toBe('waiting')
  second.succeed()
  const third = await attempt()
  expect(third.context.sessionId).toBe(paused)
  third.succeed()
  expect((await ended(service, paused)).at(-1)?.type).toBe('session.completed')
})

test('what waits for room longer than startBy fails', async () => {
  const { executor, attempt } = handExecutor()
  await using service = await startService({}, { executors: [executor] })
  await start(service, hand({ key: 'k' }))
  const running = await attempt()
  const late = await start(service, hand({ key: 'k' }, { startBy: '300ms' }))
  const log = await ended(service, late)
  expect(log.map(({ type }) => type)).toContain('session.waiting')
  expect(lastOf(log, 'session.failed').error.code).toBe('START_TIMEOUT')
  running.succeed()
})

test('with reject a session that finds no room is refused, or fails when it slipped through', async () => {
  const { executor, attempt } = handExecutor()
  await using service = await startService({}, { executors: [executor] })
  const body = hand({ key: 'k', onLimit: 'reject' })
  const first = await start(service, body)
  const running = await attempt()
  const refused = await service.post('/v1/sessions', body)
  expect(refused.status).toBe(409)
  expect(await json(refused)).toMatchObject({ code: 'CONCURRENCY_LIMIT' })
  // What has a key of its own is answered as it was before, so it is looked at when it begins.
  const slipped = await start(service, body, { 'idempotency-key': 'x' })
  const log = await ended(service, slipped)
  expect(lastOf(log, 'session.failed').error.code).toBe('CONCURRENCY_LIMIT')
  expect(log.map(({ type }) => type)).not.toContain('session.started')
  running.succeed()
  await ended(service, first)
  await start(service, body)
  const again = await attempt()
  again.succeed()
})

test('with cancel_oldest the oldest is cancelled, and the new one begins when it has ended', async () => {
  const { executor, attempt } = handExecutor()
  await using service = await startService({}, { executors: [executor] })
  const body = hand({ key: 'k', limit: 2, onLimit: 'cancel_oldest' })
  const ids: string[] = []
  for (let n = 0; n < 4; n++) {
    ids.push(await start(service, body))
    expect((await attempt()).context.sessionId).toBe(ids[n])
  }
  for (const id of ids.slice(0, 2)) {
    const log = await ended(service, id)
    expect(lastOf(log, 'session.cancelled').reason).toContain('"k"')
  }
  for (const id of ids.slice(2)) {
    expect((await json<View>(service.get(`/v1/sessions/${id}`))).status).toBe('running')
  }
})

test('a start replaces what its workflow says, and faults are pointed at', async () => {
  const { executor } = handExecutor()
  await using service = await startService({}, { executors: [executor] })
  const plans = (body: unknown) => json<{ concurrency: unknown }>(service.post('/v1/plans', body))
  const workflow = hand({ key: 'a', limit: 2 })
  expect((await plans({ workflow, concurrency: { key: 'b' } })).concurrency).toEqual({
    key: 'b',
    limit: 1,
    onLimit: 'queue',
  })
  const faultsOf = async (body: unknown) =>
    (await json<{ faults: { pointer: string }[] }>(service.post('/v1/plans', body))).faults.map(
      ({ pointer }) => pointer,
    )
  const at = '/concurrency/key'
  expect(await faultsOf(hand({ key: '{{ inputs.x }}' }))).toEqual([at])
  expect(await faultsOf(hand({ key: '{{ steps.a.output }}' }))).toEqual([at])
  expect(await faultsOf(hand({ key: '{{ session.id }}' }))).toEqual([at])
  expect(await faultsOf(hand({ key: '{{ session.labels.none }}' }))).toEqual([at])
  expect(await faultsOf(hand({ key: 'x'.repeat(256) }))).toEqual([at])
  expect(await faultsOf(hand({ key: 'k', limit: 1001 }))).toEqual(['/concurrency/limit'])
  expect(await faultsOf({ workflow, concurrency: { key: 'k', more: 1 } })).toEqual([
    '/concurrency/more',
  ])
})
