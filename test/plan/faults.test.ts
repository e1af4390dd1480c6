import { describe, expect, test } from 'vitest'
import { choose, compile, faultDetailsOf, faultsOf, step } from './planning.ts'

const get = { uses: 'webhook', with: { url: 'http://a.test/' } }
const nested = (levels: number): unknown => {
  let value: unknown = 'x'
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

const bad: readonly (readonly [name: string, body: unknown, ...faults: string[]])[] = [
  // The body
  ['nothing', undefined, 'EMPTY_BODY '],
  ['null', null, 'WRONG_TYPE '],
  ['a number', 7, 'WRONG_TYPE '],
  ['a string', 'Wait 2 seconds', 'WRONG_TYPE '],
  ['an empty object', {}, 'MISSING_FIELD /steps'],
  ['an empty list', [], 'NO_STEPS '],
  ['a workflow without steps', { steps: [] }, 'NO_STEPS /steps'],
  ['steps that are no list', { steps: {} }, 'WRONG_TYPE /steps'],
  ['too many steps', Array(501).fill('Wait 1s'), 'TOO_MANY_STEPS '],
  ['an unknown field', { steps: ['Wait 1s'], color: 1 }, 'UNKNOWN_FIELD /color'],
  ['a wrapper with a saved name', { workflow: 'nightly' }, 'WRONG_TYPE /workflow'],
  ['a wrapper with more', { workflow: ['Wait 1s'], x: 1 }, 'UNKNOWN_FIELD /x'],
  ['a wrapper with an empty list', { workflow: [] }, 'NO_STEPS /workflow'],
  ['a wrapper with bad inputs', { workflow: ['Wait 1s'], inputs: 3 }, 'WRONG_TYPE /inputs'],
  ['a wrapped fault', { workflow: { steps: ['Wait 1s', 4] } }, 'WRONG_TYPE /workflow/steps/1'],
  ['a wrapped list with a fault', { workflow: ['Wait 1s', 4] }, 'WRONG_TYPE /workflow/1'],
  // Sanity
  [
    'deep nesting',
    [{ uses: 'wait', with: nested(40) }],
    `NESTED_TOO_DEEP /0/with${'/0'.repeat(30)}`,
  ],
  ['a NUL in a value', [{ uses: 'a\0' }], 'INVALID_CHARACTERS /0/uses'],
  ['a NUL in a key', [{ 'a\0b': 1 }], 'INVALID_CHARACTERS /0/a\ufffdb'],
  ['a lone surrogate', { name: '\ud800', steps: [] }, 'INVALID_CHARACTERS /name'],
  ['a __proto__ key', JSON.parse('[{"__proto__":{"uses":"wait"}}]'), 'UNKNOWN_FIELD /0/__proto__'],
  [
    'a constructor key',
    [{ uses: 'wait', with: { constructor: 1 } }],
    'UNKNOWN_FIELD /0/with/constructor',
  ],
  ['a huge string', [{ uses: 'x'.repeat(10_000_000) }], 'STRING_TOO_LONG /0/uses'],
  ['a huge key', [{ ['k'.repeat(10_000_000)]: 1 }], 'STRING_TOO_LONG /0'],
  ['a value beyond JSON', [{ uses: 'wait', with: { for: 1n } }], 'WRONG_TYPE /0/with/for'],
  [
    'a number beyond JSON',
    { steps: ['Wait 1s'], maxParallel: Number.NaN },
    'WRONG_TYPE /maxParallel',
  ],
  // Workflow fields
  ['a wrong name', { name: 3, steps: ['Wait 1s'] }, 'WRONG_TYPE /name'],
  ['a long name', { name: 'x'.repeat(201), steps: ['Wait 1s'] }, 'STRING_TOO_LONG /name'],
  ['an unknown reaction', { onFailure: 'panic', steps: ['Wait 1s'] }, 'INVALID_VALUE /onFailure'],
  ['a bare timeout', { timeout: 30, steps: ['Wait 1s'] }, 'DURATION_WITHOUT_UNIT /timeout'],
  ['a bad timeout', { timeout: 'soon', steps: ['Wait 1s'] }, 'INVALID_DURATION /timeout'],
  ['a zero timeout', { timeout: '0s', steps: ['Wait 1s'] }, 'INVALID_VALUE /timeout'],
  ['no parallelism', { maxParallel: 0, steps: ['Wait 1s'] }, 'INVALID_VALUE /maxParallel'],
  ['too much parallelism', { maxParallel: 101, steps: ['Wait 1s'] }, 'INVALID_VALUE /maxParallel'],
  // Step fields
  ['a step that is a number', [7], 'WRONG_TYPE /0'],
  ['a step that is a list', [[]], 'WRONG_TYPE /0'],
  ['an empty step', [{}], 'MISSING_FIELD /0/uses'],
  ['an unknown step field', [{ ...get, colour: 1 }], 'UNKNOWN_FIELD /0/colour'],
  ['an unknown executor', [{ uses: 'teleport' }], 'UNKNOWN_EXECUTOR /0/uses'],
  ['a wrong with', [{ uses: 'wait', with: [] }], 'WRONG_TYPE /0/with'],
  ['a bad id', [{ ...get, id: '9a' }], 'INVALID_VALUE /0/id'],
  ['an id with a dash', [{ ...get, id: 'a-b' }], 'INVALID_VALUE /0/id'],
  [
    'a duplicate id',
    [
      { ...get, id: 'a' },
      { ...get, id: 'a' },
    ],
    'DUPLICATE_STEP_ID /1/id',
  ],
  ['a bare step timeout', [{ ...get, timeout: '5' }], 'DURATION_WITHOUT_UNIT /0/timeout'],
  ['no way', [{ ...get, onInterrupted: 'shrug' }], 'INVALID_VALUE /0/onInterrupted'],
  ['no attempts', [{ ...get, retry: { maxAttempts: 0 } }], 'INVALID_VALUE /0/retry/maxAttempts'],
  ['half an attempt', [{ ...get, retry: { maxAttempts: 1.5 } }], 'WRONG_TYPE /0/retry/maxAttempts'],
  ['a bad backoff', [{ ...get, retry: { backoff: 'slow' } }], 'INVALID_VALUE /0/retry/backoff'],
  ['a bare delay', [{ ...get, retry: { delay: 5 } }], 'DURATION_WITHOUT_UNIT /0/retry/delay'],
  ['an unknown retry field', [{ ...get, retry: { times: 3 } }], 'UNKNOWN_FIELD /0/retry/times'],
  // What the executor gets
  ['a missing input', [{ uses: 'webhook' }], 'MISSING_FIELD /0/with/url'],
  [
    'a bad input',
    { steps: [{ uses: 'webhook', with: { url: 'x' } }] },
    'INVALID_VALUE /steps/0/with/url',
  ],
  ['an unknown input', [{ uses: 'wait', with: { for: '1s', so: 1 } }], 'UNKNOWN_FIELD /0/with/so'],
  ['a deep fault', [{ uses: 'command', with: { run: ['a', 7] } }], 'WRONG_TYPE /0/with/run/1'],
  ['a bare wait', [{ uses: 'wait', with: { for: 5 } }], 'DURATION_WITHOUT_UNIT /0/with/for'],
  ['neither of two', [{ uses: 'wait' }], 'INVALID_VALUE /0/with'],
  [
    'a program that is not allowed',
    [{ uses: 'command', with: { run: ['rm'] } }],
    'COMMAND_NOT_ALLOWED /0/with/run/0',
  ],
  [
    'a status beside a template',
    [{ uses: 'webhook', with: { url: '{{ 1 }}', expect: [9] } }],
    'INVALID_VALUE /0/with/expect/0',
  ],
  // Graph
  ['an unknown dependency', [{ ...get, dependsOn: ['x'] }], 'UNKNOWN_STEP /0/dependsOn/0'],
  ['one unknown dependency', [{ ...get, dependsOn: 'x' }], 'UNKNOWN_STEP /0/dependsOn'],
  ['a wrong dependency', [{ ...get, dependsOn: 3 }], 'WRONG_TYPE /0/dependsOn'],
  ['itself', [step('a', { dependsOn: ['a'] })], 'DEPENDENCY_CYCLE /0/dependsOn/0'],
  [
    'a cycle',
    [step('a', { dependsOn: ['b'] }), step('b', { dependsOn: ['a'] })],
    'DEPENDENCY_CYCLE /0/dependsOn/0',
  ],
  ['an unknown branch', [choose('c', ['x'], [])], 'UNKNOWN_STEP /0/with/then/0'],
  ['an unknown branch name', [choose('c', [], 'x')], 'UNKNOWN_STEP /0/with/else'],
  ['a step in both branches', [choose('c', 'a', 'a'), step('a')], 'INVALID_VALUE /0/with/else'],
  ['a condition that chooses itself', [choose('c', 'c', [])], 'DEPENDENCY_CYCLE /0/with/then'],
  [
    'a condition that waits for its target',
    [step('a'), choose('c', 'a', [], { dependsOn: 'a' })],
    'DEPENDENCY_CYCLE /0',
  ],
  // Timeouts
  [
    'a step above its session',
    { timeout: '5s', steps: [step('a', { timeout: '6s' })] },
    'TIMEOUT_HIERARCHY /steps/0/timeout',
  ],
  [
    'a step above the default session',
    [step('a', { timeout: '2h' })],
    'TIMEOUT_HIERARCHY /0/timeout',
  ],
  [
    'a request above its step',
    [{ uses: 'webhook', timeout: '5s', with: { url: 'http://a.test', requestTimeout: '9s' } }],
    'TIMEOUT_HIERARCHY /0/with/requestTimeout',
  ],
  // Expressions
  ['a broken when', [{ ...get, when: '1 +' }], 'INVALID_EXPRESSION /0/when'],
  ['braces in when', [{ ...get, when: '{{ true }}' }], 'INVALID_EXPRESSION /0/when'],
  ['a when that is a number', [{ ...get, when: '1 + 1' }], 'INVALID_EXPRESSION /0/when'],
  ['too many expressions', [{ ...get, name: '{{'.repeat(5001) }], 'INVALID_VALUE /0/name'],
  ['a when that is no text', [{ ...get, when: true }], 'WRONG_TYPE /0/when'],
  [
    'a broken template',
    [{ uses: 'webhook', with: { url: 'http://{{ a. }}' } }],
    'INVALID_EXPRESSION /0/with/url',
  ],
  [
    'an open template',
    [{ uses: 'webhook', with: { url: '{{ 1' } }],
    'INVALID_EXPRESSION /0/with/url',
  ],
  ['an unknown name', [{ ...get, when: 'nobody.x' }], 'INVALID_EXPRESSION /0/when'],
  ['an unknown function', [{ ...get, when: 'launch()' }], 'INVALID_EXPRESSION /0/when'],
  ['a type fault', [{ ...get, when: '"a" + 1 == 2' }], 'INVALID_EXPRESSION /0/when'],
  ['an unknown step', [{ ...get, when: 'steps.x.output' }], 'UNKNOWN_STEP /0/when'],
  ['an own output', [{ ...get, id: 'a', when: 'steps.a.output' }], 'UNKNOWN_STEP /0/when'],
  [
    'a step that comes later',
    [
      { ...get, when: 'steps.b.output' },
      { ...get, id: 'b' },
    ],
    'UNKNOWN_STEP /0/when',
  ],
  [
    'a step beside it',
    [step('a'), { ...get, dependsOn: [], when: 'steps.a.output' }],
    'UNKNOWN_STEP /1/when',
  ],
  ['a computed step', [{ ...get, when: 'steps[inputs.x].output' }], 'INVALID_EXPRESSION /0/when'],
  ['a step field', [step('a'), { ...get, when: 'steps.a.outptu' }], 'INVALID_EXPRESSION /1/when'],
  ['an undeclared input', [{ ...get, when: 'inputs.x' }], 'INVALID_EXPRESSION /0/when'],
  ['an unknown session field', [{ ...get, when: 'session.user' }], 'INVALID_EXPRESSION /0/when'],
  ['a secret in when', [{ ...get, when: 'secrets.TOKEN == ""' }], 'INVALID_EXPRESSION /0/when'],
  [
    'a missing secret',
    [{ uses: 'webhook', with: { url: '{{ secrets.NONE }}' } }],
    'UNKNOWN_SECRET /0/with/url',
  ],
  [
    'all secrets',
    [{ uses: 'webhook', with: { url: 'a', json: '{{ secrets }}' } }],
    'INVALID_VALUE /0/with/url',
    'INVALID_EXPRESSION /0/with/json',
  ],
  [
    'a shadowed root',
    [{ ...get, when: '[1].all(steps, steps > 0)' }],
    'INVALID_EXPRESSION /0/when',
  ],
  [
    'a broken condition',
    [{ uses: 'condition', with: { if: '1 +' } }],
    'INVALID_EXPRESSION /0/with/if',
  ],
  [
    'a secret in a condition',
    [{ uses: 'condition', with: { if: 'secrets.TOKEN == ""' } }],
    'INVALID_EXPRESSION /0/with/if',
  ],
  [
    'a long expression',
    [{ ...get, when: `1${' + 1'.repeat(2000)} > 0` }],
    'INVALID_EXPRESSION /0/when',
  ],
  // Sentences
  ['an unreadable sentence', ['Wait 1s', 'Dance'], 'UNREADABLE_SENTENCE /1'],
  ['an empty sentence', [''], 'UNREADABLE_SENTENCE /0'],
  ['a wait without a unit', ['Wait 5'], 'DURATION_WITHOUT_UNIT /0'],
  ['a pipe', ['Run `ls | wc`'], 'INVALID_VALUE /0'],
  ['a long sentence', [`Wait ${'1s'.repeat(1000)}`], 'STRING_TOO_LONG /0'],
  ['a sentence with a bad body', ['POST {"__proto__": 1} to http://a.test/'], 'UNKNOWN_FIELD /0'],
  ['a sentence its executor refuses', ['GET http://a b'], 'INVALID_VALUE /0'],
  ['a sentence with a program that is not allowed', ['Run `rm x`'], 'COMMAND_NOT_ALLOWED /0'],
  // Inputs
  [
    'a missing input value',
    { inputs: { u: { type: 'string' } }, steps: ['Wait 1s'] },
    'INVALID_INPUTS /inputs/u',
  ],
  [
    'a wrong input value',
    { workflow: { inputs: { u: { type: 'string' } }, steps: ['Wait 1s'] }, inputs: { u: 3 } },
    'INVALID_INPUTS /inputs/u',
  ],
  [
    'a wrong part of a value',
    {
      workflow: { inputs: { u: { type: 'array', items: { type: 'string' } } }, steps: ['Wait 1s'] },
      inputs: { u: ['a', 3] },
    },
    'INVALID_INPUTS /inputs/u/1',
  ],
  [
    'an undeclared input value',
    { workflow: ['Wait 1s'], inputs: { u: 3 } },
    'INVALID_INPUTS /inputs/u',
  ],
  [
    'a broken declaration',
    { inputs: { u: { type: 'colour' } }, steps: ['Wait 1s'] },
    'INVALID_VALUE /inputs/u',
  ],
  [
    'a declaration that is no schema',
    { workflow: { inputs: { u: 'string' }, steps: ['Wait 1s'] } },
    'WRONG_TYPE /workflow/inputs/u',
  ],
  [
    'a wrong default',
    { inputs: { u: { type: 'string', default: 3 } }, steps: ['Wait 1s'] },
    'INVALID_VALUE /inputs/u/default',
  ],
  [
    'an endless pattern',
    {
      workflow: { inputs: { u: { type: 'string', pattern: '^(a+)+$' } }, steps: ['Wait 1s'] },
      inputs: { u: `${'a'.repeat(50)}b` },
    },
    'INVALID_VALUE /workflow/inputs/u',
  ],
]

describe('a body with a fault', () => {
  test.each(bad)('%s is refused with its code and its place', (_name, body, ...expected) => {
    expect(faultsOf(body)).toEqual(expected)
  })

  test('gets all its faults at once, each with its own place', () => {
    const body = {
      name: 7,
      onFailure: 'panic',
      steps: [{ uses: 'nope' }, 'Dance', { uses: 'wait', with: { for: 3 }, when: '1 +' }],
    }
    expect(faultsOf(body)).toEqual([
      'WRONG_TYPE /name',
      'INVALID_VALUE /onFailure',
      'UNREADABLE_SENTENCE /steps/1',
      'UNKNOWN_EXECUTOR /steps/0/uses',
      'DURATION_WITHOUT_UNIT /steps/2/with/for',
      'INVALID_EXPRESSION /steps/2/when',
    ])
  })

  test.each([
    ['the known reactions', { onFailure: 'panic', steps: ['Wait 1s'] }, '"rollback"'],
    ['the executors there are', [{ uses: 'x' }], 'webhook, command, wait, condition'],
    ['the number of the line', ['Wait 1s', 'Dance'], 'step 2: "Dance"'],
    ['some known forms', ['Dance'], '"Click the Sign in button"'],
    ['what was meant', ['Wiat 2 seconds'], 'Did you mean: Wait 2 seconds?'],
    ['the nearest form', ['Wait a bit'], 'Forms near to it: "Wait 2 seconds"'],
    ['the cycle', [step('a', { dependsOn: ['c'] }), step('b'), step('c')], 'a → b → c → a'],
    [
      'both timeouts',
      { timeout: '5s', steps: [step('a', { timeout: '6s' })] },
      '6000 ms are more than the session’s 5000 ms',
    ],
    ['the position in an expression', [{ ...get, when: '1 + * 2' }], 'at character 5'],
    [
      'what to depend on',
      [step('a'), { ...get, id: 'b', dependsOn: [], when: 'steps.a.output' }],
      'add "a" to dependsOn of "b"',
    ],
    ['how to write a condition', [{ ...get, when: '{{ true }}' }], 'without {{ }}'],
  ])('is told %s', (_name, body, expected) => {
    expect(faultDetailsOf(body)[0]?.message).toContain(expected)
  })

  test('is not told of a hundred thousand faults', () => {
    expect(faultsOf(Array(500).fill(7))).toHaveLength(100)
  })

  test('is told nothing when it has none', () => {
    expect(compile([get]).plan.steps).toHaveLength(1)
  })
})
