import { describe, expect, test } from 'vitest'
import { fold } from '../../src/session/evolve.ts'
import { explain } from '../../src/session/explain.ts'
import { keptEvents, stepsToKeep } from '../../src/session/keep.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { cpuTime } from '../support/cpu-time.ts'
import {
  choose,
  epoch,
  fail,
  given,
  type Scenario,
  start,
  succeed,
  wait,
} from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const minute = 60_000
const timeOf = (ms: number) => new Date(ms).toISOString()
const retried = { ...onceOnly, maxAttempts: 3, delayMs: minute, maxDelayMs: minute }

/** What is said of a session and of its steps, by id. */
function told({ state, now }: Pick<Scenario, 'state' | 'now'>) {
  const { session, steps } = explain(state, now)
  return {
    session,
    steps: Object.fromEntries(steps.map(({ id, ...rest }) => [id, rest])),
  }
}

function sentence(scenario: Pick<Scenario, 'state' | 'now'>, stepId: string): string | undefined {
  return told(scenario).steps[stepId]?.sentence
}

describe('a step that has not started', () => {
  test('names the steps it comes after, and how many more there are', () => {
    const parents = Array.from({ length: 8 }, (_, index) => step(`p${index}`))
    const joined = plan([...parents, step('join', { dependsOn: parents.map(({ id }) => id) })])
    const scenario = given(joined, start, succeed('p0'))
    expect(told(scenario).steps['join']).toEqual({
      status: 'pending',
      sentence: 'It comes after steps p1, p2, p3, p4, p5 and 2 more, which have not settled.',
      waitsFor: ['p1', 'p2', 'p3', 'p4', 'p5'].map((stepId) => ({ kind: 'step', stepId })),
    })
  })

  test('says so of one parent', () => {
    const scenario = given(plan(sequence('a', 'b')), start)
    expect(sentence(scenario, 'b')).toBe('It comes after step a, which has not settled.')
  })

  test('waits for a place when maxParallel run', () => {
    const scenario = given(plan([step('a'), step('b'), step('c')], { maxParallel: 1 }), start)
    const { steps } = told(scenario)
    expect(steps['b']).toMatchObject({
      sentence: 'It is ready: it waits for a place: 1 of 1 run side by side (maxParallel).',
      waitsFor: [{ kind: 'place' }],
    })
    expect(steps['c']?.sentence).toMatch(/, and 1 that came before it\.$/)
  })

  test('starts next when there is a place', () => {
    const scenario = given(plan([step('a')])).after(start, { mayStart: false })
    expect(told(scenario).steps['a']).toMatchObject({
      sentence: 'It is ready: it starts next.',
      waitsFor: [],
    })
  })

  test('has a condition that is to be evaluated', () => {
    const guarded = plan([step('a', { when: 'inputs.go' }), step('b')], { maxParallel: 1 })
    expect(told(given(guarded, start)).steps['a']).toMatchObject({
      sentence: expect.stringMatching(/^Its condition \(inputs\.go\) is to be evaluated: it waits/),
      waitsFor: [{ kind: 'condition', when: 'inputs.go' }, { kind: 'place' }],
    })
    const alone = given(plan([step('a', { when: 'inputs.go' })]), start)
    expect(sentence(alone, 'a')).toBe(
      'Its condition (inputs.go) is to be evaluated: that comes next.',
    )
  })

  test('waits for its session’s turn, or for its resume', () => {
    const queued = given(plan([step('a')]))
    expect(told(queued).steps['a']).toMatchObject({
      sentence: 'It is ready: its session waits for its turn to run.',
      waitsFor: [{ kind: 'turn' }],
    })
    const paused = queued.after({ type: 'pause' })
    expect(told(paused).steps['a']).toMatchObject({
      sentence: 'It is ready: its session is paused and must be resumed.',
      waitsFor: [{ kind: 'resume' }],
    })
  })

  test('waits for a person where one must say how the session goes on', () => {
    const asking = plan([step('a'), step('b'), step('c')], {
      onFailure: 'escalate',
      maxParallel: 2,
    })
    const scenario = given(asking, start, fail('a'))
    const { steps } = told(scenario)
    expect(steps['c']).toMatchObject({
      sentence: 'It is ready: nothing starts until a person says what becomes of step a.',
      waitsFor: [{ kind: 'person', stepId: 'a' }],
    })
    expect(steps['a']).toMatchObject({
      sentence: expect.stringMatching(/^It failed \(UNEXPECTED_STATUS\), and a person must say/),
      waitsFor: [{ kind: 'person', stepId: 'a' }],
    })
    const waiting = scenario.after(succeed('b'))
    expect(told(waiting).session.sentence).toBe(
      'It waits for a person to say what becomes of step a.',
    )
  })
})

