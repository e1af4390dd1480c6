import { describe, expect, test } from 'vitest'
import { choose, compile, faultDetailsOf, faultsOf, linksOf, step } from './planning.ts'

const last = (id: string, more: object = {}) => step(id, { finally: true, ...more })

describe('a finally step', () => {
  test('is marked in the plan, and only it', () => {
    const { steps } = compile([step('a', { finally: false }), last('f')]).plan
    expect(steps.map((each) => each.finally)).toEqual([undefined, true])
  })

  test('comes after the finally step right before it, and after no other', () => {
    expect(linksOf([step('a'), last('f'), last('g'), step('b'), last('h'), step('c')])).toEqual({
      a: [],
      f: [],
      g: ['f'],
      b: ['a'],
      h: [],
      c: ['b'],
    })
  })

  test('may name others of its kind, also further down', () => {
    const links = linksOf([
      step('a'),
      last('f', { dependsOn: 'h' }),
      last('g', { dependsOn: [] }),
      last('h'),
    ])
    expect(links).toEqual({ a: [], f: ['h'], g: [], h: ['g'] })
  })

  test('runs beside others of its group', () => {
    const group = { group: 'end' }
    const links = linksOf([step('a'), last('f'), last('g', group), last('h', group), last('i')])
    expect(links).toEqual({ a: [], f: [], g: ['f'], h: ['f'], i: ['g', 'h'] })
  })

  test('does not part a group of normal steps', () => {
    const group = { group: 'g' }
    const links = linksOf([step('a'), step('b', group), last('f'), step('c', group), step('d')])
    expect(links).toEqual({ a: [], b: ['a'], f: [], c: ['a'], d: ['b', 'c'] })
  })

  test('can choose between others of its kind', () => {
    const body = [
      step('a'),
      choose('c', 't', 'e', { finally: true }),
      last('t'),
      last('e'),
      last('z'),
    ]
    expect(linksOf(body)).toEqual({ a: [], c: [], t: ['c'], e: ['c'], z: ['c', 't', 'e'] })
  })

  test('may read every normal step, and the finally steps before it', () => {
    const when =
      'steps.a.status == "failed" && steps.b.output == 1 && steps.f.status == "completed"'
    const body = [step('a'), last('f'), last('g', { when }), step('b', { dependsOn: [] })]
    expect(faultsOf(body)).toEqual([])
  })

  test('may have a condition, retries, a limit and variables', () => {
    const more = {
      when: 'always()',
      retry: { maxAttempts: 5 },
      timeout: '5s',
      set: { v: '1' },
    }
    const { steps } = compile({ vars: { v: {} }, steps: [step('a'), last('f', more)] }).plan
    expect(steps[1]).toMatchObject({
      tolerant: true,
      retry: { maxAttempts: 5 },
      timeoutMs: 5000,
      set: { v: '1' },
    })
  })

  test('is reckoned after the longest path', () => {
    const group = { group: 'end' }
    const body = [
      step('a'),
      step('b', { dependsOn: [], with: { for: '5s' } }),
      last('f', { ...group, with: { for: '2s' } }),
      last('g', { ...group, with: { for: '3s' } }),
    ]
    expect(compile(body).estimatedDurationMs).toBe(8000)
  })

  test('has its limit added to those along the longest path', () => {
    const steps = [step('a', { timeout: '40s' }), last('f', { timeout: '40s' })]
    expect(compile({ timeout: '1m', steps }).warnings.map(({ code }) => code)).toEqual([
      'TIMEOUTS_ADD_UP',
    ])
  })

  const bad: readonly (readonly [name: string, body: unknown, ...faults: string[]])[] = [
    ['alone', [last('f')], 'NO_STEPS '],
    ['alone in a workflow', { steps: [last('f'), last('g')] }, 'NO_STEPS /steps'],
    [
      'that names a normal step',
      [step('a'), last('f', { dependsOn: ['a'] })],
      'INVALID_VALUE /1/dependsOn/0',
    ],
    [
      'that a normal step names',
      [step('a', { dependsOn: 'f' }), last('f')],
      'INVALID_VALUE /0/dependsOn',
    ],
    [
      'that a normal condition chooses',
      [choose('c', ['f'], []), last('f')],
      'INVALID_VALUE /0/with/then/0',
    ],
    [
      'that chooses a normal step',
      [step('a'), choose('f', [], 'a', { finally: true })],
      'INVALID_VALUE /1/with/else',
    ],
    [
      'in a cycle',
      [step('a'), last('f', { dependsOn: 'g' }), last('g')],
      'DEPENDENCY_CYCLE /1/dependsOn',
    ],
    [
      'that says what its failure means',
      [step('a'), last('f', { onFailure: 'continue' })],
      'INVALID_VALUE /1/onFailure',
    ],
    [
      'that has an undo',
      [step('a'), { ...last('f'), uses: 'command', with: { run: ['x'] }, undo: 'Run `x`' }],
      'INVALID_VALUE /1/undo',
    ],
    [
      'in a group of normal steps',
      [step('a', { group: 'g' }), last('f', { group: 'g' })],
      'INVALID_VALUE /1/group',
    ],
    [
      'whose group says what a failure means',
      {
        groups: { g: { onFailure: 'continue' } },
        steps: [step('a'), last('f', { group: 'g' })],
      },
      'INVALID_VALUE /groups/g/onFailure',
    ],
    [
      'that a normal step reads',
      [step('a', { when: 'steps.f.output == 1' }), last('f')],
      'UNKNOWN_STEP /0/when',
    ],
    [
      'that reads one that comes later',
      [step('a'), last('f', { when: 'steps.g.output == 1' }), last('g')],
      'UNKNOWN_STEP /1/when',
    ],
    [
      'that reads itself',
      [step('a'), last('f', { when: 'steps.f.output == 1' })],
      'UNKNOWN_STEP /1/when',
    ],
    ['that is half said', [step('a'), last('f', { finally: 'yes' })], 'WRONG_TYPE /1/finally'],
  ]

  test.each(bad)('%s is refused with its place', (_name, body, ...expected) => {
    expect(faultsOf(body)).toEqual(expected)
  })

  test('is explained to the step that names it', () => {
    const [fault] = faultDetailsOf([step('a', { dependsOn: 'f' }), last('f')])
    expect(fault?.message).toContain('runs after all others')
    const [read] = faultDetailsOf([step('a', { when: 'steps.f.output == 1' }), last('f')])
    expect(read?.message).toContain('is a finally step')
  })
})
