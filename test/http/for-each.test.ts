import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { functionExecutor, handExecutor, noop } from '../support/hand-executor.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, lastOf, start } from '../support/sessions.ts'

interface View {
  readonly status: string
  readonly counts: Record<string, number>
  readonly steps: readonly { id: string; status: string; output?: unknown; error?: JsonObject }[]
}

const view = (service: Service, id: string) => json<View>(service.get(`/v1/sessions/${id}`))

const stepOf = ({ steps }: View, id: string) => steps.find((step) => step.id === id)

/** A step for each item of the input `list`, and one that sums up. */
const doubling = (list: unknown, changes: object = {}) => ({
  workflow: {
    inputs: { list: {} },
    steps: [
      {
        id: 'double',
        uses: 'noop',
        with: { of: '{{ item }}', at: '{{ index }}', twice: '{{ item * 2 }}' },
        forEach: 'inputs.list',
        ...changes,
      },
      {
        id: 'sum',
        uses: 'noop',
        with: { twice: '{{ steps.double.output.map(each, each.twice) }}' },
      },
    ],
  },
  inputs: { list },
})

describe('a step with forEach', () => {
  test('runs for each item and gives the list of outputs', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, doubling([3, 5, 8]))
    expect(lastOf(await ended(service, id), 'session.completed').status).toBe('completed')
    const session = await view(service, id)
    expect(stepOf(session, 'double')?.output).toEqual([
      { of: 3, at: 0, twice: 6 },
      { of: 5, at: 1, twice: 10 },
      { of: 8, at: 2, twice: 16 },
    ])
    expect(stepOf(session, 'double[2]')).toMatchObject({ status: 'completed' })
    expect(stepOf(session, 'sum')?.output).toEqual({ twice: [6, 10, 16] })
    expect(session.counts).toMatchObject({ total: 5, completed: 5 })
    const { steps } = await json<{ steps: { id: string; attempts: unknown[] }[] }>(
      service.get(`/v1/sessions/${id}/steps`),
    )
    expect(steps.map((step) => [step.id, step.attempts.length])).toEqual([
      ['double', 2],
      ['sum', 1],
      ['double[0]', 1],
      ['double[1]', 1],
      ['double[2]', 1],
    ])
  })

  test('may have no items', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, doubling([]))
    await ended(service, id)
    expect(stepOf(await view(service, id), 'sum')?.output).toEqual({ twice: [] })
  })

  test('takes a list and gives outputs that are too large for an event', async () => {
    await using service = await startService({}, { executors: [noop] })
    const list = Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(1000)}`)
    const id = await start(service, {
      workflow: {
        inputs: { list: {} },
        steps: [
          { id: 'each', uses: 'noop', with: { of: '{{ item }}' }, forEach: 'inputs.list' },
          {
            id: 'last',
            uses: 'noop',
            with: { of: '{{ steps.each.output[199].of }}', size: '{{ size(steps.each.output) }}' },
          },
        ],
      },
      inputs: { list },
    })
    const events = await ended(service, id)
    expect(lastOf(events, 'step.expanded')).toMatchObject({
      count: 200,
      items: { artifact: expect.stringMatching(/^art_/) },
    })
    expect(stepOf(await view(service, id), 'last')?.output).toEqual({ of: list[199], size: 200 })
  })

  test('runs so many side by side', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const id = await start(service, [
      {
        id: 'each',
        uses: 'hand',
        with: { of: '{{ item }}' },
        forEach: { items: '[1, 2, 3, 4, 5]', maxParallel: 2 },
      },
    ])
    const first = [await hand.attempt(), await hand.attempt()]
    expect(hand.begun).toBe(2)
    const explained = await json<{ steps: { id: string; sentence: string }[] }>(
      service.get(`/v1/sessions/${id}/explain`),
    )
    expect(explained.steps.find((step) => step.id === 'each')?.sentence).toBe(
      'It runs for 5 items, of which 0 have settled.',
    )
    first[0]?.succeed()
    const third = await hand.attempt()
    expect([third.input, hand.begun]).toEqual([{ of: 3 }, 3])
    for (const attempt of [first[1], third]) attempt?.succeed()
    for (let n = 0; n < 2; n++) (await hand.attempt()).succeed()
    await ended(service, id)
  })

  test('lets some items fail, counts them, and fails when there are more', async () => {
    const odd = functionExecutor('odd', ({ of }) =>
      Number(of) % 2 === 1
        ? { status: 'succeeded', output: of }
        : { status: 'failed', code: 'COMMAND_EXITED', message: `${of} is even`, retryable: false },
    )
    await using service = await startService({}, { executors: [odd] })
    const body = (maxFailures: number) => [
      {
        id: 'each',
        uses: 'odd',
        with: { of: '{{ item }}' },
        forEach: { items: '[1, 2, 3, 4]', maxParallel: 1, maxFailures },
      },
    ]
    const lenient = await start(service, body(2))
    expect(lastOf(await ended(service, lenient), 'session.completed').status).toBe(
      'completed_with_errors',
    )
    expect(stepOf(await view(service, lenient), 'each')?.output).toEqual([1, null, 3, null])

    const strict = await start(service, body(0))
    const { error } = lastOf(await ended(service, strict), 'session.failed')
    expect(error).toMatchObject({
      code: 'ITEMS_FAILED',
      message: '1 of 4 items failed; 0 may',
      details: { failed: ['each[1]'] },
    })
    const { steps } = await view(service, strict)
    expect(steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'each failed',
      'each[0] completed',
      'each[1] failed',
      'each[2] skipped',
      'each[3] skipped',
    ])
  })

  test('is kept as a whole by a session that goes on from another one', async () => {
    const failing = functionExecutor('failing', () => ({
      status: 'failed',
      code: 'COMMAND_EXITED',
      message: 'no',
      retryable: false,
    }))
    await using service = await startService({}, { executors: [noop, failing] })
    const id = await start(service, [
      { id: 'each', uses: 'noop', with: { of: '{{ item }}' }, forEach: '[1, 2]' },
      { id: 'after', uses: 'failing' },
    ])
    await ended(service, id)
    const answer = await json<{ sessionId: string }>(service.post(`/v1/sessions/${id}/retry`))
    const events = await ended(service, answer.sessionId)
    expect(events.filter(({ type }) => type === 'step.kept')).toMatchObject([
      { stepId: 'each', data: { output: [{ of: 1 }, { of: 2 }] } },
    ])
    expect(events.some(({ type }) => type === 'step.expanded')).toBe(false)
  })

  test.each([
    ['a list that is none', '{{ 1 }}', 'INVALID_EXPRESSION'],
    ['a name that is not there', 'inputs.nothing', 'INVALID_EXPRESSION'],
  ])('is refused with %s', async (_, forEach, code) => {
    await using service = await startService({}, { executors: [noop] })
    const response = await service.post('/v1/sessions', [{ uses: 'noop', forEach }])
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ faults: [{ pointer: '/0/forEach', code }] })
  })

  test('fails when its list turns out to be none', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, doubling('three'))
    const { error } = lastOf(await ended(service, id), 'session.failed')
    expect(error).toMatchObject({
      code: 'EXPRESSION_FAILED',
      message: '“forEach” must be a list, it is string',
    })
  })

  test('item and index are there for its items only', async () => {
    await using service = await startService({}, { executors: [noop] })
    const response = await service.post('/v1/sessions', [
      { uses: 'noop', with: { of: '{{ item }}' } },
      { uses: 'noop', when: 'index == 1', forEach: '[1]' },
    ])
    expect(await json(response)).toMatchObject({
      faults: [{ pointer: '/0/with/of' }, { pointer: '/1/when' }],
    })
  })
})

describe('a step with repeat', () => {
  test('is done again until its condition holds', async () => {
    let calls = 0
    const counting = functionExecutor('counting', () => {
      calls += 1
      return { status: 'succeeded', output: { calls } }
    })
    await using service = await startService({}, { executors: [counting] })
    const id = await start(service, [
      {
        id: 'poll',
        uses: 'counting',
        repeat: { until: 'steps.poll.output.calls >= 3', delay: '5ms' },
      },
    ])
    const events = await ended(service, id)
    expect(events.filter(({ type }) => type === 'step.repeating')).toHaveLength(2)
    expect(lastOf(events, 'step.completed').output).toEqual({ calls: 3 })
  })

  test('fails when it was done as often as it may', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, [
      { uses: 'noop', repeat: { until: 'false', delay: '1ms', maxTimes: 3 } },
    ])
    const { error } = lastOf(await ended(service, id), 'session.failed')
    expect(error.code).toBe('REPEATS_USED_UP')
  })

  test('may be repeated for each item by itself', async () => {
    const calls = new Map<unknown, number>()
    const counting = functionExecutor('counting', ({ of }) => {
      calls.set(of, (calls.get(of) ?? 0) + 1)
      return { status: 'succeeded', output: calls.get(of) ?? 0 }
    })
    await using service = await startService({}, { executors: [counting] })
    const id = await start(service, [
      {
        id: 'poll',
        uses: 'counting',
        with: { of: '{{ item }}' },
        forEach: '[1, 2, 3]',
        repeat: { until: 'steps.poll.output >= item', delay: '1ms' },
      },
    ])
    await ended(service, id)
    expect([...calls.entries()].sort()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(stepOf(await view(service, id), 'poll')?.output).toEqual([1, 2, 3])
  })

  test('may be one that only waits, and such a step sets variables as well', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, {
      vars: { end: { type: 'string' } },
      steps: [
        {
          id: 'pause',
          uses: 'wait',
          with: { for: '5ms' },
          set: { end: 'steps.pause.output.until' },
        },
        { id: 'after', uses: 'noop', with: { end: '{{ vars.end }}' } },
        {
          uses: 'wait',
          with: { for: '1ms' },
          repeat: { until: 'false', delay: '1ms', maxTimes: 3 },
        },
      ],
    })
    const events = await ended(service, id)
    const session = await view(service, id)
    const paused = stepOf(session, 'pause')?.output as { until: string } | undefined
    expect(paused?.until).toMatch(/Z$/)
    expect(stepOf(session, 'after')?.output).toEqual({ end: paused?.until })
    expect(events.filter(({ type }) => type === 'step.repeating')).toHaveLength(2)
    expect(lastOf(events, 'session.failed').error.code).toBe('REPEATS_USED_UP')
  })
})
