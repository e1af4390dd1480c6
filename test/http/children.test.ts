import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { childrenOf, statusOf, stepOf, viewOf } from '../support/children.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { asked, decided } from '../support/people.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start, until } from '../support/sessions.ts'

/** A parent with one step that runs a workflow, and what stands beside that. */
const running = (
  workflow: unknown,
  step: object = {},
  input: object = {},
  changes: object = {},
) => ({
  ...changes,
  steps: [{ id: 'sub', uses: 'workflow', with: { workflow, ...input }, ...step }],
})

const echo = (changes: object = {}) => ({
  inputs: { text: { type: 'string' } },
  steps: [{ id: 'say', uses: 'noop', with: { text: '{{ inputs.text }}!' } }],
  ...changes,
})

async function save(service: Service, name: string, definition: unknown): Promise<JsonObject> {
  const response = await fetch(`${service.url}/v1/workflows/${name}`, {
    method: 'PUT',
    body: JSON.stringify(definition),
    headers: { 'content-type': 'application/json' },
  })
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as JsonObject
}

const post = async (service: Service, path: string, body?: object) => {
  const response = await service.post(path, body)
  expect(response.status, await response.clone().text()).toBeLessThan(300)
}

/** The child of a step, once there is one that is under way or over. */
async function childOf(service: Service, parent: string, stepId = 'sub'): Promise<string> {
  const child = async () => (await stepOf(service, parent, stepId)).child
  await expect.poll(child, { timeout: 10_000 }).toBeDefined()
  return (await child()) ?? ''
}

async function startPaused(service: Service): Promise<string> {
  const id = await start(service, [{ uses: 'hand' }])
  await post(service, `/v1/sessions/${id}/pause`)
  return id
}

