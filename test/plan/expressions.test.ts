import { describe, expect, test, vi } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import type { Json } from '../../src/json.ts'
import { createExpressions } from '../../src/plan/expressions.ts'
import type { Scope } from '../../src/plan/types.ts'
import { cpuTime } from '../support/cpu-time.ts'

const expressions = createExpressions()

const scope: Scope = {
  steps: {
    fetch: {
      status: 'completed',
      output: {
        status: 200,
        ratio: 1.5,
        body: { size: 12, 'odd name': 'x', items: [{ n: 1 }, { n: 2 }], nothing: null },
        constructor: 'c',
        text: 'a'.repeat(60),
      },
    },
    later: { status: 'pending', output: null },
    big: { status: 'completed', output: Array.from({ length: 1000 }, (_, index) => index) },
  },
  inputs: { name: 'Ann', limit: 10, huge: 1e20 },
  vars: { total: 7, seen: ['a'] },
  session: {
    id: 'ses_1',
    name: null,
    status: 'running',
    createdAt: '2026-01-01T00:00:00.000Z',
    labels: { env: 'prod', 'app/tier': 'web' },
    metadata: { ticket: { no: 7 } },
  },
  secret: (name) => (name === 'TOKEN' ? 's3cret' : undefined),
}

const evaluate = (expression: string) => expressions.evaluate(expression, scope)
const resolve = (value: Json) => expressions.resolve(value, scope)

function failureOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof StepstreamError) return `${error.code} ${error.message}`
    throw error
  }
  return 'none'
}

describe('an expression', () => {
  const values: readonly (readonly [expression: string, value: Json])[] = [
    ['steps.fetch.output.body.size > 10', true],
    ['steps.fetch.output.status', 200],
    ['steps.fetch.output.status + 1', 201],
    ['steps["fetch"].output.body["odd name"]', 'x'],
    ['steps.fetch.output.ratio * 2.0', 3],
    ['1.5 + 1.0', 2.5],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['inputs.huge', 1e20],
    ['inputs.limit == 10', true],
    ['inputs', scope.inputs],
    ['vars.total + 1', 8],
    ['vars["seen"][0]', 'a'],
    ['vars', scope.vars],
    ['has(vars.none)', false],
    ['steps.fetch.output.body.items.map(item, item.n)', [1, 2]],
    ['steps.fetch.output.body.items[1].n', 2],
    [
      'steps.fetch.output.body',
      { size: 12, 'odd name': 'x', items: [{ n: 1 }, { n: 2 }], nothing: null },
    ],
    ['steps.fetch.output.constructor', 'c'],
    ['steps.fetch.output.body.nothing', null],
    ['has(steps.fetch.output.body.size)', true],
    ['has(steps.fetch.output.body.weight)', false],
    ['size(steps.fetch.output.body)', 4],
    ['steps.later.output == null', true],
    ['steps.later.status', 'pending'],
    ['steps.never.status', 'pending'],
    ['session.id + "/" + session.status', 'ses_1/running'],
    ['session.name == null', true],
    ['session.labels.env + session.labels["app/tier"]', 'prodweb'],
    ['has(session.labels.team)', false],
    ['session.metadata.ticket.no', 7],
    ['timestamp("2026-01-01T00:00:00Z")', '2026-01-01T00:00:00.000Z'],
    ['duration("90s")', '90s'],
    ['duration("1.5s")', '1.5s'],
    ['b"abc"', 'YWJj'],
    ['uint(3)', 3],
    ['{"a": [1, "x", {"b": 1.5}]}', { a: [1, 'x', { b: 1.5 }] }],
    [
      '[1, 2].map(x, [x, x * 2])',
      [
        [1, 2],
        [2, 4],
      ],
    ],
    ['cel.bind(n, steps.fetch.output.status, n + n)', 400],
    ['"abc".matches("^a.c$")', true],
    ['"v1.2.3".matches("^v\\\\d+\\\\.\\\\d+\\\\.\\\\d+$")', true],
    ['"ann@a.test".matches("^[a-z]+@[a-z.]+$")', true],
    ['inputs.name.matches("(Ann|Bob)")', true],
  ]

  test.each(values)('%s gives what JSON can carry', (expression, value) => {
    expect(evaluate(expression)).toEqual(value)
  })

  test.each([
    ['1 / 0', 'division by zero'],
    ['9007199254740993', 'too large'],
    ['type(1)', 'type'],
    ['1.0 / 0.0', 'not a number that JSON can carry'],
    ['steps.fetch.output.weight', 'No such key: weight'],
    ['steps.later.output.body', 'No such key: body'],
    ['steps.fetch.output.ratio + 1', 'no such overload'],
    ['secrets.TOKEN', 'only "with"'],
    ['steps', 'by name only'],
    ['1 +', 'Unexpected token'],
    [`${'!'.repeat(3999)}true`, 'characters'],
    [`${'('.repeat(300)}1${')'.repeat(300)}`, 'maxDepth'],
  ])('%s fails with the reason', (expression, reason) => {
    const failure = failureOf(() => evaluate(expression))
    expect(failure).toMatch(/^EXPRESSION_FAILED /)
    expect(failure).toContain(reason)
  })

  test('names the steps it reads', () => {
    const text =
      'steps.a.output.x > 1 && steps["b"].status == "failed" && [1].all(x, x < steps.c.output)'
    expect([...expressions.stepsReadBy(text)].sort()).toEqual(['a', 'b', 'c'])
  })

  test('does not take a bound name for a step', () => {
    expect([...expressions.stepsReadBy('[{"a": 1}].all(s, s.a == 1)')]).toEqual([])
  })
})

