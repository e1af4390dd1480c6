import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/json.ts'
import type { LoggedEvent } from '../../../src/session/events.ts'
import { typesOf } from '../../support/follow.ts'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, start } from '../../support/sessions.ts'

/** An executor that fails while `broken` holds, and counts how often each step ran. */
function fragile() {
  const runs: string[] = []
  const state = { broken: true }
  const executor = functionExecutor('act', (input, { stepId }) => {
    runs.push(stepId)
    if (state.broken && input['fragile'] === true) {
      return { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: false }
    }
    return { status: 'succeeded', output: { got: input['value'] ?? null } }
  })
  return { executor, runs, repair: () => (state.broken = false) }
}

const act = (id: string, value: unknown, more: object = {}) => ({
  id,
  uses: 'act',
  with: { value },
  ...more,
})

const workflow = {
  name: 'shop',
  inputs: { n: { type: 'integer', default: 1 } },
  steps: [
    act('a', '{{ inputs.n }}'),
    act('b', '{{ steps.a.output.got }}', {
      with: { value: '{{ steps.a.output.got }}', fragile: true },
    }),
    act('c', '{{ steps.b.output.got }}'),
  ],
}

interface View {
  sessionId: string
  status: string
  forkedFrom?: object
  steps: { id: string; status: string; output?: Json; keptFrom?: object }[]
}

const viewOf = (service: Service, id: string) => json<View>(service.get(`/v1/sessions/${id}`))

async function forked(
  service: Service,
  id: string,
  how: 'fork' | 'retry',
  body?: unknown,
): Promise<string> {
  const answer = await service.post(`/v1/sessions/${id}/${how}`, body)
  const { sessionId } = await json<{ sessionId: string }>(answer)
  expect([answer.status, answer.headers.get('location')]).toEqual([
    202,
    `/v1/sessions/${sessionId}`,
  ])
  return sessionId
}