describe('a step that runs a workflow', () => {
  test('gives the inputs down and the outputs up', async () => {
    await using service = await startService({}, { executors: [noop] })
    const parent = await start(service, {
      steps: [
        { id: 'name', uses: 'noop', with: { text: 'hello' } },
        {
          id: 'sub',
          uses: 'workflow',
          with: {
            workflow: echo(),
            inputs: { text: '{{ steps.name.output.text }}' },
            labels: { of: '{{ session.id }}' },
          },
        },
        { id: 'after', uses: 'noop', with: { got: '{{ steps.sub.output.outputs.say.text }}' } },
      ],
    })
    expect(lastOf(await ended(service, parent), 'session.completed').status).toBe('completed')
    const { child = '', output } = await stepOf(service, parent, 'sub')
    expect(output).toEqual({
      sessionId: child,
      status: 'completed',
      outputs: { say: { text: 'hello!' } },
    })
    expect((await stepOf(service, parent, 'after')).output).toEqual({ got: 'hello!' })
    const view = await viewOf(service, child)
    expect(view).toMatchObject({ startedBy: { session: parent }, labels: { of: parent } })
    expect(view.correlationId).toBe((await viewOf(service, parent)).correlationId)
    expect(await childrenOf(service, parent)).toEqual([child])
    const { steps } = await json<{ steps: { attempts: { child?: string }[] }[] }>(
      service.get(`/v1/sessions/${parent}/steps`),
    )
    expect(steps[1]?.attempts).toMatchObject([{ attempt: 1, result: 'completed', child }])
  })

  test('may be two levels deep, and a saved workflow by version', async () => {
    await using service = await startService({}, { executors: [noop] })
    await save(service, 'echo', echo())
    await save(service, 'echo', ['Wait 1 ms'])
    await save(service, 'middle', {
      inputs: { text: {} },
      steps: [
        {
          id: 'inner',
          uses: 'workflow',
          with: { workflow: 'echo', version: 1, inputs: { text: '{{ inputs.text }}' } },
        },
      ],
    })
    const parent = await start(service, running('middle', {}, { inputs: { text: 'deep' } }))
    await ended(service, parent)
    const { output } = await stepOf(service, parent, 'sub')
    expect(output).toMatchObject({
      outputs: { inner: { status: 'completed', outputs: { say: { text: 'deep!' } } } },
    })
  })

  test('puts large outputs together again, and aside', async () => {
    const large = functionExecutor('large', () => ({
      status: 'succeeded',
      output: { text: 'x'.repeat(100_000) },
    }))
    await using service = await startService({}, { executors: [noop, large] })
    const { steps } = running([{ id: 'big', uses: 'large' }])
    const parent = await start(service, {
      steps: [
        ...steps,
        { id: 'size', uses: 'noop', with: { is: '{{ size(steps.sub.output.outputs.big.text) }}' } },
      ],
    })
    await ended(service, parent)
    expect((await stepOf(service, parent, 'size')).output).toEqual({ is: 100_000 })
    expect((await stepOf(service, parent, 'sub')).output).toMatchObject({
      artifact: expect.stringMatching(/^art_/),
    })
  })

  test('fails with its session, whose error is the cause', async () => {
    const broken = functionExecutor('broken', () => ({
      status: 'failed',
      code: 'UNEXPECTED_STATUS',
      message: 'answered 500',
      retryable: false,
      cause: new Error('out of order'),
    }))
    await using service = await startService({}, { executors: [noop, broken] })
    const steps = (onFailure: string) => ({
      onFailure,
      steps: [
        ...running([{ id: 'call', uses: 'broken' }]).steps,
        { id: 'after', uses: 'noop', with: {} },
      ],
    })
    const failed = await start(service, steps('fail_fast'))
    const { error } = lastOf(await ended(service, failed), 'session.failed')
    const child = await childOf(service, failed)
    expect(error).toMatchObject({ code: 'CHILD_FAILED', details: { sessionId: child } })
    expect(error.causes).toEqual([
      { code: 'UNEXPECTED_STATUS', message: 'answered 500' },
      { message: 'out of order' },
    ])
    const goneOn = await start(service, steps('continue'))
    await ended(service, goneOn)
    expect(await statusOf(service, goneOn)).toBe('completed_with_errors')
    const asked = await start(service, steps('escalate'))
    await until(service, asked, 'session.waiting')
    await expect
      .poll(() => stepOf(service, asked, 'sub'))
      .toMatchObject({
        status: 'waiting',
        error: { code: 'CHILD_FAILED' },
      })
    await post(service, `/v1/sessions/${asked}/steps/sub/skip`, { reason: 'not needed' })
    await ended(service, asked)
    expect(await statusOf(service, asked)).toBe('completed')
  })

  test('starts another session when it is tried again', async () => {
    let calls = 0
    const flaky = functionExecutor('flaky', () => {
      calls += 1
      return calls === 1
        ? { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'no', retryable: false }
        : { status: 'succeeded', output: calls }
    })
    await using service = await startService({}, { executors: [flaky] })
    const retry = { maxAttempts: 2, delay: '10ms' }
    const parent = await start(service, running([{ id: 'call', uses: 'flaky' }], { retry }))
    await ended(service, parent)
    const { output, child } = await stepOf(service, parent, 'sub')
    expect(output).toMatchObject({ outputs: { call: 2 } })
    const children = await childrenOf(service, parent)
    expect(children).toHaveLength(2)
    expect(children[1]).toBe(child)
  })

  test('sets variables by its output, and is done again until that is right', async () => {
    let calls = 0
    const counter = functionExecutor('counter', () => ({ status: 'succeeded', output: ++calls }))
    await using service = await startService({}, { executors: [counter] })
    const repeat = { until: 'steps.sub.output.outputs.count >= 3', delay: '1ms', maxTimes: 5 }
    const set = { last: 'steps.sub.output.outputs.count' }
    const vars = { last: { type: 'integer', default: 0 } }
    const steps = [{ id: 'count', uses: 'counter' }]
    const parent = await start(service, running(steps, { repeat, set }, {}, { vars }))
    await ended(service, parent)
    expect(await viewOf(service, parent)).toMatchObject({
      status: 'completed',
      variables: { last: 3 },
    })
    expect(await childrenOf(service, parent)).toHaveLength(3)
  })

  test('is cancelled, paused and resumed with its session', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor, noop] })
    const parent = await start(
      service,
      running([
        { id: 'first', uses: 'hand' },
        { id: 'second', uses: 'hand' },
      ]),
    )
    const first = await hand.attempt()
    const child = await childOf(service, parent)
    await post(service, `/v1/sessions/${parent}/pause`)
    await expect.poll(() => statusOf(service, child)).toBe('paused')
    first.succeed()
    await expect.poll(async () => (await stepOf(service, child, 'first')).status).toBe('completed')
    expect(hand.begun).toBe(1)
    const { steps } = await json<{ steps: { sentence: string; waitsFor: JsonObject[] }[] }>(
      service.get(`/v1/sessions/${parent}/explain`),
    )
    expect(steps[0]?.waitsFor).toEqual([{ kind: 'session', sessionId: child }])
    await post(service, `/v1/sessions/${parent}/resume`)
    await hand.attempt()
    await post(service, `/v1/sessions/${parent}/cancel`, { reason: 'enough' })
    await ended(service, parent)
    await ended(service, child)
    expect(await statusOf(service, child)).toBe('cancelled')
    expect(await statusOf(service, parent)).toBe('cancelled')
  })

  test('waits on where somebody pauses its session, and is not resumed by a pause of its own', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const parent = await start(
      service,
      running([
        { id: 'first', uses: 'hand' },
        { id: 'second', uses: 'hand' },
      ]),
    )
    const first = await hand.attempt()
    const child = await childOf(service, parent)
    await post(service, `/v1/sessions/${child}/pause`)
    first.succeed({})
    await expect.poll(async () => (await stepOf(service, child, 'first')).status).toBe('completed')
    expect(await statusOf(service, parent)).toBe('waiting')
    await post(service, `/v1/sessions/${child}/resume`)
    ;(await hand.attempt()).succeed({})
    await ended(service, parent)
    expect(await statusOf(service, parent)).toBe('completed')
  })

  test('spends no time while people are asked in its session, however deep', async () => {
    const clock = new ManualClock()
    await using service = await startService({}, { clock })
    const asking = {
      steps: [{ id: 'ok', uses: 'approval', with: { prompt: '?' } }, 'Wait 5 minutes'],
    }
    const middle = { steps: [{ id: 'sub', uses: 'workflow', with: { workflow: asking } }] }
    const parent = await start(service, running(middle, {}, {}, { timeout: '10m' }))
    const child = await childOf(service, parent)
    const grandchild = await childOf(service, child)
    const { interactionId } = await asked(service, grandchild)
    const standsStill = async (id: string, stepId: string) => {
      const events = await json<{ events: { type: string; stepId?: string; data: object }[] }>(
        service.get(`/v1/sessions/${id}/events?types=step.waiting`, { accept: 'application/json' }),
      )
      const last = events.events.filter((event) => event.stepId === stepId).at(-1)
      return (last?.data as { forPeople?: true } | undefined)?.forPeople ?? false
    }
    await expect.poll(() => standsStill(parent, 'sub')).toBe(true)
    clock.advance(48 * 3_600_000)
    await decided(service, interactionId, { decision: 'approve' })
    await expect.poll(() => standsStill(parent, 'sub')).toBe(false)
    const isNext = async () => (await viewOf(service, grandchild)).steps[1]?.status
    await expect.poll(isNext).toBe('waiting')
    clock.advance(5 * 60_000)
    expect((await ended(service, parent)).at(-1)?.type).toBe('session.completed')
  })

  test('fails when somebody cancels its session', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const retry = { maxAttempts: 3, delay: '10ms' }
    const parent = await start(service, running([{ uses: 'hand' }], { retry }))
    await hand.attempt()
    const child = await childOf(service, parent)
    await post(service, `/v1/sessions/${child}/cancel`, { reason: 'wrong one' })
    const { error } = lastOf(await ended(service, parent), 'session.failed')
    expect(error).toMatchObject({ code: 'CHILD_CANCELLED', details: { sessionId: child } })
    expect(error.message).toContain('wrong one')
  })

  test.each([
    ['its timeout passes', { timeout: '1s' }, undefined],
    ['a person settles it', {}, 'skip'],
  ])('cancels its session when %s', async (_, step, action) => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const parent = await start(service, running([{ uses: 'hand' }], step))
    await hand.attempt()
    const child = await childOf(service, parent)
    if (action !== undefined) await post(service, `/v1/sessions/${parent}/steps/sub/${action}`, {})
    await ended(service, parent)
    await ended(service, child)
    expect(await statusOf(service, child)).toBe('cancelled')
    const { error } = await stepOf(service, parent, 'sub')
    expect(error?.code).toBe(action === undefined ? 'STEP_TIMEOUT' : undefined)
  })

  test('is undone by a workflow of its own, and its running session is cancelled in a rollback', async () => {
    const hand = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1' },
      { executors: [hand.executor, noop] },
    )
    const take = [{ id: 'take', uses: 'noop', with: { id: 7 } }]
    const giveBack = {
      inputs: { id: {} },
      steps: [{ id: 'give', uses: 'noop', with: { id: '{{ inputs.id }}' } }],
    }
    const parent = await start(service, {
      steps: [
        {
          id: 'done',
          uses: 'workflow',
          with: { workflow: take },
          undo: {
            uses: 'workflow',
            with: {
              workflow: giveBack,
              inputs: { id: '{{ steps.done.output.outputs.take.id }}' },
            },
          },
        },
        { id: 'open', uses: 'workflow', with: { workflow: [{ uses: 'hand' }] } },
      ],
    })
    await hand.attempt()
    const open = await childOf(service, parent, 'open')
    await post(service, `/v1/sessions/${parent}/rollback`)
    const events = await ended(service, parent)
    expect(lastOf(events, 'session.failed').error.code).toBe('ROLLED_BACK')
    expect(lastOf(events, 'step.undone').output).toMatchObject({
      status: 'completed',
      outputs: { give: { id: 7 } },
    })
    await ended(service, open)
    expect(await statusOf(service, open)).toBe('cancelled')
  })

  test('needs no place while its session runs, or waits for one', async () => {
    await using service = await startService({ MAX_SESSIONS_RUNNING: '1' }, { executors: [noop] })
    const inner = running([{ uses: 'noop' }])
    const parents = await Promise.all([1, 2, 3].map(() => start(service, running(inner))))
    await Promise.all(parents.map((parent) => ended(service, parent)))
    for (const parent of parents) expect(await statusOf(service, parent)).toBe('completed')
  })

  test('waits for room where the queue is full, and does not fail', async () => {
    const hand = handExecutor()
    await using service = await startService(
      { MAX_SESSIONS_RUNNING: '1', MAX_SESSIONS_QUEUED: '1' },
      { executors: [hand.executor, noop] },
    )
    const parent = await start(service, {
      steps: [{ uses: 'hand' }, ...running([{ uses: 'noop' }]).steps],
    })
    const held = await hand.attempt()
    // Paused ones take no room; two that are resumed leave none for anybody else.
    const others = [await startPaused(service), await startPaused(service)]
    for (const other of others) await post(service, `/v1/sessions/${other}/resume`)
    held.succeed({})
    const inTheWay = await hand.attempt()
    await expect.poll(() => statusOf(service, parent)).toBe('waiting')
    const child = await childOf(service, parent)
    expect(await childrenOf(service, parent)).toEqual([])
    inTheWay.succeed({})
    ;(await hand.attempt()).succeed({})
    await ended(service, parent)
    expect(await statusOf(service, parent)).toBe('completed')
    expect(await childrenOf(service, parent)).toEqual([child])
  })

  test('runs for each item, so many sessions at a time', async () => {
    let open = 0
    let most = 0
    const counted = functionExecutor('counted', async ({ n }) => {
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return { status: 'succeeded', output: n as number }
    })
    await using service = await startService({}, { executors: [counted] })
    const workflow = {
      inputs: { n: {} },
      steps: [{ id: 'count', uses: 'counted', with: { n: '{{ inputs.n }}' } }],
    }
    const parent = await start(
      service,
      running(
        workflow,
        { forEach: { items: '[1, 2, 3, 4, 5, 6]', maxParallel: 2 } },
        { inputs: { n: '{{ item }}' } },
      ),
    )
    await ended(service, parent)
    const { output } = await stepOf(service, parent, 'sub')
    expect((output as unknown as { outputs: unknown }[]).map(({ outputs }) => outputs)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => ({ count: n })),
    )
    expect(most).toBeLessThanOrEqual(2)
  })
})

