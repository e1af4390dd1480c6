import { describe, expect, test } from 'vitest'
import { compile, faultsOf, step } from './planning.ts'

const order = { id: 'order', uses: 'command', with: { run: ['order'] } }
const cancel = (url: string) => ({ uses: 'webhook', with: { method: 'DELETE', url } })

const undoOf = (undo: unknown, more: object = {}) =>
  compile([{ ...order, undo, ...more }]).plan.steps[0]?.undo

const warningsOf = (body: unknown) =>
  compile(body).warnings.map(({ code, pointer }) => `${code} ${pointer}`)

describe('an undo', () => {
  test('is compiled as a step is, with every default filled in', () => {
    expect(undoOf(cancel('http://a.test/'))).toEqual({
      uses: 'webhook',
      with: { method: 'DELETE', url: 'http://a.test/' },
      retry: {
        maxAttempts: 1,
        backoff: 'exponential',
        delayMs: 1000,
        maxDelayMs: 30_000,
        multiplier: 2,
        jitter: true,
      },
      timeoutMs: 300_000,
      onInterrupted: 'fail',
    })
  })

  test('may be a sentence', () => {
    expect(undoOf('Run `order --cancel`.')).toMatchObject({
      uses: 'command',
      with: { run: ['order', '--cancel'] },
      text: 'Run `order --cancel`.',
    })
  })

  test('is tried three times where its kind has no say in it, and its step once', () => {
    const [planned] = compile([{ ...order, undo: 'Run `x`' }]).plan.steps
    expect(planned?.undo?.retry).toMatchObject({ maxAttempts: 3, backoff: 'exponential' })
    expect(planned?.retry.maxAttempts).toBe(1)
  })

  test('keeps what it says of retries, its limit and interruptions', () => {
    const undo = {
      uses: 'command',
      with: { run: ['x'] },
      retry: { maxAttempts: 7, backoff: 'fixed' },
      timeout: '5s',
      onInterrupted: 'retry',
    }
    expect(undoOf(undo)).toMatchObject({
      retry: { maxAttempts: 7, backoff: 'fixed' },
      timeoutMs: 5000,
      onInterrupted: 'retry',
    })
  })

  test('may read its step, what came before, inputs, variables, the session and secrets', () => {
    const url =
      'http://a.test/{{ steps.order.output.id }}/{{ steps.a.output }}/{{ steps.a.status }}/{{ inputs.i }}{{ vars.v }}{{ session.id }}{{ secrets.TOKEN }}'
    const body = {
      inputs: { i: { default: 1 } },
      vars: { v: {} },
      steps: [step('a'), { ...order, undo: cancel(url) }],
    }
    expect(faultsOf(body)).toEqual([])
  })

  test('is no part of a plan that has none', () => {
    expect(compile([order]).plan.steps[0]).not.toHaveProperty('undo')
  })

  const bad: readonly (readonly [name: string, undo: unknown, fault: string])[] = [
    ['is a number', 7, 'WRONG_TYPE /0/undo'],
    ['is null', null, 'WRONG_TYPE /0/undo'],
    ['has no kind', {}, 'MISSING_FIELD /0/undo/uses'],
    ['has an unknown kind', { uses: 'teleport' }, 'UNKNOWN_EXECUTOR /0/undo/uses'],
    ['has a wrong input', cancel('x'), 'INVALID_VALUE /0/undo/with/url'],
    [
      'has an unknown input',
      { uses: 'wait', with: { for: '1s', x: 1 } },
      'UNKNOWN_FIELD /0/undo/with/x',
    ],
    [
      'runs a program that is not allowed',
      { uses: 'command', with: { run: ['rm'] } },
      'COMMAND_NOT_ALLOWED /0/undo/with/run/0',
    ],
    ['is a sentence that its kind refuses', 'Run `rm x`', 'COMMAND_NOT_ALLOWED /0/undo'],
    ['is an unreadable sentence', 'Dance', 'UNREADABLE_SENTENCE /0/undo'],
    ['has a broken expression', cancel('{{ 1 + }}'), 'INVALID_EXPRESSION /0/undo/with/url'],
    ['reads an unknown step', cancel('{{ steps.x.output }}'), 'UNKNOWN_STEP /0/undo/with/url'],
    [
      'reads a step that comes later',
      cancel('{{ steps.z.output }}'),
      'UNKNOWN_STEP /0/undo/with/url',
    ],
    [
      'reads the status of its step',
      cancel('{{ steps.order.status }}'),
      'UNKNOWN_STEP /0/undo/with/url',
    ],
    [
      'reads a secret that is not set',
      cancel('{{ secrets.NO }}'),
      'UNKNOWN_SECRET /0/undo/with/url',
    ],
    [
      'reads a variable that is not declared',
      cancel('{{ vars.v }}'),
      'INVALID_EXPRESSION /0/undo/with/url',
    ],
    [
      'asks how a step ended',
      cancel('{{ string(always()) }}'),
      'INVALID_EXPRESSION /0/undo/with/url',
    ],
    [
      'has a longer limit than the session',
      { ...cancel('http://a.test'), timeout: '2h' },
      'TIMEOUT_HIERARCHY /0/undo/timeout',
    ],
    [
      'has no attempts',
      { uses: 'command', with: { run: ['x'] }, retry: { maxAttempts: 0 } },
      'INVALID_VALUE /0/undo/retry/maxAttempts',
    ],
    ['has an id', { ...order }, 'UNKNOWN_FIELD /0/undo/id'],
    [
      'has a condition',
      { uses: 'command', with: { run: ['x'] }, when: 'true' },
      'UNKNOWN_FIELD /0/undo/when',
    ],
    [
      'has an undo',
      { uses: 'command', with: { run: ['x'] }, undo: 'Wait 1s' },
      'UNKNOWN_FIELD /0/undo/undo',
    ],
    [
      'chooses between steps',
      { uses: 'condition', with: { if: 'true', then: 'z', else: [] } },
      'INVALID_VALUE /0/undo/uses',
    ],
  ]

  test.each(bad)('that %s is refused with its place', (_name, undo, fault) => {
    expect(faultsOf([{ ...order, undo }, step('z')])).toEqual([fault])
  })

  test('is looked at also where its step has faults of its own', () => {
    expect(
      faultsOf({ workflow: [{ uses: 'wait', with: { for: 1 }, colour: 1, undo: 'Dance' }] }),
    ).toEqual(['UNKNOWN_FIELD /workflow/0/colour', 'UNREADABLE_SENTENCE /workflow/0/undo'])
  })
})

describe('a warning', () => {
  test.each([
    ['the workflow', { onFailure: 'rollback', steps: [order] }, '/onFailure'],
    ['a step', { workflow: [{ ...order, onFailure: 'rollback' }] }, '/workflow/0/onFailure'],
    [
      'a group',
      { groups: { g: { onFailure: 'rollback' } }, steps: [{ ...order, group: 'g' }] },
      '/groups/g/onFailure',
    ],
  ])('is given when %s rolls back and no step has an undo', (_name, body, pointer) => {
    expect(warningsOf(body)).toEqual([`NOTHING_TO_UNDO ${pointer}`])
  })

  test('is not given when a step has one', () => {
    expect(warningsOf({ onFailure: 'rollback', steps: [{ ...order, undo: 'Run `x`' }] })).toEqual(
      [],
    )
  })

  test('is given for an undo of a step that changes nothing', () => {
    const condition = { uses: 'condition', with: { if: 'true' }, undo: 'Run `x`' }
    expect(warningsOf([step('a', { undo: 'Run `x`' }), condition])).toEqual([
      'UNDOES_NOTHING /0/undo',
      'UNDOES_NOTHING /1/undo',
    ])
  })
})
