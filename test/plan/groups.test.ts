import { describe, expect, test } from 'vitest'
import { compile, faultDetailsOf, faultsOf, linksOf, step } from './planning.ts'

const workflow = (group: object, more: object = {}, stepMore: object = {}) => ({
  ...more,
  groups: { g: group },
  steps: [step('a'), step('b', { group: 'g', ...stepMore }), step('c', { group: 'g' }), step('d')],
})

describe('a group', () => {
  test('is carried into the plan with what it says', () => {
    const group = { maxParallel: 2, waitForAll: false, onFailure: 'continue', timeout: '1m' }
    expect(compile(workflow(group)).plan.groups).toEqual({
      g: { maxParallel: 2, waitForAll: false, onFailure: 'continue', timeoutMs: 60_000 },
    })
  })

  test('may say nothing, and need not be mentioned', () => {
    expect(compile(workflow({})).plan.groups).toEqual({ g: {} })
    expect(compile([step('a', { group: 'g' })]).plan).not.toHaveProperty('groups')
  })

  test('may be called what an object has already', () => {
    const body = { groups: { toString: {} }, steps: [step('a', { group: 'toString' })] }
    expect(compile(body).plan.groups).toEqual({ toString: {} })
  })

  test('that does not wait for all is followed by the same steps', () => {
    expect(linksOf(workflow({ waitForAll: false }))).toEqual(linksOf(workflow({})))
  })

  test('lowers the limit of a step that has none of its own', () => {
    const { steps } = compile(workflow({ timeout: '10s' })).plan
    expect(steps.map(({ timeoutMs }) => timeoutMs)).toEqual([300_000, 10_000, 10_000, 300_000])
  })

  test('takes a step’s limit up to its own, and its own up to the session’s', () => {
    const body = workflow({ timeout: '10s' }, { timeout: '10s' }, { timeout: '10s' })
    expect(faultsOf(body)).toEqual([])
  })

  const bad: readonly (readonly [name: string, body: unknown, ...faults: string[]])[] = [
    ['that no step has', { groups: { h: {} }, steps: ['Wait 1s'] }, 'INVALID_VALUE /groups/h'],
    ['without a name', { groups: { '': {} }, steps: [step('a')] }, 'INVALID_VALUE /groups/'],
    ['that is a number', { groups: { g: 1 }, steps: ['Wait 1s'] }, 'WRONG_TYPE /groups/g'],
    ['with an unknown field', workflow({ colour: 1 }), 'UNKNOWN_FIELD /groups/g/colour'],
    ['of none at a time', workflow({ maxParallel: 0 }), 'INVALID_VALUE /groups/g/maxParallel'],
    ['of too many', workflow({ maxParallel: 101 }), 'INVALID_VALUE /groups/g/maxParallel'],
    ['with half a wait', workflow({ waitForAll: 1 }), 'WRONG_TYPE /groups/g/waitForAll'],
    ['with no way', workflow({ onFailure: 'panic' }), 'INVALID_VALUE /groups/g/onFailure'],
    ['with a bare limit', workflow({ timeout: 5 }), 'DURATION_WITHOUT_UNIT /groups/g/timeout'],
    ['with no time', workflow({ timeout: '0s' }), 'INVALID_VALUE /groups/g/timeout'],
    [
      'above its session',
      { workflow: workflow({ timeout: '2m' }, { timeout: '1m' }) },
      'TIMEOUT_HIERARCHY /workflow/groups/g/timeout',
    ],
    [
      'below its step',
      workflow({ timeout: '5s' }, {}, { timeout: '6s' }),
      'TIMEOUT_HIERARCHY /steps/1/timeout',
    ],
    [
      'below a request of its step',
      {
        groups: { g: { timeout: '5s' } },
        steps: [
          { uses: 'webhook', group: 'g', with: { url: 'http://a.test', requestTimeout: '9s' } },
        ],
      },
      'TIMEOUT_HIERARCHY /steps/0/with/requestTimeout',
    ],
  ]

  test.each(bad)('%s is refused with its place', (_name, body, ...expected) => {
    expect(faultsOf(body)).toEqual(expected)
  })

  test('is not said to be without steps while a step cannot be read', () => {
    const body = { groups: { g: {} }, steps: [{ group: 'g' }] }
    expect(faultsOf(body)).toEqual(['MISSING_FIELD /steps/0/uses'])
  })

  test('names the rule and both limits', () => {
    const [fault] = faultDetailsOf(workflow({ timeout: '5s' }, {}, { timeout: '6s' }))
    expect(fault?.message).toBe(
      'session ≥ group ≥ step ≥ request and connect timeout: the step’s 6000 ms are more than the group’s 5000 ms',
    )
  })
})