describe('a workflow that is run by a step is checked', () => {
  test('when it is posted, as far as it is known', async () => {
    await using service = await startService({}, { executors: [noop] })
    const refusal = async (body: unknown) => {
      const response = await service.post('/v1/sessions', body)
      const { faults } = await json<{ faults: { pointer: string; code: string }[] }>(response)
      return faults.map(({ pointer, code }) => [pointer, code])
    }
    expect(await refusal(running('nobody'))).toEqual([
      ['/steps/0/with/workflow', 'WORKFLOW_NOT_FOUND'],
    ])
    expect(await refusal(running([{ uses: 'nothing' }]))).toEqual([
      ['/steps/0/with/workflow/0/uses', 'UNKNOWN_EXECUTOR'],
    ])
    expect(await refusal(running(echo(), {}, { inputs: { text: 1 } }))).toMatchObject([
      ['/steps/0/with/inputs/text', expect.any(String)],
    ])
    expect(await refusal(running(['Wait 1 ms'], {}, { version: 2 }))).toEqual([
      ['/steps/0/with/version', 'UNKNOWN_FIELD'],
    ])
    await save(service, 'echo', echo())
    expect(await refusal(running('echo', {}, { version: 9 }))).toEqual([
      ['/steps/0/with/version', 'WORKFLOW_NOT_FOUND'],
    ])
  })

  test('and no secret is passed down, where it would be kept', async () => {
    await using service = await startService({ SECRET_KEY: 'hush' }, { executors: [noop] })
    const inputs = { text: '{{ secrets.KEY }}' }
    const response = await service.post('/v1/sessions', running(echo(), {}, { inputs }))
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({
      faults: [{ pointer: '/steps/0/with/inputs/text', code: 'INVALID_EXPRESSION' }],
    })
    const own = [{ uses: 'noop', with: { text: '{{ secrets.KEY }}' } }]
    await ended(service, await start(service, running(own)))
  })

  test('when it starts, and what is wrong is told by the step', async () => {
    await using service = await startService({}, { executors: [noop] })
    await save(service, 'echo', echo())
    const parent = await start(service, {
      steps: [
        { id: 'number', uses: 'noop', with: { n: 1 } },
        {
          id: 'sub',
          uses: 'workflow',
          with: { workflow: 'echo', inputs: { text: '{{ steps.number.output.n }}' } },
        },
      ],
    })
    const { error } = lastOf(await ended(service, parent), 'session.failed')
    expect(error.details).toMatchObject({ faults: [{ pointer: '/inputs/text' }] })
    expect(await childrenOf(service, parent)).toEqual([])
  })

  test('a saved one may name others that are yet to be saved, and is warned of', async () => {
    await using service = await startService({}, { executors: [noop] })
    expect(await save(service, 'outer', running('inner'))).toMatchObject({
      warnings: [{ pointer: '/steps/0/with/workflow', code: 'WORKFLOW_NOT_FOUND' }],
    })
    expect(await save(service, 'circle', running('circle'))).toMatchObject({ warnings: [] })
  })

  test('one that runs itself is stopped at the depth', async () => {
    await using service = await startService({}, { executors: [noop] })
    await save(service, 'circle', running('circle'))
    const parent = await start(service, { workflow: 'circle' })
    const { error } = lastOf(await ended(service, parent), 'session.failed')
    expect(error.code).toBe('CHILD_FAILED')
    const { sessions } = await json<{ sessions: { sessionId: string }[] }>(
      service.get('/v1/sessions?workflow=circle'),
    )
    expect(sessions).toHaveLength(11)
    const deepest = await viewOf(service, sessions[0]?.sessionId ?? '')
    expect(deepest.error).toMatchObject({ code: 'CHILDREN_TOO_DEEP' })
  })
})
