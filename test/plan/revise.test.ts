import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import type { PlanChanges } from '../../src/plan/fork-request.ts'
import { forkRequestSchema, readForkRequest } from '../../src/plan/fork-request.ts'
import type { Plan } from '../../src/session/plan.ts'
import { choose, compile, planner, step } from './planning.ts'

const plan = compile({
  workflow: {
    inputs: { n: { type: 'integer', maximum: 9 }, text: { type: 'string', default: 'x' } },
    timeout: '10m',
    steps: [
      step('a'),
      'GET http://shop.local/{{ inputs.n }}',
      {
        id: 'c',
        uses: 'command',
        with: { run: ['echo', '{{ inputs.text }}'] },
        retry: { maxAttempts: 4 },
      },
      choose('d', ['e'], []),
      step('e'),
      'Wait 1 minute',
    ],
  },
  inputs: { n: 3 },
}).plan

/** The changes as a body carries them. */
function changesOf(body: object): PlanChanges {
  return readForkRequest({ fromStep: 'a', ...body }, forkRequestSchema)
}

function revise(body: object, kept: readonly string[] = [], of: Plan = plan) {
  return planner.revise(of, changesOf(body), (id) => kept.includes(id))
}

function faultsOf(body: object, kept: readonly string[] = [], of: Plan = plan) {
  try {
    revise(body, kept, of)
  } catch (error) {
    if (error instanceof StepstreamError) return error.faults.map((f) => `${f.code} ${f.pointer}`)
    throw error
  }
  return []
}

const stepOf = (of: Plan, id: string) => of.steps.find((each) => each.id === id)