describe('a retry', () => {
  test('does again what failed, with the outputs of what did not', async () => {
    const { executor, runs, repair } = fragile()
    await using service = await startService({}, { executors: [executor] })
    const first = await start(service, { workflow, inputs: { n: 7 } })
    expect((await ended(service, first)).at(-1)?.type).toBe('session.failed')
    repair()
    const again = await forked(service, first, 'retry')
    const events = await ended(service, again)
    expect(typesOf(events)).toEqual([
      'session.created',
      'step.kept a',
      'session.started',
      'step.started b',
      'step.completed b',
      'step.started c',
      'step.completed c',
      'session.completed',
    ])
    expect(events[0]?.data).toMatchObject({ name: 'shop', forkedFrom: { sessionId: first } })
    expect(runs).toEqual(['a', 'b', 'b', 'c'])
    const view = await viewOf(service, again)
    expect(view).toMatchObject({
      status: 'completed',
      forkedFrom: { sessionId: first },
      counts: { completed: 3 },
    })
    expect(view.steps).toMatchObject([
      { id: 'a', output: { got: 7 }, keptFrom: { sessionId: first, attempt: 1 } },
      { id: 'b', output: { got: 7 } },
      { id: 'c', output: { got: 7 } },
    ])
    const { steps } = await json<{ steps: object[] }>(service.get(`/v1/sessions/${again}/steps`))
    expect(steps[0]).toMatchObject({
      id: 'a',
      attempts: [],
      kept: { sessionId: first, attempt: 1, output: { got: 7 } },
    })
    expect(await viewOf(service, first)).toMatchObject({ status: 'failed' })
  })

  test('of a cancelled session goes on where it was', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const first = await start(service, [
      { id: 'a', uses: 'hand' },
      { id: 'b', uses: 'hand' },
    ])
    const attempt = await hand.attempt()
    attempt.succeed({ n: 1 })
    await hand.attempt()
    await service.post(`/v1/sessions/${first}/cancel`)
    await ended(service, first)
    const again = await forked(service, first, 'retry')
    const repeated = await hand.attempt()
    expect(repeated.context).toMatchObject({ stepId: 'b', sessionId: again, attempt: 1 })
    repeated.succeed()
    expect((await ended(service, again)).at(-1)?.type).toBe('session.completed')
  })

  test('is refused while the session goes on, and when nothing failed', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, [{ id: 'a', uses: 'hand' }])
    const attempt = await hand.attempt()
    const early = await service.post(`/v1/sessions/${id}/retry`)
    expect([early.status, (await json(early))['code']]).toEqual([409, 'SESSION_NOT_ENDED'])
    attempt.succeed()
    await ended(service, id)
    const needless = await service.post(`/v1/sessions/${id}/retry`)
    expect([needless.status, (await json(needless))['code']]).toEqual([409, 'ILLEGAL_TRANSITION'])
    const unknown = await service.post(`/v1/sessions/${id.slice(0, -4)}0000/retry`)
    expect(unknown.status).toBe(404)
  })

  test('under an Idempotency-Key makes one session however often it is asked for', async () => {
    const { executor } = fragile()
    await using service = await startService({}, { executors: [executor] })
    const first = await start(service, workflow)
    await ended(service, first)
    const key = { 'idempotency-key': 'again' }
    const path = `/v1/sessions/${first}/retry`
    const answers = await Promise.all([1, 2, 3].map(() => service.post(path, undefined, key)))
    const ids = await Promise.all(answers.map(async (answer) => (await json(answer))['sessionId']))
    expect(new Set(ids).size).toBe(1)
    const replays = answers.filter(({ headers }) => headers.has('idempotency-replayed'))
    expect(replays).toHaveLength(2)
    const other = await service.post(path, { inputs: { n: 2 } }, key)
    expect([other.status, (await json(other))['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })

  test('may change the step that failed, and waits for the end on request', async () => {
    const { executor } = fragile()
    await using service = await startService({}, { executors: [executor] })
    const first = await start(service, workflow)
    await ended(service, first)
    const answer = await service.post(
      `/v1/sessions/${first}/retry`,
      { steps: { b: { with: { value: 'mended' } } } },
      { prefer: 'wait=20' },
    )
    expect(answer.status).toBe(200)
    const view = await json<View>(answer)
    expect(view.status).toBe('completed')
    expect(view.steps.map(({ output }) => output)).toEqual([
      { got: 1 },
      { got: 'mended' },
      { got: 'mended' },
    ])
  })
})

describe('a fork', () => {
  test('runs a step and what comes after it again, with other inputs', async () => {
    const { executor, runs, repair } = fragile()
    repair()
    await using service = await startService({}, { executors: [executor] })
    const first = await start(service, workflow)
    await ended(service, first)
    const second = await forked(service, first, 'fork', { fromStep: 'a', inputs: { n: 5 } })
    await ended(service, second)
    const third = await forked(service, second, 'fork', {
      fromStep: 'c',
      steps: { c: { with: { value: 'c of {{ inputs.n }}' }, timeout: '10s' } },
    })
    const events = await ended(service, third)
    expect(runs).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'c'])
    expect(events[0]?.data).toMatchObject({ forkedFrom: { sessionId: second, fromStep: 'c' } })
    const { steps } = await viewOf(service, third)
    expect(steps.map(({ output }) => output)).toEqual([{ got: 5 }, { got: 5 }, { got: 'c of 5' }])
  })

  test('of a session that still runs keeps what it has completed so far', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const first = await start(service, [
      { id: 'a', uses: 'hand' },
      { id: 'b', uses: 'hand' },
    ])
    const a = await hand.attempt()
    a.succeed({ n: 1 })
    const b = await hand.attempt()
    const second = await forked(service, first, 'fork', { fromStep: 'b' })
    const other = await hand.attempt()
    expect(other.context).toMatchObject({ sessionId: second, stepId: 'b' })
    b.succeed()
    other.succeed()
    await Promise.all([ended(service, first), ended(service, second)])
    expect(hand.begun).toBe(3)
  })

  test('takes the branch that was taken', async () => {
    await using service = await startService({}, { executors: [noop] })
    const first = await start(service, [
      { id: 'pick', uses: 'condition', with: { if: '1 < 2', then: ['yes'], else: ['no'] } },
      { id: 'yes', uses: 'noop' },
      { id: 'no', uses: 'noop' },
      { id: 'last', uses: 'noop' },
    ])
    await ended(service, first)
    const second = await forked(service, first, 'fork', { fromStep: 'last' })
    await ended(service, second)
    const { steps } = await viewOf(service, second)
    expect(steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'pick completed',
      'yes completed',
      'no skipped',
      'last completed',
    ])
  })

  test('has copies of large outputs, which outlive the session they came from', async () => {
    const large = { text: 'x'.repeat(100_000) }
    const big = functionExecutor('big', () => ({ status: 'succeeded', output: large }))
    const size = functionExecutor('size', (input) => ({ status: 'succeeded', output: input }))
    await using service = await startService({}, { executors: [big, size] })
    const first = await start(service, [
      { id: 'a', uses: 'big' },
      { id: 'b', uses: 'size', with: { n: '{{ size(steps.a.output.text) }}' } },
    ])
    await ended(service, first)
    const second = await forked(service, first, 'fork', { fromStep: 'b' })
    await ended(service, second)
    await deleted(service, first)
    const third = await forked(service, second, 'fork', { fromStep: 'b' })
    await ended(service, third)
    await deleted(service, second)
    const { status, steps } = await viewOf(service, third)
    expect(status).toBe('completed')
    expect(steps[1]?.output).toEqual({ n: 100_000 })
    const artifact = (steps[0]?.output as { artifact: string } | undefined)?.artifact
    expect(await json(service.get(`/v1/artifacts/${artifact}`))).toEqual(large)
    const { artifacts } = await json<{ artifacts: object[] }>(
      service.get(`/v1/sessions/${third}/artifacts`),
    )
    expect(artifacts).toMatchObject([{ id: artifact, stepId: 'a', name: 'a-output.json' }])
  })

  test('that is refused names every fault with its place', async () => {
    const { executor, repair } = fragile()
    repair()
    await using service = await startService({}, { executors: [executor] })
    const id = await start(service, workflow)
    await ended(service, id)
    const faultsOf = async (body: unknown) => {
      const answer = await service.post(`/v1/sessions/${id}/fork`, body)
      const { faults = [] } = await json<{ faults?: { pointer: string; code: string }[] }>(answer)
      return [answer.status, ...faults.map(({ pointer, code }) => `${pointer} ${code}`)]
    }
    expect(await faultsOf(undefined)).toEqual([400, '/fromStep MISSING_FIELD'])
    expect(await faultsOf({})).toEqual([400, '/fromStep MISSING_FIELD'])
    expect(await faultsOf({ fromStep: 'z' })).toEqual([400, '/fromStep UNKNOWN_STEP'])
    expect(await faultsOf({ fromStep: 'b', extra: 1 })).toEqual([400, '/extra UNKNOWN_FIELD'])
    expect(
      await faultsOf({
        fromStep: 'b',
        inputs: { n: 'many', m: 1 },
        steps: {
          a: { with: {} },
          b: { with: { value: '{{ steps.c.output }}' }, when: 'inputs.x' },
          z: {},
        },
      }),
    ).toEqual([
      400,
      '/inputs/n INVALID_INPUTS',
      '/inputs/m INVALID_INPUTS',
      '/steps/a INVALID_VALUE',
      '/steps/b/when INVALID_EXPRESSION',
      '/steps/b/with/value UNKNOWN_STEP',
      '/steps/z UNKNOWN_STEP',
    ])
    expect(await faultsOf({ fromStep: 'b', steps: { b: { timeout: 5, uses: 'noop' } } })).toEqual([
      400,
      '/steps/b/timeout DURATION_WITHOUT_UNIT',
      '/steps/b/uses UNKNOWN_FIELD',
    ])
    const { sessions } = await json<{ sessions: unknown[] }>(service.get('/v1/sessions'))
    expect(sessions).toHaveLength(1)
  })
})

