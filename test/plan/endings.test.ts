import { describe, expect, test } from 'vitest'
import { createExpressions } from '../../src/plan/expressions.ts'
import type { Scope } from '../../src/plan/types.ts'
import { type StepStatus, stepStatuses } from '../../src/session/status.ts'
import { choose, compile, faultDetailsOf, faultsOf, step } from './planning.ts'

const expressions = createExpressions()

const scopeOf = (statuses: Readonly<Record<string, StepStatus>>): Scope => ({
  steps: Object.fromEntries(
    Object.entries(statuses).map(([id, status]) => [id, { status, output: null }]),
  ),
  inputs: {},
  vars: {},
  session: {
    id: 'ses_1',
    name: null,
    status: 'running',
    createdAt: '2026-01-01T00:00:00.000Z',
    labels: {},
    metadata: {},
  },
  secret: () => undefined,
})

const tolerantOf = (when: string) =>
  compile([step('a'), step('b', { when })]).plan.steps[1]?.tolerant

describe('how a step ended', () => {
  test.each([
    ['failed', 'failed'],
    ['succeeded', 'completed'],
    ['skipped', 'skipped'],
  ])('is asked by %s, which is true of the status %s only', (name, expected) => {
    for (const status of stepStatuses) {
      const value = expressions.evaluate(`${name}('a')`, scopeOf({ a: status }))
      expect(value, status).toBe(status === expected)
    }
  })

  test('is asked of several steps, within any expression', () => {
    const scope = scopeOf({ a: 'failed', b: 'completed' })
    const text = "always() && ([1, 2].exists(x, x == 2 && failed('a')) ? succeeded('b') : false)"
    expect(expressions.evaluate(text, scope)).toBe(true)
    expect(expressions.evaluate("failed('b') || skipped('a')", scope)).toBe(false)
  })

  test('is none of these for a step that the scope does not have', () => {
    const text = "failed('x') || succeeded('toString') || skipped('x')"
    expect(expressions.evaluate(text, scopeOf({}))).toBe(false)
  })

  test('is asked of the scope of each evaluation', () => {
    expect(expressions.evaluate("failed('a')", scopeOf({ a: 'failed' }))).toBe(true)
    expect(expressions.evaluate("failed('a')", scopeOf({ a: 'completed' }))).toBe(false)
    expect(expressions.evaluate("failed('a')", scopeOf({}))).toBe(false)
  })

  test('counts as reading the step', () => {
    const text = "failed('a') || [1].all(x, succeeded('b')) || steps.c.output == 1 || always()"
    expect([...expressions.stepsReadBy(text)].sort()).toEqual(['a', 'b', 'c'])
    const { reads, asksEndings } = expressions.compile(text)
    expect(reads).toContainEqual({ root: 'steps', keys: ['b', 'status'] })
    expect([...asksEndings].sort()).toEqual(['always', 'failed', 'succeeded'])
  })
})

describe('a when that asks how steps ended', () => {
  test.each(['always()', "failed('a')", "succeeded('a') && true", "!skipped('a')"])(
    '%s makes its step tolerant',
    (when) => {
      expect(tolerantOf(when)).toBe(true)
    },
  )

  test('is not one that reads a status', () => {
    expect(tolerantOf('steps.a.status == "failed"')).toBeUndefined()
  })

  test('may ask a finally step’s about every normal step', () => {
    const body = [step('a'), step('f', { finally: true, when: "failed('z')" }), step('z')]
    expect(faultsOf(body)).toEqual([])
  })

  const bad: readonly (readonly [name: string, body: unknown, fault: string])[] = [
    ['of an unknown step', [step('a', { when: "failed('x')" })], 'UNKNOWN_STEP /0/when'],
    ['of itself', [step('a', { when: "failed('a')" })], 'UNKNOWN_STEP /0/when'],
    [
      'of a step beside it',
      [step('a'), step('b', { dependsOn: [], when: "skipped('a')" })],
      'UNKNOWN_STEP /1/when',
    ],
    [
      'of a computed step',
      {
        inputs: { i: { default: 'a' } },
        steps: [step('a'), step('b', { when: 'failed(inputs.i)' })],
      },
      'INVALID_EXPRESSION /steps/1/when',
    ],
    [
      'of a step that a loop names',
      [step('a'), step('b', { when: "['a'].all(x, failed(x))" })],
      'INVALID_EXPRESSION /1/when',
    ],
    ['of no step', [step('a'), step('b', { when: 'failed()' })], 'INVALID_EXPRESSION /1/when'],
    ['of a number', [step('a'), step('b', { when: 'failed(1)' })], 'INVALID_EXPRESSION /1/when'],
    ['of two', [step('a'), step('b', { when: "failed('a', 'a')" })], 'INVALID_EXPRESSION /1/when'],
    ['with always of one', [step('a', { when: "always('a')" })], 'INVALID_EXPRESSION /0/when'],
    [
      'in with',
      [step('a'), step('b', { with: { for: "{{ failed('a') ? '1s' : '2s' }}" } })],
      'INVALID_EXPRESSION /1/with/for',
    ],
    [
      'in if',
      [step('a'), { ...choose('c', [], []), with: { if: 'always()' } }],
      'INVALID_EXPRESSION /1/with/if',
    ],
    [
      'in set',
      { vars: { v: {} }, steps: [step('a'), step('b', { set: { v: "failed('a')" } })] },
      'INVALID_EXPRESSION /steps/1/set/v',
    ],
  ]

  test.each(bad)('%s is refused with its place', (_name, body, fault) => {
    expect(faultsOf(body)).toEqual([fault])
  })

  test('is told where it may ask, and how', () => {
    const [elsewhere] = faultDetailsOf([
      choose('c', [], []),
      step('b', { with: { for: '{{ always() }}' } }),
    ])
    expect(elsewhere?.message).toContain('always() is understood in "when" of a step only')
    const [computed] = faultDetailsOf([step('a', { when: 'skipped("a" + "b")' })])
    expect(computed?.message).toContain("skipped('fetch')")
  })
})
