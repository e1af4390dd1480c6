import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import { planner } from './planning.ts'

const steps = [{ uses: 'webhook', with: { url: 'http://a.test/{{ inputs.who }}' } }]

function faultsOf(definition: unknown): string[] {
  try {
    planner.check(definition)
  } catch (error) {
    if (error instanceof StepstreamError) {
      return error.faults.map(({ pointer, code }) => `${pointer} ${code}`)
    }
    throw error
  }
  return []
}

describe('a definition that is to be started later', () => {
  test('needs no values for its inputs', () => {
    const inputs = { who: { type: 'string' }, times: { type: 'integer', default: 2 } }
    expect(planner.check({ inputs, steps }).plan).toMatchObject({ inputs: { times: 2 } })
  })

  test('has its declarations checked all the same', () => {
    const inputs = {
      who: { type: 'nothing' },
      times: { type: 'integer', default: 'x' },
      other: { $ref: '#/x' },
    }
    expect(faultsOf({ inputs, steps })).toEqual([
      '/inputs/who INVALID_VALUE',
      '/inputs/times/default INVALID_VALUE',
      '/inputs/other INVALID_VALUE',
    ])
  })

  test('is refused when it reads an input it does not declare', () => {
    expect(faultsOf({ steps })).toEqual(['/steps/0/with/url INVALID_EXPRESSION'])
  })

  test('comes without what is sent at the start', () => {
    expect(faultsOf({ workflow: steps, inputs: {} })).toContain('/workflow UNKNOWN_FIELD')
    expect(faultsOf(undefined)).toEqual([' EMPTY_BODY'])
    expect(faultsOf('nightly')).toEqual([' WRONG_TYPE'])
  })
})
