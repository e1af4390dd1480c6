import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import type { Json, JsonObject } from '../../src/json.ts'
import { createExpressions } from '../../src/plan/expressions.ts'
import type { Scope } from '../../src/plan/types.ts'
import { compile, faultsOf, step } from './planning.ts'

const vars = { total: { type: 'integer', default: 0 }, seen: { type: 'array' } }

describe('variables', () => {
  test('begin with their default, or with null', () => {
    const { plan } = compile({ vars, steps: ['Wait 1s'] })
    expect(plan.vars).toEqual({ total: 0, seen: null })
    expect(plan.varSchemas).toEqual(vars)
  })

  test('are no part of a plan that declares none', () => {
    const { plan } = compile(['Wait 1s'])
    expect(plan).not.toHaveProperty('vars')
    expect(plan).not.toHaveProperty('varSchemas')
  })

  test('can be read in every expression', () => {
    const body = {
      vars,
      steps: [
        step('a', { when: 'vars.total > 1', with: { for: '{{ vars.total }}s' } }),
        { uses: 'condition', with: { if: 'size(vars) > 0 && vars["total"] == 1' } },
        step('b', { set: { total: 'vars.total + 1' } }),
      ],
    }
    expect(faultsOf(body)).toEqual([])
  })

  test('are set by a step, which may read its own output and what its input may read', () => {
    const set = { total: 'vars.total + steps.b.output.n', seen: '[steps.a.output, inputs.i]' }
    const body = {
      inputs: { i: { default: 1 } },
      vars,
      steps: [step('a'), step('b', { set })],
    }
    expect(compile(body).plan.steps.map((each) => each.set)).toEqual([undefined, set])
  })

  const many = (count: number, value: unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, value]))

  test('may be a hundred, of which a step sets twenty', () => {
    const body = { vars: many(100, {}), steps: [step('a', { set: many(20, '1') })] }
    expect(faultsOf(body)).toEqual([])
  })

  const bad: readonly (readonly [name: string, body: object, ...faults: string[]])[] = [
    ['that are a list', { vars: [], steps: ['Wait 1s'] }, 'WRONG_TYPE /vars'],
    ['with a bad name', { vars: { 'a-b': {} }, steps: ['Wait 1s'] }, 'INVALID_VALUE /vars/a-b'],
    ['with no schema', { vars: { v: 'int' }, steps: ['Wait 1s'] }, 'WRONG_TYPE /vars/v'],
    [
      'with a broken schema',
      { vars: { v: { type: 'colour', default: 1 } }, steps: ['Wait 1s'] },
      'INVALID_VALUE /vars/v',
    ],
    [
      'with a reference',
      { workflow: { vars: { v: { $ref: '#/x' } }, steps: ['Wait 1s'] } },
      'INVALID_VALUE /workflow/vars/v',
    ],
    [
      'with a wrong default',
      { vars: { v: { type: 'string', default: 3 } }, steps: ['Wait 1s'] },
      'INVALID_VALUE /vars/v/default',
    ],
    [
      'with a huge default',
      { vars: { v: { default: 'x'.repeat(65_535) } }, steps: ['Wait 1s'] },
      'INVALID_VALUE /vars/v/default',
    ],
    [
      'with an endless pattern',
      {
        vars: { v: { pattern: '^(a+)+$', default: `${'a'.repeat(50)}b` } },
        steps: ['Wait 1s'],
      },
      'INVALID_VALUE /vars/v/default',
    ],
    ['beyond a hundred', { vars: many(101, {}), steps: ['Wait 1s'] }, 'INVALID_VALUE /vars'],
    [
      'that are set and not declared',
      { vars, steps: [step('a', { set: { other: '1' } })] },
      'INVALID_VALUE /steps/0/set/other',
    ],
    [
      'that are read and not declared',
      { vars, steps: [step('a', { when: 'vars.other == 1' })] },
      'INVALID_EXPRESSION /steps/0/when',
    ],
    [
      'of which a step sets too many',
      { vars: many(21, {}), steps: [step('a', { set: many(21, '1') })] },
      'INVALID_VALUE /steps/0/set',
    ],
    [
      'that are set by a value',
      { vars, steps: [step('a', { set: { total: 1 } })] },
      'WRONG_TYPE /steps/0/set/total',
    ],
    [
      'that are set by a template',
      { vars, steps: [step('a', { set: { total: '{{ 1 }}' } })] },
      'INVALID_EXPRESSION /steps/0/set/total',
    ],
    [
      'that are set by a secret',
      { vars, steps: [step('a', { set: { total: 'secrets.TOKEN' } })] },
      'INVALID_EXPRESSION /steps/0/set/total',
    ],
    [
      'that are set by a step that comes later',
      { vars, steps: [step('a', { set: { total: 'steps.b.output' } }), step('b')] },
      'UNKNOWN_STEP /steps/0/set/total',
    ],
    [
      'that are set by the step’s own status',
      { vars, steps: [step('a', { set: { seen: '[steps.a.status]' } })] },
      'UNKNOWN_STEP /steps/0/set/seen',
    ],
    [
      'whose declaration is broken, and not what reads them as well',
      { name: 7, vars, steps: [step('a', { when: 'vars.total == 1' })] },
      'WRONG_TYPE /name',
    ],
  ]

  test.each(bad)('%s are refused with the place', (_name, body, ...expected) => {
    expect(faultsOf(body)).toEqual(expected)
  })
})

describe('setting variables', () => {
  const expressions = createExpressions()
  const scope: Scope = {
    steps: { a: { status: 'running', output: { n: 2, text: 'x'.repeat(65_536) } } },
    inputs: {},
    vars: { total: 5 },
    session: {
      id: 'ses_1',
      name: null,
      status: 'running',
      createdAt: '2026-01-01T00:00:00.000Z',
      labels: {},
      metadata: {},
    },
    secret: () => 's3cret',
  }
  const schemas: JsonObject = {
    total: { type: 'integer', maximum: 9 },
    list: { type: 'array', items: { type: 'string' } },
    word: { type: 'string', pattern: '^(a+)+$' },
    any: true,
  }
  const set = (values: Readonly<Record<string, string>>): JsonObject =>
    expressions.setVariables(values, schemas, scope)

  const messageOf = (name: string, text: string): string => {
    try {
      set({ [name]: text })
    } catch (error) {
      if (error instanceof StepstreamError) return `${error.code} ${error.message}`
      throw error
    }
    return 'none'
  }

  test('gives the value of each expression', () => {
    const values: Json = set({ total: 'vars.total + steps.a.output.n', list: '["x"]', any: 'null' })
    expect(values).toEqual({ total: 7, list: ['x'], any: null })
  })

  test.each([
    ['total', '"x"', 'does not match its schema'],
    ['total', 'vars.total * 2', 'does not match its schema'],
    ['total', 'null', 'does not match its schema'],
    ['list', '["x", 1]', '/1: '],
    ['total', 'steps.a.output.m', 'No such key: m'],
    ['any', 'steps.a.output.text', 'bytes as JSON; 65536 are allowed'],
    ['word', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"', 'could take too long'],
    ['other', '1', 'is not declared'],
    ['any', 'secrets.TOKEN', 'may read secrets'],
    ['any', '1 +', 'Unexpected'],
  ])('%s to %s fails with its name and the reason', (name, text, reason) => {
    const message = messageOf(name, text)
    expect(message).toMatch(new RegExp(`^EXPRESSION_FAILED the variable "${name}": `))
    expect(message).toContain(reason)
  })
})
