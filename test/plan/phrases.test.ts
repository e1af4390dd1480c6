import { describe, expect, test } from 'vitest'
import { cpuTime } from '../support/cpu-time.ts'
import { browserPlanner } from './browser-planning.ts'
import { faultDetailsOf } from './planning.ts'

const planner = browserPlanner()
const compile = (body: unknown) => planner.compile(body).plan
const faultsOf = (body: unknown) =>
  faultDetailsOf(body, planner).map(({ code, pointer }) => `${code} ${pointer}`)
const messagesOf = (body: unknown) => faultDetailsOf(body, planner).map(({ message }) => message)
const textsOf = (body: unknown) => compile(body).steps.map(({ text }) => text)

const logIn = {
  'log in as {string}': [
    'Open https://shop.test/login',
    'Type "<1>" into the Name field',
    'Click Sign in',
  ],
}

describe('phrases of a workflow', () => {
  test('are written out where a line uses them, in order', () => {
    const steps = [
      'Wait 1s',
      'Given I log in as "Ada"',
      { id: 'after', uses: 'wait', with: { for: '1s' } },
    ]
    const plan = compile({ phrases: logIn, steps })
    expect(plan.steps.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['step1', []],
      ['step2_1', ['step1']],
      ['step2_2', ['step2_1']],
      ['step2_3', ['step2_2']],
      ['after', ['step2_3']],
    ])
    expect(plan.steps[2]).toMatchObject({
      text: 'Type "Ada" into the Name field',
      with: { do: 'fill', target: { name: 'Name', role: 'field' }, text: 'Ada' },
    })
  })

  test('are read with and without a capital, a full stop and who does it', () => {
    const steps = [
      'Log in as "Ada".',
      'log in as "Ada"',
      'Given I log in as "Ada"',
      'And the user log in as "Ada"',
    ]
    expect(compile({ phrases: logIn, steps }).steps).toHaveLength(12)
  })

  test('win over what is built in', () => {
    const phrases = { 'click Save': ['Wait 1s'] }
    expect(compile({ phrases, steps: ['Click Save'] }).steps[0]).toMatchObject({ uses: 'wait' })
  })

  test('count by the order in which they are declared', () => {
    const phrases = { 'do {}': ['Wait 1s'], 'do {word}': ['Wait 2s'] }
    expect(textsOf({ phrases, steps: ['do it'] })).toEqual(['Wait 1s'])
  })

  test('give a step numbers, texts and parts of texts', () => {
    const phrases = {
      'wait {int} time(s) for {word}': [
        'Wait <1> seconds',
        {
          uses: 'webhook',
          with: { url: 'https://a.test/<2>', json: { count: '<1>', text: '<1> of <2>' } },
          when: 'inputs.on',
        },
      ],
    }
    const inputs = { on: { type: 'boolean', default: true } }
    const { steps } = compile({ inputs, phrases, steps: ['wait 3 times for x/y'] })
    expect(steps[0]?.with).toEqual({ for: '3s' })
    expect(steps[1]).toMatchObject({
      with: { url: 'https://a.test/x/y', json: { count: 3, text: '3 of x/y' } },
      when: 'inputs.on',
    })
  })

  test('keep an argument from changing how the sentence is read', () => {
    const argument = 'a\\" into the \\"B'
    const body = { phrases: { 'write {string}': ['Type "<1>" into Name', 'Type <1> into Name'] } }
    const { steps } = compile({ ...body, steps: [`write "${argument}"`] })
    for (const { with: input } of steps) {
      expect(input).toEqual({ do: 'fill', target: { name: 'Name' }, text: 'a" into the "B' })
    }
  })

  test('take expressions and secrets as arguments', () => {
    const phrases = { 'sign in with {string}': ['Type "<1>" into Password'] }
    const inputs = { p: { default: 'x' } }
    const steps = ['sign in with "{{ secrets.TOKEN }}"', 'sign in with "{{ inputs.p }}"']
    const inputsOf = compile({ inputs, phrases, steps }).steps.map(({ with: input }) => input)
    expect(inputsOf).toMatchObject([{ secret: 'TOKEN' }, { text: '{{ inputs.p }}' }])
  })

  test('may use one another, and be in a group of structured steps', () => {
    const phrases = {
      'buy {string}': ['log in as "Ada"', 'Click "<1>"'],
      'log in as {string}': [
        { group: 'g', uses: 'wait', with: { for: '1s' } },
        { group: 'g', uses: 'wait', with: { for: '2s' } },
      ],
    }
    const plan = compile({ phrases, steps: ['buy "Lamp"', 'Wait 3s'] })
    expect(plan.steps.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['step1_1', []],
      ['step1_2', []],
      ['step1_3', ['step1_1', 'step1_2']],
      ['step2', ['step1_3']],
    ])
  })

  test('are depended on by the number of their line', () => {
    const last = { id: 'last', uses: 'wait', with: { for: '1s' }, dependsOn: ['step1'] }
    const { steps } = compile({ phrases: logIn, steps: ['log in as "Ada"', 'Wait 1s', last] })
    expect(steps.at(-1)?.dependsOn).toEqual(['step1_3'])
  })

  test('leave names alone that steps have', () => {
    const steps = ['log in as "Ada"', { id: 'step1_2', uses: 'wait', with: { for: '1s' } }]
    const ids = compile({ phrases: logIn, steps }).steps.map(({ id }) => id)
    expect(ids).toEqual(['step1_1', 'step1_2_2', 'step1_3', 'step1_2'])
  })

  const one = (name: string, ...steps: unknown[]) => ({ phrases: { [name]: steps }, steps: [name] })

  const bad: readonly (readonly [name: string, body: object, fault: string])[] = [
    [
      'an unreadable sentence',
      one('do it', 'Wait 1s', 'Dance'),
      'UNREADABLE_SENTENCE /phrases/do it/1',
    ],
    [
      'a step with a fault',
      one('do it', { uses: 'wait', with: { for: 1 } }),
      'DURATION_WITHOUT_UNIT /phrases/do it/0/with/for',
    ],
    [
      'an unknown executor',
      one('do it', { uses: 'dance' }),
      'UNKNOWN_EXECUTOR /phrases/do it/0/uses',
    ],
    [
      'an unknown input',
      one('do it', 'Click "{{ inputs.x }}"'),
      'INVALID_EXPRESSION /phrases/do it/0',
    ],
    ['a place for no argument', one('do it', 'Click "<1>"'), 'INVALID_VALUE /phrases/do it/0'],
    [
      'no expression',
      { phrases: { 'a ( b': ['Wait 1s'] }, steps: ['Wait 1s'] },
      'INVALID_VALUE /phrases/a ( b',
    ],
    [
      'an unknown kind of parameter',
      { phrases: { 'a {colour}': ['Wait 1s'] }, steps: ['Wait 1s'] },
      'INVALID_VALUE /phrases/a {colour}',
    ],
    [
      'parameters without end',
      { phrases: { '{} a {} b {}': ['Wait 1s'] }, steps: ['Wait 1s'] },
      'INVALID_VALUE /phrases/{} a {} b {}',
    ],
    ['no steps', { phrases: { a: [] }, steps: ['Wait 1s'] }, 'INVALID_VALUE /phrases/a'],
    ['itself', one('do it', 'do it'), 'INVALID_VALUE /phrases/do it'],
  ]

  test.each(bad)('are refused with %s', (_name, body, fault) => {
    expect(faultsOf(body)).toEqual([fault])
  })

  test('name the line that used them, and the phrase', () => {
    expect(messagesOf({ ...one('do it', 'Dance'), steps: ['Wait 1s', 'do it'] })).toEqual([
      expect.stringContaining('step 2, by the phrase "do it": "Dance" is not a sentence'),
    ])
    const { phrases } = one('do it', { uses: 'dance' })
    expect(messagesOf({ phrases, steps: ['Wait 1s', 'do it'] })).toEqual([
      expect.stringContaining('(used by step 2)'),
    ])
  })

  test('end where they go round in circles, go too deep or come to too many steps', () => {
    const circle = { phrases: { a: ['b'], b: ['a'] }, steps: ['a'] }
    expect(messagesOf(circle)).toEqual(['step 1: phrases go round in circles: "a" → "b" → "a"'])
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const chain = Object.fromEntries(names.map((name, at) => [name, [names[at + 1] ?? 'Wait 1s']]))
    expect(faultsOf({ phrases: chain, steps: ['a'] })).toEqual(['INVALID_VALUE /phrases/f'])
    expect(faultsOf({ phrases: chain, steps: ['b'] })).toEqual([])
    const wide = Object.fromEntries(
      names
        .slice(0, 5)
        .map((name, at) => [name, Array(100).fill(at === 4 ? 'Wait 1s' : names[at + 1])]),
    )
    expect(faultsOf({ phrases: wide, steps: ['a'] })).toEqual(['TOO_MANY_STEPS /steps'])
  })

  test('answer soon to sentences made to take long', () => {
    const phrases = {
      '{} a {}': ['Wait 1s'],
      '{word}a {word}a': ['Wait 1s'],
      '{string} and {string}': ['Wait 1s'],
    }
    const steps = Array.from({ length: 200 }, (_, at) => `${'a '.repeat(990)}${at}`)
    const started = cpuTime()
    expect(faultsOf({ phrases, steps })).toContain('UNREADABLE_SENTENCE /steps/0')
    expect(cpuTime() - started).toBeLessThan(5000)
  })
})
