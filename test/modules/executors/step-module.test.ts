import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Json } from '../../../src/json.ts'
import { createStepModule, type StepModule } from '../../../src/modules/executors/step-module.ts'
import type { Outcome, StepScope } from '../../../src/modules/executors/types.ts'
import type { InteractionRequest } from '../../../src/session/events.ts'
import { makeContext } from '../../support/executor-context.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const scope: StepScope = {
  inputs: {},
  vars: {},
  steps: {},
  session: {
    id: 'ses_1',
    name: null,
    status: 'running',
    createdAt: '2026-01-01T00:00:00.000Z',
    labels: {},
    metadata: {},
  },
}

function make(members: Partial<StepModule>) {
  const clock = new ManualClock()
  const asked: InteractionRequest[] = []
  const ask = async (request: InteractionRequest): Promise<Outcome> => {
    asked.push(request)
    return { status: 'waiting', awaits: { kind: 'interaction', id: 'int_1' } }
  }
  const input = z.object({})
  const whole = { name: 'act', description: '', input, getCommand: () => 'go', ...members }
  const kind = createStepModule(whole, { interactions: { ask }, clock })
  const context = makeContext({ scope: async () => scope })
  const results = { ...context, input: {}, command: 'go' as Json }
  return { kind, clock, asked, context, results }
}

test('asks whoever drives the session, and waits', async () => {
  const { kind, asked, context } = make({ resultSchema: { type: 'string' } })
  expect(await kind.execute({}, context)).toMatchObject({ status: 'waiting' })
  expect(asked).toEqual([{ kind: 'client', command: 'go', resultSchema: { type: 'string' } }])
  expect([kind.safeToRepeat({}), kind.defaultMaxAttempts?.({}), kind.handleResult]).toEqual([
    true,
    3,
    undefined,
  ])
})

test('keeps what the module says of tries, time and input, with its own "this"', () => {
  class Module {
    #tries = 5
    name = 'act'
    description = ''
    input = z.object({})
    getCommand = () => 'go'
    defaultMaxAttempts = () => this.#tries
    estimateMs = () => 70
    check() {
      const message = String(this.#tries)
      return [{ path: ['x'], code: 'INVALID_VALUE' as const, message }]
    }
  }
  const { kind } = make(new Module())
  const { name, description, input } = new Module()
  const own = createStepModule(new Module(), {
    interactions: { ask: () => Promise.reject(new Error('not asked')) },
    clock: new ManualClock(),
  })
  expect(kind).toMatchObject({ name, description })
  expect(own.input.safeParse({}).success).toBe(input.safeParse({}).success)
  expect([own.defaultMaxAttempts?.({}), own.estimateMs?.({}), own.check?.({})]).toEqual([
    5,
    70,
    [{ path: ['x'], code: 'INVALID_VALUE', message: '5' }],
  ])
})

test.each(['getCommand', 'handleResult'] as const)(
  '%s has ten seconds, and is told when they are over',
  async (name) => {
    let signal: AbortSignal | undefined
    const hang = (_: unknown, context: { readonly signal: AbortSignal }) => {
      signal = context.signal
      return new Promise(() => {})
    }
    const { kind, clock, context, results } = make({ [name]: hang })
    const running =
      name === 'getCommand'
        ? kind.execute({}, context)
        : kind.handleResult?.({ status: 'ok' }, results)
    const outcome = expect(running).rejects.toThrow(`act: ${name} did not end within 10000 ms`)
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(9_999)
    expect(signal?.aborted).toBe(false)
    clock.advance(1)
    await outcome
    expect(signal?.aborted).toBe(true)
  },
)

test('handleResult gets a result of its own, which it may change', async () => {
  const { kind, results } = make({
    handleResult(result) {
      ;(result.output as { n: number }).n = 2
      return { status: 'ok' }
    },
  })
  const output = { n: 1 }
  expect(await kind.handleResult?.({ status: 'ok', output }, results)).toEqual({
    status: 'succeeded',
    output: { n: 1 },
  })
  expect(output).toEqual({ n: 1 })
})