describe('a step under way', () => {
  test('runs since a time, in an attempt of so many', () => {
    const scenario = given(plan([step('a', { retry: retried })]), start)
    expect(told(scenario).steps['a']).toEqual({
      status: 'running',
      sentence: `It is running since ${timeOf(epoch)}, attempt 1 of 3.`,
      waitsFor: [{ kind: 'attempt', attempt: 1 }],
    })
  })

  test('may take one attempt more for each that was cut off', () => {
    const scenario = given(plan([step('a', { retry: retried })]), start)
    const again = scenario.after({ type: 'recover' })
    expect(sentence(again, 'a')).toContain('attempt 2 of 4')
  })

  test('is tried again at a time, when there is a place, when it is resumed', () => {
    const two = plan([step('a', { retry: retried }), step('b')], { maxParallel: 1 })
    const scenario = given(two, start, fail('a', 1, true))
    const at = timeOf(epoch + minute)
    expect(told(scenario).steps['a']).toEqual({
      status: 'retrying',
      sentence: `Attempt 1 of 3 did not succeed (UNEXPECTED_STATUS): it is tried again at ${at}.`,
      waitsFor: [{ kind: 'time', at }],
      wakeAt: at,
    })
    expect(told(scenario.later(2 * minute)).steps['a']).toMatchObject({
      sentence: expect.stringMatching(/: it waits for a place: 1 of 1 run/),
      waitsFor: [{ kind: 'place' }],
    })
    expect(told(scenario.after({ type: 'pause' })).steps['a']).toMatchObject({
      sentence: expect.stringMatching(/: its session is paused and must be resumed\.$/),
      waitsFor: [{ kind: 'time', at }, { kind: 'resume' }],
    })
  })

  test('waits until a time', () => {
    const until = epoch + minute
    const scenario = given(plan([step('a')]), start, wait('a', until))
    const { session, steps } = told(scenario)
    expect(steps['a']).toEqual({
      status: 'waiting',
      sentence: `It waits until ${timeOf(until)}.`,
      waitsFor: [{ kind: 'time', at: timeOf(until) }],
      wakeAt: timeOf(until),
    })
    expect(session).toEqual({
      status: 'waiting',
      sentence: `Nothing runs until ${timeOf(until)}: it waits for step a.`,
      wakeAt: timeOf(until),
    })
    const paused = scenario.after({ type: 'pause' })
    expect(sentence(paused, 'a')).toBe(
      `It waits until ${timeOf(until)}, and its session is paused.`,
    )
    expect(sentence(paused.later(2 * minute), 'a')).toBe(
      'Its wait is over: its session is paused and must be resumed.',
    )
  })

  test('was told to stop', () => {
    const scenario = given(plan([step('a')]), start, { type: 'cancel' })
    expect(sentence(scenario, 'a')).toMatch(/attempt 1 of 1 and was told to stop\.$/)
    expect(told(scenario).session.sentence).toBe(
      'It is being stopped, on request: it ends when 1 running attempt has stopped.',
    )
  })
})