test('a session shows as it was after any of its events', async () => {
  const { executor } = fragile()
  await using service = await startService({}, { executors: [executor] })
  const id = await start(service, workflow)
  const events: LoggedEvent[] = await ended(service, id)
  const path = `/v1/sessions/${id}`
  const now = await viewOf(service, id)
  expect(await json(service.get(`${path}?atSeq=${events.length}`))).toEqual(now)
  const created = await json<View>(service.get(`${path}?atSeq=1`))
  expect(created).toMatchObject({ status: 'queued', stream: { first: 1, next: 2, ended: false } })
  const seq = events.find(({ type }) => type === 'step.completed')?.seq ?? 0
  const then = await json<View>(service.get(`${path}?atSeq=${seq}`))
  expect(then).toMatchObject({ status: 'running', counts: { completed: 1, failed: 0 } })
  expect(then.steps.map(({ status }) => status)).toEqual(['completed', 'pending', 'pending'])
  expect(await json(service.get(`${path}/progress?atSeq=${seq}`))).toMatchObject({
    completedSteps: 1,
    lastActivity: events[seq - 1]?.at,
  })
  const { steps } = await json<{ steps: object[] }>(service.get(`${path}/steps?atSeq=${seq - 1}`))
  expect(steps[0]).toMatchObject({ attempts: [{ result: 'running' }] })
  for (const wrong of ['0', '-1', '1.5', 'x', '', String(events.length + 1)]) {
    for (const of of [path, `${path}/steps`, `${path}/progress`]) {
      const answer = await service.get(`${of}?atSeq=${wrong}`)
      const problem = await json(answer)
      expect([of, wrong, answer.status, problem['code']]).toEqual([of, wrong, 400, 'INVALID_QUERY'])
      expect(problem['detail']).toContain('atSeq')
    }
  }
})