describe('a template', () => {
  test.each([
    ['{{ steps.fetch.output.status }}', 200],
    ['{{inputs}}', scope.inputs],
    [' {{ inputs.limit }}', ' 10'],
    ['{{ inputs.name }} has {{ inputs.limit }}', 'Ann has 10'],
    ['{{ inputs.name }}{{ inputs.name }}', 'AnnAnn'],
    ['got {{ steps.fetch.output.body.items }}', 'got [{"n":1},{"n":2}]'],
    ['got {{ null }} and {{ 1.5 }}', 'got null and 1.5'],
    ['{{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ['{{ {"a": {"b": 1}}}}', { a: { b: 1 } }],
    ['{{ "}}" + "{{" }}', '}}{{'],
    ["{{ '}}' }} and {{ '{{' }}", '}} and {{'],
    ['{{ {"a":{"b":{"c":1}}} }}}', '{"a":{"b":{"c":1}}}}'],
    ['Bearer {{ secrets.TOKEN }}', 'Bearer s3cret'],
    ['no braces } here {', 'no braces } here {'],
    ['{{ "__proto__" }}', '__proto__'],
  ])('%s is replaced', (text, value) => {
    expect(resolve(text)).toEqual(value)
  })

  test('is replaced anywhere inside a value', () => {
    expect(resolve({ a: ['{{ 1 + 1 }}', { b: 'x{{ inputs.name }}' }], c: 3 })).toEqual({
      a: [2, { b: 'xAnn' }],
      c: 3,
    })
  })

  test('leaves a value without one as it is', () => {
    const value = { a: [1, { b: 'x' }] }
    expect(resolve(value)).toBe(value)
  })

  test('names the steps it reads', () => {
    const value = { a: '{{ steps.a.output }}', b: ['x {{ steps.b.status }}{{ 1 }}'] }
    expect([...expressions.stepsRead(value)].sort()).toEqual(['a', 'b'])
  })

  test('fails when a secret is not set', () => {
    expect(failureOf(() => resolve('{{ secrets.NONE }}'))).toContain('EXPRESSION_FAILED')
  })

  test('keeps a key that would reach a prototype as a plain key', () => {
    const output = JSON.parse('{"__proto__": {"polluted": true}}') as Json
    const hostile: Scope = { ...scope, steps: { a: { status: 'completed', output } } }
    const value = expressions.resolve('{{ steps.a.output }}', hostile)
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('an expression made to take long', () => {
  const loops = (depth: number): string =>
    depth === 0 ? 'true' : `steps.big.output.all(x${depth}, ${loops(depth - 1)})`
  const doubled = Array.from({ length: 40 }, (_, n) => `.map(x${n}, x${n} + x${n})`).join('')

  test.each([
    ['nested loops', loops(5)],
    ['nested loops that swallow errors', `${loops(5)} || false`],
    ['a list that doubles', `[[1, 2]]${doubled}.size() > 0`],
    ['a text that doubles', `["ab"]${doubled}[0].size() > 0`],
    ['a backtracking pattern', 'steps.fetch.output.text.matches("^(a+)+b$")'],
    ['a pattern of choices', 'steps.fetch.output.text.matches("^(a|a)*b$")'],
    [
      'a pattern of options',
      `steps.fetch.output.text.matches("${'a?'.repeat(60)}${'a'.repeat(61)}")`,
    ],
    ['a pattern of many repetitions', `steps.fetch.output.text.matches("${'a*'.repeat(20)}b")`],
    ['a very long pattern', `"a".matches("${'a'.repeat(1001)}")`],
  ])('%s fails soon', (_name, expression) => {
    const started = cpuTime()
    expect(failureOf(() => evaluate(expression))).toMatch(/^EXPRESSION_FAILED /)
    expect(cpuTime() - started).toBeLessThan(2000)
  })

  test.each([
    `{{ "${'}}'.repeat(500)}" }}`,
    '{{ '.repeat(1000),
    '{{ 1 }}'.repeat(2000),
    `{{ ${'}'.repeat(3000)}`,
  ])('a template of many braces is answered soon', (text) => {
    const started = cpuTime()
    failureOf(() => resolve(text))
    expect(cpuTime() - started).toBeLessThan(500)
  })

  test('time that the machine spends elsewhere is not held against an expression', () => {
    let now = 0
    // Each look at the time comes a second after the one before.
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000))
    const rows = Array.from({ length: 1000 }, () => 'x')
    const slow: Scope = { ...scope, steps: { a: { status: 'completed', output: { rows } } } }
    expect(expressions.evaluate('steps.a.output.rows.size() + 1 == 1001', slow)).toBe(true)
    expect(
      failureOf(() => expressions.evaluate('steps.a.output.rows.all(r, r == "x")', slow)),
    ).toMatch(/^EXPRESSION_FAILED .*longer than 250 ms/)
  })

  test('costs no more for a large output than for the part it reads', () => {
    const output = { status: 200, rows: Array.from({ length: 200_000 }, (_, n) => ({ n })) }
    const large: Scope = { ...scope, steps: { a: { status: 'completed', output } } }
    const started = cpuTime()
    for (let turn = 0; turn < 100; turn++)
      expressions.evaluate('steps.a.output.status == 200', large)
    expect(cpuTime() - started).toBeLessThan(100)
  })
})