describe('a step that is over says how', () => {
  test('completed, failed, or left out because of another one', () => {
    const scenario = given(plan(sequence('a', 'b', 'c')), start, succeed('a'), fail('b'))
    const { session, steps } = told(scenario)
    const at = timeOf(epoch)
    expect(steps['a']?.sentence).toBe(`It completed at ${at} in attempt 1.`)
    expect(steps['b']?.sentence).toBe(
      `It failed at ${at} in attempt 1 of 1: UNEXPECTED_STATUS, answered 500.`,
    )
    expect(steps['c']?.sentence).toMatch(/^It was skipped because step b/)
    expect(session.sentence).toBe(`It failed at ${at}: step b failed with UNEXPECTED_STATUS.`)
    expect(Object.values(steps).flatMap(({ waitsFor }) => waitsFor)).toEqual([])
  })

  test('left out by a condition', () => {
    const guarded = plan([
      step('a', { when: 'no' }),
      step('pick', { branches: { then: ['yes'], else: ['no'] } }),
      step('yes', { dependsOn: ['pick'] }),
      step('no', { dependsOn: ['pick'] }),
    ])
    const scenario = given(
      guarded,
      start,
      { type: 'resolveCondition', stepId: 'a', result: { met: false } },
      choose('pick', 'then'),
    )
    expect(sentence(scenario, 'a')).toBe('It was skipped because its condition was false.')
    expect(sentence(scenario, 'no')).toBe('It was skipped because step pick took the other branch.')
  })

  test('failed before it began', () => {
    const result = { code: 'EXPRESSION_FAILED' as const, message: 'no such key' }
    const scenario = given(plan([step('a', { when: 'x' })]), start, {
      type: 'resolveCondition',
      stepId: 'a',
      result,
    })
    expect(sentence(scenario, 'a')).toContain('before its first attempt: EXPRESSION_FAILED')
  })

  test('cancelled with its session', () => {
    const scenario = given(plan([step('a')]), { type: 'cancel', reason: 'wrong shop' })
    expect(sentence(scenario, 'a')).toBe('It was not begun because the session was cancelled.')
    expect(told(scenario).session.sentence).toBe(
      `It was cancelled at ${timeOf(epoch)}: wrong shop.`,
    )
  })

  test('kept from another session', () => {
    const { state } = given(plan(sequence('a', 'b')), start, succeed('a'), fail('b'))
    const events = keptEvents(state, stepsToKeep(state), timeOf(epoch))
    const blank = initialState({ id: 'ses_2', plan: state.plan, createdAt: epoch })
    expect(sentence({ state: fold(blank, events), now: epoch }, 'a')).toBe(
      'It was kept from session ses_1, where attempt 1 completed it.',
    )
  })
})

describe('a session', () => {
  const three = plan([step('a'), step('b'), step('c')], { maxParallel: 2 })

  test('waits for its turn', () => {
    expect(told(given(three)).session.sentence).toMatch(/^It waits for its turn since 2026-/)
  })

  test('runs so many steps while others are ready', () => {
    expect(told(given(three, start)).session.sentence).toBe(
      'It is running steps a and b, and 1 step is ready.',
    )
  })

  test('is paused, while attempts finish', () => {
    const paused = given(three, start, { type: 'pause' })
    expect(told(paused).session.sentence).toBe(
      'It is paused: 2 attempts may still finish, and nothing starts until it is resumed.',
    )
    expect(told(paused.after(succeed('a')).after(succeed('b'))).session.sentence).toBe(
      'It is paused: nothing starts until it is resumed.',
    )
  })

  test('completed, with or without errors', () => {
    const tolerant = plan([step('a')], { onFailure: 'continue' })
    expect(told(given(tolerant, start, succeed('a'))).session.sentence).toMatch(/^It completed at/)
    expect(told(given(tolerant, start, fail('a'))).session.sentence).toMatch(
      /, but 1 step failed\.$/,
    )
  })

  test('failed because its time was up', () => {
    const scenario = given(plan([step('a')], { timeoutMs: minute }), start)
      .later(2 * minute)
      .after({ type: 'tick' })
      .after({
        type: 'finishAttempt',
        stepId: 'a',
        attempt: 1,
        outcome: { status: 'cancelled' },
      })
    expect(told(scenario).session.sentence).toMatch(/: its time was up\.$/)
  })
})

test('ten thousand steps that hang on each other are explained in a moment', () => {
  const layer = (name: string, parents: readonly string[]) =>
    Array.from({ length: 100 }, (_, index) => step(`${name}_${index}`, { dependsOn: parents }))
  const steps = layer('l0', [])
  for (let depth = 1; depth < 100; depth++) {
    steps.push(
      ...layer(
        `l${depth}`,
        steps.slice(-100).map(({ id }) => id),
      ),
    )
  }
  const { state } = given(plan(steps, { maxParallel: 1 }), start)
  const began = cpuTime()
  const { steps: explained } = explain(state as SessionState, epoch)
  expect(cpuTime() - began).toBeLessThan(500)
  expect(explained).toHaveLength(10_000)
  expect(explained[150]?.waitsFor).toHaveLength(5)
})