test('a session of many events shows as it was after one of the last', async () => {
  await using service = await startService({}, { executors: [noop] })
  const steps = Array.from({ length: 500 }, (_, index) => ({ id: `s${index}`, uses: 'noop' }))
  const id = await start(service, steps)
  const events = await ended(service, id)
  const seq = events.findLast(({ type }) => type === 'step.started')?.seq ?? 0
  expect(seq).toBeGreaterThan(1000)
  const then = await json<View>(service.get(`/v1/sessions/${id}?atSeq=${seq}`))
  expect(then).toMatchObject({ status: 'running', counts: { total: 500, completed: 499 } })
  expect(then.steps.at(-1)?.status).toBe('running')
})

test('a session says why it stands where it stands', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor] })
  const id = await start(service, {
    maxParallel: 1,
    steps: [
      { id: 'a', uses: 'hand', group: 'g' },
      { id: 'b', uses: 'hand', group: 'g' },
      { id: 'c', uses: 'hand' },
    ],
  })
  const attempt = await hand.attempt()
  const explained = await json(service.get(`/v1/sessions/${id}/explain`))
  expect(explained).toMatchObject({
    session: {
      status: 'running',
      sentence: 'It is running step a, and 1 step is ready.',
      wakeAt: expect.any(String),
    },
    steps: [
      { id: 'a', status: 'running', waitsFor: [{ kind: 'attempt', attempt: 1 }] },
      { id: 'b', status: 'pending', waitsFor: [{ kind: 'place' }] },
      {
        id: 'c',
        sentence: 'It comes after steps a and b, which have not settled.',
        waitsFor: [
          { kind: 'step', stepId: 'a' },
          { kind: 'step', stepId: 'b' },
        ],
      },
    ],
  })
  attempt.succeed()
  await service.post(`/v1/sessions/${id}/cancel`)
  await ended(service, id)
  expect(await json(service.get(`/v1/sessions/${id}/explain`))).toMatchObject({
    session: { status: 'cancelled', sentence: expect.stringMatching(/^It was cancelled at/) },
  })
  expect((await service.get('/v1/sessions/ses_0/explain')).status).toBe(404)
})

async function deleted(service: Service, id: string): Promise<void> {
  const answer = await fetch(`${service.url}/v1/sessions/${id}`, { method: 'DELETE' })
  expect(answer.status).toBe(204)
}
