import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../src/errors.ts'
import type { Plan } from '../../src/session/plan.ts'
import { choose, compile, faultsOf, largePlanner, planner, step } from './planning.ts'

const get = { uses: 'webhook', with: { url: 'http://a.test/' } }

describe('a plan', () => {
  test('has every default filled in', () => {
    expect(compile([get])).toEqual({
      calls: [],
      plan: {
        inputs: {},
        onFailure: 'fail_fast',
        timeoutMs: 1_800_000,
        maxParallel: 8,
        steps: [
          {
            id: 'step1',
            uses: 'webhook',
            with: { url: 'http://a.test/' },
            dependsOn: [],
            retry: {
              maxAttempts: 3,
              backoff: 'exponential',
              delayMs: 1000,
              maxDelayMs: 30_000,
              multiplier: 2,
              jitter: true,
            },
            timeoutMs: 300_000,
            onInterrupted: 'retry',
          },
        ],
      },
      warnings: [],
      estimatedDurationMs: 1000,
    })
  })

  test('keeps what the workflow says', () => {
    const { plan } = compile({
      name: 'nightly',
      description: 'For readers.',
      onFailure: 'continue',
      timeout: '10m',
      maxParallel: 2,
      steps: [
        {
          ...get,
          id: 'fetch',
          name: 'Fetch it',
          group: 'g',
          when: 'true',
          timeout: '5s',
          onInterrupted: 'fail',
          retry: { maxAttempts: 2, backoff: 'fixed', delay: '2m', jitter: false },
        },
      ],
    })
    expect(plan).toMatchObject({
      name: 'nightly',
      onFailure: 'continue',
      timeoutMs: 600_000,
      maxParallel: 2,
    })
    expect(plan.steps[0]).toMatchObject({
      id: 'fetch',
      name: 'Fetch it',
      group: 'g',
      when: 'true',
      timeoutMs: 5000,
      onInterrupted: 'fail',
      retry: {
        maxAttempts: 2,
        backoff: 'fixed',
        delayMs: 120_000,
        maxDelayMs: 120_000,
        jitter: false,
      },
    })
  })

  test.each([
    ['an object', { steps: [get] }],
    ['a list', [get]],
    ['a wrapped object', { workflow: { steps: [get] } }],
    ['a wrapped list', { workflow: [get], inputs: {} }],
  ])('is the same from %s', (_name, body) => {
    expect(compile(body)).toEqual(compile([get]))
  })

  test('asks the executor what an interruption means and how often to try', () => {
    const { steps } = compile([
      { uses: 'webhook', with: { method: 'POST', url: 'http://a.test/' } },
      'Run `git status`',
    ]).plan
    expect(steps.map(({ onInterrupted }) => onInterrupted)).toEqual(['fail', 'fail'])
    expect(steps.map(({ retry }) => retry.maxAttempts)).toEqual([1, 1])
  })

  test('lowers the step timeout nobody gave to the session’s', () => {
    expect(compile({ timeout: '5s', steps: [get] }).plan.steps[0]?.timeoutMs).toBe(5000)
  })

  test('lets a template stand for any type, and for a part of a text', () => {
    const { steps } = compile([
      {
        uses: 'webhook',
        with: { url: '{{ 1 }}', expect: '{{ [200] }}', headers: { a: 'x{{ 2 }}' } },
      },
      { uses: 'wait', with: { for: '{{ "5s" }}' } },
    ]).plan
    expect(steps).toHaveLength(2)
  })

  test('takes the secrets there are', () => {
    const headers = { Authorization: 'Bearer {{ secrets.TOKEN }}' }
    expect(faultsOf([{ uses: 'webhook', with: { url: 'http://a.test/', headers } }])).toEqual([])
  })

  test('lets a step read any step that comes before it', () => {
    const body = [
      step('a'),
      step('b'),
      choose('c', 't', []),
      step('t', { when: 'steps.a.output.x == 1' }),
      step('z', { when: 'steps.t.status == "completed" && steps.a.status == "completed"' }),
    ]
    expect(faultsOf(body)).toEqual([])
  })
})

describe('the estimate', () => {
  test('is the longest path', () => {
    const body = [
      step('a'),
      step('b', { group: 'g', with: { for: '5s' } }),
      step('c', { group: 'g', with: { for: '3s' } }),
      step('d'),
    ]
    expect(compile(body).estimatedDurationMs).toBe(7000)
  })

  test('makes room in a session timeout that nobody gave, and not in one that somebody did', () => {
    expect(compile(['Wait 1 second']).plan.timeoutMs).toBe(1_800_000)
    expect(compile(['Wait 1 hour']).plan.timeoutMs).toBe(7_200_000)
    expect(compile({ timeout: '5s', steps: ['Wait 1 hour'] }).plan.timeoutMs).toBe(5000)
  })
})

