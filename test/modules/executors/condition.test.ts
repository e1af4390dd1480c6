// biome-ignore-all lint/suspicious/noThenProperty: “then” is what users write, and none of these objects is awaited.
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/json.ts'
import { conditionExecutor } from '../../../src/modules/executors/condition.ts'
import { makeContext } from '../../support/executor-context.ts'

function decide(answer: Json) {
  const input = conditionExecutor.input.parse({ if: 'steps.a.output > 1' })
  const evaluate = (expression: string): Promise<Json> => {
    expect(expression).toBe('steps.a.output > 1')
    return Promise.resolve(answer)
  }
  return conditionExecutor.execute(input, makeContext({ evaluate }))
}

describe('condition', () => {
  test('takes the branch its expression says', async () => {
    expect(await decide(true)).toEqual({
      status: 'succeeded',
      output: { result: true },
      branch: 'then',
    })
    expect(await decide(false)).toMatchObject({ output: { result: false }, branch: 'else' })
  })

  test.each([1, 'true', null, [true], {}])('is an error when the answer is %j', async (answer) => {
    expect(await decide(answer)).toMatchObject({
      status: 'error',
      code: 'EXPRESSION_FAILED',
      retryable: false,
    })
  })

  test('names the steps of its branches, one or several', () => {
    expect(conditionExecutor.branches?.({ if: 'true', then: 'a', else: ['b', 'c'] })).toEqual({
      then: ['a'],
      else: ['b', 'c'],
    })
    expect(conditionExecutor.branches?.({ if: 'true' })).toEqual({ then: [], else: [] })
  })

  test('refuses a step in both branches', () => {
    expect(conditionExecutor.check?.({ then: ['a', 'b'], else: 'b' })).toMatchObject([
      { path: ['else'], code: 'INVALID_VALUE' },
    ])
    expect(conditionExecutor.check?.({ then: 'a', else: 'b' })).toEqual([])
  })
})
