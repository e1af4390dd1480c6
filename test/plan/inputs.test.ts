import { describe, expect, test } from 'vitest'
import { cpuTime } from '../support/cpu-time.ts'
import { compile, faultsOf } from './planning.ts'

const workflow = (inputs: object) => ({ inputs, steps: ['Wait 1s'] })

describe('inputs', () => {
  test('are the values posted and the declared defaults', () => {
    const declared = {
      url: { type: 'string', format: 'uri' },
      limit: { type: 'integer', default: 5 },
      tags: { type: 'array', items: { type: 'string' }, default: [] },
    }
    const { plan } = compile({ workflow: workflow(declared), inputs: { url: 'http://a.test' } })
    expect(plan.inputs).toEqual({ url: 'http://a.test', limit: 5, tags: [] })
  })

  test('may be false or null', () => {
    const declared = { a: { type: 'boolean' }, b: { type: 'null' }, c: { default: null } }
    const { plan } = compile({ workflow: workflow(declared), inputs: { a: false, b: null } })
    expect(plan.inputs).toEqual({ a: false, b: null, c: null })
  })

  test('are checked to their depth', () => {
    const declared = {
      user: {
        type: 'object',
        properties: { name: { type: 'string', minLength: 2 } },
        required: ['name'],
        additionalProperties: false,
      },
    }
    const post = (user: unknown) => ({ workflow: workflow(declared), inputs: { user } })
    expect(faultsOf(post({ name: 'x' }))).toEqual(['INVALID_INPUTS /inputs/user/name'])
    expect(faultsOf(post({ name: 'xy', age: 3 }))).toEqual(['INVALID_INPUTS /inputs/user'])
    expect(compile(post({ name: 'xy' })).plan.inputs).toEqual({ user: { name: 'xy' } })
  })

  test.each([
    { $ref: '#' },
    { $ref: '#/nowhere' },
    { pattern: '(', type: 'string' },
    { if: {} },
    { items: { $ref: '#' } },
  ])('are refused when %j declares them', (declaration) => {
    expect(faultsOf({ workflow: workflow({ a: declaration }), inputs: { a: 'x' } })).not.toEqual([])
  })

  test.each(['^(a+)+$', '['.repeat(500_000), `${'[a]'.repeat(200_000)}`, '(a|a)*b'])(
    'with a pattern made to take long are answered soon',
    (pattern) => {
      const declared = { a: { type: 'string', pattern } }
      const started = cpuTime()
      faultsOf({ workflow: workflow(declared), inputs: { a: 'a'.repeat(100_000) } })
      expect(cpuTime() - started).toBeLessThan(1000)
    },
  )

  test('can be read by expressions', () => {
    const steps = [{ uses: 'webhook', with: { url: 'http://a.test/{{ inputs.id }}' } }]
    const { plan } = compile({ workflow: { inputs: { id: {} }, steps }, inputs: { id: 3 } })
    expect(plan.steps[0]?.with).toEqual({ url: 'http://a.test/{{ inputs.id }}' })
  })
})