describe('a warning', () => {
  const codesOf = (body: unknown) =>
    compile(body).warnings.map(({ code, pointer }) => `${code} ${pointer}`)

  test('is given when the workflow will take longer than it may', () => {
    expect(codesOf({ timeout: '5s', steps: ['Wait 6 seconds'] })).toEqual(['LONGER_THAN_TIMEOUT '])
  })

  test('is given when the timeouts given add up beyond the session’s', () => {
    const steps = [step('a', { timeout: '40s' }), step('b', { timeout: '40s' })]
    expect(codesOf({ workflow: { timeout: '1m', steps } })).toEqual(['TIMEOUTS_ADD_UP /workflow'])
  })

  test('is given when retries may outlast the session', () => {
    const retry = { maxAttempts: 10, delay: '30s', maxDelay: '30s' }
    expect(codesOf({ timeout: '1m', steps: [{ ...get, retry }] })).toEqual([
      'RETRIES_OUTLAST_TIMEOUT /steps/0/retry',
    ])
  })

  test('is not given for limits that nobody gave', () => {
    expect(codesOf(Array(50).fill(get))).toEqual([])
  })
})

describe('a hostile body', () => {
  const timed = (run: () => unknown): number => {
    const started = performance.now()
    run()
    return performance.now() - started
  }

  test('nested a hundred thousand levels is refused soon', () => {
    const body: unknown = JSON.parse(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`)
    expect(timed(() => expect(faultsOf(body)[0]).toMatch(/^NESTED_TOO_DEEP /))).toBeLessThan(1000)
  })

  test('that refers to itself is refused', () => {
    const body: unknown[] = []
    body.push(body, body)
    expect(faultsOf(body)[0]).toMatch(/^NESTED_TOO_DEEP /)
  })

  test('with a million values is answered soon', () => {
    const body = [{ uses: 'command', with: { run: Array(1_000_000).fill('x') } }]
    expect(timed(() => compile(body))).toBeLessThan(3000)
  })

  test('with ten thousand steps and expressions is answered soon', () => {
    const body = Array.from({ length: 10_000 }, (_, index) =>
      step(`s${index}`, index === 0 ? {} : { when: 'steps.s0.status == "completed"' }),
    )
    expect(timed(() => largePlanner.compile(body))).toBeLessThan(3000)
  })
})

describe('any JSON at all', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    'step1',
    'steps',
    'Wait 1s',
    'Wait',
    '{{ steps.a.output }}',
    '{{',
    '1 +',
    'true',
    'always()',
    "failed('a') || succeeded('b')",
    'vars.a',
    'steps.a.output',
    '5s',
    '7',
    'GET http://a.test',
    'Run `x`',
    '__proto__',
    '',
  )
  const anything = fc.oneof(word, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>)
  const pick = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: anything })
  const stepLike = fc.record(
    {
      id: pick(fc.constantFrom('a', 'b', 'c')),
      uses: pick(fc.constantFrom('webhook', 'wait', 'condition', 'command')),
      with: pick(
        fc.record(
          {
            url: anything,
            for: anything,
            if: word,
            then: pick(word),
            else: pick(word),
            run: anything,
            json: anything,
          },
          { requiredKeys: [] },
        ),
      ),
      dependsOn: pick(fc.oneof(word, fc.array(word))),
      when: pick(word),
      group: pick(word),
      retry: pick(fc.record({ maxAttempts: anything, delay: anything }, { requiredKeys: [] })),
      timeout: anything,
      onInterrupted: anything,
      onFailure: pick(fc.constantFrom('continue', 'rollback')),
      undo: pick(
        fc.oneof(
          word,
          fc.record(
            { uses: pick(fc.constantFrom('wait', 'command')), with: anything, retry: anything },
            { requiredKeys: [] },
          ),
        ),
      ),
      finally: pick(fc.boolean()),
      set: pick(fc.dictionary(word, pick(word))),
    },
    { requiredKeys: [] },
  )
  const steps = pick(fc.array(fc.oneof(stepLike, word, anything), { maxLength: 6 }))
  const schemaLike = fc.dictionary(
    fc.constantFrom(
      'type',
      'enum',
      'items',
      'properties',
      'pattern',
      'default',
      'minimum',
      'anyOf',
      '$ref',
      'not',
      'format',
      'required',
    ),
    fc.oneof(anything, fc.constantFrom('string', 'array', 'object', '#')),
  )
  const workflow = fc.record(
    {
      name: anything,
      inputs: pick(fc.dictionary(word, pick(schemaLike))),
      vars: pick(fc.dictionary(word, pick(schemaLike))),
      groups: pick(
        fc.dictionary(
          word,
          pick(
            fc.record(
              { maxParallel: anything, waitForAll: anything, timeout: pick(word) },
              { requiredKeys: [] },
            ),
          ),
        ),
      ),
      timeout: anything,
      maxParallel: anything,
      steps,
    },
    { requiredKeys: [] },
  )
  const body = fc.oneof(
    workflow,
    steps,
    fc.record({ workflow: fc.oneof(workflow, steps), inputs: anything }),
    anything,
  )

  test('gives a plan or faults, and never another error', () => {
    fc.assert(
      fc.property(body, (value) => {
        try {
          const { plan } = planner.compile(value)
          const ids = new Set(plan.steps.map(({ id }) => id))
          expect(ids.size).toBe(plan.steps.length)
          expect(plan.steps.every(({ dependsOn }) => dependsOn.every((id) => ids.has(id)))).toBe(
            true,
          )
        } catch (error) {
          if (!(error instanceof StepstreamError)) throw error
          expect(error.faults.length).toBeGreaterThan(0)
          expect(error.faults.every(({ pointer }) => /^(\/.*)?$/s.test(pointer))).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('any plan', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const someNames = fc.subarray(names)
  const asked = fc.tuple(
    fc.constantFrom('failed', 'succeeded', 'skipped'),
    fc.constantFrom(...names),
  )
  const traits = fc.record({
    dependsOn: fc.option(someNames, { nil: undefined }),
    group: fc.option(fc.constantFrom('g', 'h'), { nil: undefined }),
    finally: fc.boolean(),
    when: fc.option(
      fc.oneof(
        fc.constant('always()'),
        fc.constant('vars.v == 1'),
        asked.map(([name, id]) => `${name}('${id}')`),
      ),
      { nil: undefined },
    ),
    undo: fc.option(fc.constantFrom('Run `x {{ vars.v }}`', 'Wait 1s'), { nil: undefined }),
    set: fc.option(fc.constant({ v: '1' }), { nil: undefined }),
  })
  type Traits = typeof traits extends fc.Arbitrary<infer Drawn> ? Drawn : never

  /** As drawn, nearly all have a fault; tamed, the names and places fit more often. */
  const tamed = (all: readonly Traits[]) =>
    all.map((each, index) => ({
      ...each,
      dependsOn: each.dependsOn?.filter((name) => {
        const at = names.indexOf(name)
        return at < index && all[at]?.finally === each.finally
      }),
      group: each.group && (each.finally ? 'h' : 'g'),
      undo: each.finally ? undefined : each.undo,
    }))
  const bodies = fc
    .tuple(fc.array(traits, { minLength: 1, maxLength: names.length }), fc.boolean(), fc.boolean())
    .map(([all, hasGroup, isTamed]) => ({
      vars: { v: { type: 'integer' } },
      groups: hasGroup ? { g: { timeout: '1m' } } : {},
      steps: (isTamed ? tamed(all) : all).map((each, index) => {
        const said = Object.entries(each).filter(([, value]) => value !== undefined)
        return step(names[index] ?? '', Object.fromEntries(said))
      }),
    }))

  test('keeps finally steps apart, names what it sets, and knows who tolerates a failure', () => {
    let plans = 0
    fc.assert(
      fc.property(bodies, (body) => {
        let plan: Plan
        try {
          plan = planner.compile(body).plan
        } catch (error) {
          if (!(error instanceof StepstreamError)) throw error
          return
        }
        plans++
        const byId = new Map(plan.steps.map((planned) => [planned.id, planned]))
        expect(plan.steps.some((planned) => !planned.finally)).toBe(true)
        for (const planned of plan.steps) {
          for (const parent of planned.dependsOn) {
            expect(byId.get(parent)?.finally).toBe(planned.finally)
          }
          expect(planned.tolerant === true).toBe(/\(/.test(planned.when ?? ''))
          for (const name of Object.keys(planned.set ?? {})) expect(plan.vars).toHaveProperty(name)
          expect(planned.undo === undefined || !planned.finally).toBe(true)
          expect(planned.timeoutMs).toBeLessThanOrEqual(
            plan.groups?.[planned.group ?? '']?.timeoutMs ?? plan.timeoutMs,
          )
        }
      }),
      { numRuns: 2000 },
    )
    expect(plans).toBeGreaterThan(100)
  })
})