describe('a plan that is revised', () => {
  test('is the same without changes, and is reckoned without what is kept', () => {
    expect(revise({}).plan).toEqual(plan)
    const all = revise({}).estimatedDurationMs
    expect(revise({}, ['step6']).estimatedDurationMs).toBe(all - 60_000)
  })

  test('has the new values of inputs and the old ones of the rest', () => {
    expect(revise({ inputs: { n: 4 } }).plan.inputs).toEqual({ n: 4, text: 'x' })
  })

  test('checks values of inputs by the schemas that the workflow declared', () => {
    expect(faultsOf({ inputs: { n: 10, text: 1, other: true } })).toEqual([
      'INVALID_INPUTS /inputs/n',
      'INVALID_INPUTS /inputs/text',
      'INVALID_INPUTS /inputs/other',
    ])
  })

  test('whose schemas are not known any more checks their names', () => {
    const { inputSchemas: _, ...older } = plan
    expect(revise({ inputs: { n: 'many' } }, [], older).plan.inputs).toMatchObject({ n: 'many' })
    expect(faultsOf({ inputs: { other: 1 } }, [], older)).toEqual(['INVALID_INPUTS /inputs/other'])
  })

  test('replaces the fields of a step that are given, and leaves the others', () => {
    const { plan: revised } = revise({
      steps: { c: { timeout: '5s', when: 'inputs.n > 2' }, e: { retry: { maxAttempts: 7 } } },
    })
    expect(stepOf(revised, 'c')).toEqual({
      ...stepOf(plan, 'c'),
      timeoutMs: 5000,
      when: 'inputs.n > 2',
    })
    expect(stepOf(revised, 'e')?.retry.maxAttempts).toBe(7)
    expect(stepOf(revised, 'a')).toBe(stepOf(plan, 'a'))
  })

  test('is no longer what a sentence says when its input is another', () => {
    expect(stepOf(revise({ steps: { step2: { timeout: '9s' } } }).plan, 'step2')?.text).toBe(
      'GET http://shop.local/{{ inputs.n }}',
    )
    const changed = stepOf(
      revise({ steps: { step2: { with: { url: 'http://shop.local/b' } } } }).plan,
      'step2',
    )
    expect(changed).toMatchObject({ with: { url: 'http://shop.local/b' } })
    expect(changed).not.toHaveProperty('text')
  })

  test('follows the new input in what nobody gave, and keeps what was given', () => {
    const post = { method: 'POST', url: 'http://shop.local' }
    expect(stepOf(plan, 'step2')).toMatchObject({
      onInterrupted: 'retry',
      retry: { maxAttempts: 3 },
    })
    const changed = stepOf(revise({ steps: { step2: { with: post } } }).plan, 'step2')
    expect(changed?.onInterrupted).not.toBe('retry')
    expect(changed?.retry.maxAttempts).toBe(1)
    const given = stepOf(revise({ steps: { c: { with: { run: ['ls'] } } } }).plan, 'c')
    expect(given).toMatchObject({ with: { run: ['ls'] }, retry: { maxAttempts: 4 } })
  })

  test('is refused with the place of each fault', () => {
    expect(
      faultsOf(
        {
          steps: {
            a: { with: { for: '1s' } },
            c: { with: { run: ['rm'] }, timeout: '1h' },
            d: { with: { if: 'true', then: [], else: ['e'] } },
            step2: { with: { url: '{{ steps.e.output }}', extra: '{{ secrets.NONE }}' } },
            z: {},
          },
        },
        ['a'],
      ),
    ).toEqual([
      'INVALID_VALUE /steps/a',
      'COMMAND_NOT_ALLOWED /steps/c/with/run/0',
      'INVALID_VALUE /steps/d/with',
      'UNKNOWN_FIELD /steps/step2/with/extra',
      'UNKNOWN_STEP /steps/step2/with/url',
      'UNKNOWN_SECRET /steps/step2/with/extra',
      'UNKNOWN_STEP /steps/z',
    ])
    expect(faultsOf({ steps: { c: { timeout: '1h' } } })).toEqual([
      'TIMEOUT_HIERARCHY /steps/c/timeout',
    ])
  })

  const steered = compile({
    vars: { total: { type: 'integer', default: 1 } },
    groups: { g: { timeout: '1m', maxParallel: 2 } },
    timeout: '10m',
    steps: [
      {
        id: 'a',
        uses: 'command',
        with: { run: ['make'] },
        group: 'g',
        undo: 'Run `unmake {{ steps.a.output.id }}`',
        set: { total: 'steps.a.output.n' },
      },
      step('b', { when: "failed('a')" }),
      step('f', { finally: true, when: 'always()' }),
    ],
  }).plan

  test('keeps undo, variables, groups and finally as they are', () => {
    expect(revise({}, [], steered).plan).toEqual(steered)
    const { plan: revised } = revise({ steps: { a: { timeout: '5s' } } }, [], steered)
    expect(stepOf(revised, 'a')).toEqual({ ...stepOf(steered, 'a'), timeoutMs: 5000 })
    expect(revised).toMatchObject({
      vars: steered.vars,
      varSchemas: steered.varSchemas,
      groups: steered.groups,
    })
  })

  test('asks how steps ended where its new condition does, and only there', () => {
    const { plan: revised } = revise(
      {
        steps: {
          b: { when: 'vars.total == 1' },
          f: { when: "skipped('b') || steps.a.output == null" },
        },
      },
      [],
      steered,
    )
    expect(stepOf(revised, 'b')).not.toHaveProperty('tolerant')
    expect(stepOf(revised, 'f')).toMatchObject({ tolerant: true, finally: true })
    expect(
      stepOf(revise({ steps: { b: { timeout: '1s' } } }, [], steered).plan, 'b'),
    ).toMatchObject({ tolerant: true })
  })

  test('holds the changes against variables, finally steps and the limit of the group', () => {
    const changes = {
      a: { timeout: '2m', when: "failed('f')" },
      b: { with: { for: '{{ vars.other }}' } },
      f: { with: { for: '{{ always() }}' } },
    }
    expect(faultsOf({ steps: changes }, [], steered)).toEqual([
      'TIMEOUT_HIERARCHY /steps/a/timeout',
      'UNKNOWN_STEP /steps/a/when',
      'INVALID_EXPRESSION /steps/b/with/for',
      'INVALID_EXPRESSION /steps/f/with/for',
    ])
    expect(faultsOf({ steps: { a: { undo: 'Wait 1s' } } }, [], steered)).toEqual([
      'UNKNOWN_FIELD /steps/a/undo',
    ])
  })

  test('is reckoned with its finally steps after the rest', () => {
    const all = revise({}, [], steered).estimatedDurationMs
    expect(all - revise({}, ['f'], steered).estimatedDurationMs).toBe(1000)
  })
})
