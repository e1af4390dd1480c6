import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../src/json.ts'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import { finalEventTypes, type SessionEvent } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { keptEvents, stepsToKeep } from '../../src/session/keep.ts'
import { next } from '../../src/session/next.ts'
import type { Plan, PlannedStep } from '../../src/session/plan.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { finalSessionStatuses } from '../../src/session/status.ts'
import { choose, epoch, fail, given, start, succeed } from '../support/decider.ts'
import { plan, sequence, step } from '../support/plans.ts'

const later = epoch + 3_600_000

/** The log that a fork of a session begins with, and the state it leads to. */
function fork(of: SessionState, fromStep?: string) {
  const at = new Date(later).toISOString()
  const created: SessionEvent = {
    type: 'session.created',
    at,
    data: {
      totalSteps: of.plan.steps.length,
      onFailure: of.plan.onFailure,
      correlationId: 'req-2',
      forkedFrom: { sessionId: of.id, ...(fromStep === undefined ? {} : { fromStep }) },
    },
  }
  const kept = stepsToKeep(of, fromStep)
  const log = [created, ...keptEvents(of, kept, at)]
  const blank = initialState({ id: 'ses_2', plan: of.plan, createdAt: later })
  return { kept, log, blank, state: fold(blank, log) }
}

function statusesOf(state: SessionState): Record<string, string> {
  return Object.fromEntries(
    state.steps.map(({ status }, index) => [state.plan.steps[index]?.id, status]),
  )
}

function idsOf(state: SessionState, indices: Iterable<number>): string[] {
  return [...indices].map((index) => state.plan.steps[index]?.id ?? '')
}

describe('a fork', () => {
  const abc = plan(sequence('a', 'b', 'c'))
  const done = given(abc, start, succeed('a', 1), succeed('b', 2), succeed('c', 3)).state

  test('keeps what completed and does not come after the step it begins at', () => {
    expect(idsOf(done, stepsToKeep(done, 'b'))).toEqual(['a'])
    expect(idsOf(done, stepsToKeep(done, 'a'))).toEqual([])
    expect(idsOf(done, stepsToKeep(done))).toEqual(['a', 'b', 'c'])
  })

  test('begins with what is kept, as facts that say where the work was done', () => {
    const { log, state } = fork(done, 'c')
    expect(log).toMatchObject([
      { type: 'session.created', data: { forkedFrom: { sessionId: 'ses_1', fromStep: 'c' } } },
      { type: 'step.kept', stepId: 'a', data: { output: 1, from: { attempt: 1 } } },
      { type: 'step.kept', stepId: 'b', data: { output: 2, from: { sessionId: 'ses_1' } } },
    ])
    expect(state).toMatchObject({
      status: 'queued',
      forkedFrom: { sessionId: 'ses_1', fromStep: 'c' },
      counts: { completed: 2 },
      ready: [2],
    })
  })

  test('of a fork names the session that did the work, and how long that took', () => {
    const slow = given(abc, start).later(250).after(succeed('a', 1)).after(fail('b')).state
    const first = fork(slow).state
    const run = transition(start, first, { now: later, random: 0.5, mayStart: true }).state
    const { log } = fork({ ...run, id: 'ses_3' }, 'b')
    expect(log[1]).toMatchObject({
      stepId: 'a',
      data: { durationMs: 250, from: { sessionId: 'ses_1', attempt: 1 } },
    })
  })

  test('runs siblings again that did not end well, and leaves those alone that did', () => {
    const wide = plan([
      step('a'),
      step('b'),
      step('c', { dependsOn: ['a'] }),
      step('d', { dependsOn: ['b'] }),
    ])
    const failed = given(wide, start, succeed('a'), succeed('c'), fail('b')).state
    expect(idsOf(failed, stepsToKeep(failed))).toEqual(['a', 'c'])
    expect(idsOf(failed, stepsToKeep(failed, 'c'))).toEqual(['a'])
  })

  const branching = plan([
    step('pick', { branches: { then: ['yes'], else: ['no'] } }),
    step('yes', { dependsOn: ['pick'] }),
    step('no', { dependsOn: ['pick'] }),
    step('join', { dependsOn: ['yes', 'no'] }),
    step('last', { dependsOn: ['join'] }),
  ])

  test('closes the branch that a kept condition did not take, and keeps what came after both', () => {
    const failed = given(
      branching,
      start,
      choose('pick', 'then'),
      succeed('yes'),
      succeed('join'),
      fail('last'),
    ).state
    const { kept, state } = fork(failed)
    expect(idsOf(failed, kept)).toEqual(['pick', 'yes', 'join'])
    const run = transition(start, state, { now: later, random: 0.5, mayStart: true })
    expect(statusesOf(run.state)).toEqual({
      pick: 'completed',
      yes: 'completed',
      no: 'skipped',
      join: 'completed',
      last: 'running',
    })
  })

  test('runs a step of the branch again that a kept condition took', () => {
    const failed = given(branching, start, choose('pick', 'then'), fail('yes')).state
    const run = transition(start, fork(failed).state, { now: later, random: 0.5, mayStart: true })
    expect(statusesOf(run.state)).toMatchObject({ yes: 'running', no: 'skipped' })
  })

  test('from a condition decides anew which branch is taken', () => {
    const ended = given(
      branching,
      start,
      choose('pick', 'then'),
      succeed('yes'),
      succeed('join'),
      succeed('last'),
    ).state
    const { kept, state } = fork(ended, 'pick')
    expect(kept.size).toBe(0)
    expect(state.ready).toEqual([0])
  })

  const sets = (stepId: string, set: JsonObject): SessionCommand => ({
    type: 'finishAttempt',
    stepId,
    attempt: 1,
    outcome: { status: 'succeeded', set },
  })

  test('keeps the variables that kept steps have set, as they left them', () => {
    const counted = plan(sequence('a', 'b', 'c', 'd'), { vars: { n: 0, m: 0, other: 'x' } })
    const run = given(
      counted,
      start,
      sets('a', { n: 1, m: 5 }),
      sets('b', { n: 2 }),
      sets('c', { n: 3 }),
      fail('d'),
    ).state
    const valuesIn = (state: SessionState) =>
      Object.fromEntries([...state.variables].map(([name, { value }]) => [name, value]))
    expect(valuesIn(fork(run).state)).toEqual({ n: 3, m: 5, other: 'x' })
    // What c did is not there yet when it runs again.
    const fromC = fork(run, 'c')
    expect(valuesIn(fromC.state)).toEqual({ n: 2, m: 5, other: 'x' })
    expect(fromC.log.slice(3)).toMatchObject([
      { type: 'variable.updated', stepId: 'a', data: { name: 'n', value: 1 } },
      { type: 'variable.updated', stepId: 'b', data: { name: 'n', value: 2 } },
      { type: 'variable.updated', stepId: 'a', data: { name: 'm', value: 5 } },
    ])
    expect(valuesIn(fork(fromC.state, 'b').state)).toEqual({ n: 1, m: 5, other: 'x' })
    expect(valuesIn(fork(run, 'a').state)).toEqual({ n: 0, m: 0, other: 'x' })
  })

  test('runs again what runs last', () => {
    const tidying = plan([...sequence('a', 'b'), step('tidy', { finally: true })])
    const ended = given(tidying, start, succeed('a'), fail('b'), succeed('tidy')).state
    expect(idsOf(ended, stepsToKeep(ended))).toEqual(['a'])
  })

  test('of a session with nothing left to do ends at once', () => {
    const { state } = fork(done)
    const { events } = transition(start, state, { now: later, random: 0.5, mayStart: true })
    expect(events.map(({ type }) => type)).toEqual(['session.started', 'session.completed'])
  })
})

/** Random plans, as far as a retry can tell them apart. */
const plans: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 8 }).chain((count) => {
  const flags = fc.array(fc.boolean(), { minLength: count, maxLength: count })
  return fc
    .record({
      edges: fc.array(flags, { minLength: count, maxLength: count }),
      guarded: flags,
      conditions: flags,
      onFailure: fc.constantFrom('fail_fast' as const, 'continue' as const),
      maxParallel: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ edges, guarded, conditions, onFailure, maxParallel }) => {
      const taken = new Set<string>()
      const steps = Array.from({ length: count }, (_, index) =>
        step(`s${index}`, {
          dependsOn: Array.from({ length: index }, (_, parent) => parent)
            .filter((parent) => edges[index]?.[parent])
            .map((parent) => `s${parent}`),
          ...(guarded[index] ? { when: 'something' } : {}),
        }),
      )
      return plan(
        steps.map((candidate, index) =>
          conditions[index] ? withBranches(candidate, steps, taken) : candidate,
        ),
        { onFailure, maxParallel },
      )
    })
})

function withBranches(
  candidate: PlannedStep,
  steps: readonly PlannedStep[],
  taken: Set<string>,
): PlannedStep {
  const targets = steps
    .filter(({ id, dependsOn }) => dependsOn.includes(candidate.id) && !taken.has(id))
    .map(({ id }) => id)
  if (targets.length === 0) return candidate
  for (const id of targets) taken.add(id)
  const half = Math.ceil(targets.length / 2)
  return { ...candidate, branches: { then: targets.slice(0, half), else: targets.slice(half) } }
}

interface Fate {
  readonly plan: Plan
  /** What each step's attempts come to. */
  readonly fails: readonly boolean[]
  readonly met: readonly boolean[]
  readonly then: readonly boolean[]
  /** The turn in which the session is cancelled. */
  readonly cancelAt: number
}

const fates: fc.Arbitrary<Fate> = plans.chain((chosen) => {
  const flags = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })
  return fc.record({
    plan: fc.constant(chosen),
    fails: flags,
    met: flags,
    then: flags,
    cancelAt: fc.integer({ min: 0, max: 40 }),
  })
})

/** Drives a session to its end; every attempt comes to what `outcomeOf` says. */
function drive(
  begun: SessionState,
  fate: Fate,
  outcomeOf: (index: number) => AttemptOutcome,
  cancelAt = Number.POSITIVE_INFINITY,
): { log: SessionEvent[]; state: SessionState } {
  let state = begun
  const log: SessionEvent[] = []
  for (let turn = 0; turn < 200 && !finalSessionStatuses.has(state.status); turn++) {
    const command = turn === cancelAt ? ({ type: 'cancel' } as const) : nextCommand(state)
    const context = { now: later + turn, random: 0.5, mayStart: true }
    const decided = transition(command, state, context)
    log.push(...decided.events)
    state = decided.state
  }
  return { log, state }

  function nextCommand(of: SessionState): SessionCommand {
    const { start: starts, evaluate, run } = next(of, later)
    const [stepId] = evaluate
    const [running] = run
    if (starts) return { type: 'start' }
    if (stepId !== undefined) {
      const met = fate.met[of.graph.indexOf.get(stepId) ?? 0] ?? true
      return { type: 'resolveCondition', stepId, result: { met } }
    }
    if (running === undefined) return { type: 'tick' }
    const outcome: AttemptOutcome = of.stopping
      ? { status: 'cancelled' }
      : outcomeOf(of.graph.indexOf.get(running.stepId) ?? 0)
    return { type: 'finishAttempt', ...running, outcome }
  }
}

function success(fate: Fate, index: number, output: Json): AttemptOutcome {
  return { status: 'succeeded', output, branch: fate.then[index] ? 'then' : 'else' }
}

function firstRun(fate: Fate): SessionState {
  const blank = initialState({ id: 'ses_1', plan: fate.plan, createdAt: epoch })
  const outcome = (index: number): AttemptOutcome =>
    fate.fails[index]
      ? { status: 'error', code: 'NETWORK_ERROR', message: 'reset', retryable: false }
      : success(fate, index, { run: 1, index })
  return drive(blank, fate, outcome, fate.cancelAt).state
}

describe('a retry of any ended session', () => {
  function check(law: (run: ReturnType<typeof retryOf>) => void) {
    fc.assert(
      fc.property(fates, (fate) => law(retryOf(fate))),
      { numRuns: 400 },
    )
  }

  function retryOf(fate: Fate) {
    const before = firstRun(fate)
    const { kept, log: first, blank, state } = fork(before)
    const { log, state: after } = drive(state, fate, (index) =>
      success(fate, index, { run: 2, index }),
    )
    return { before, kept, blank, log: [...first, ...log], after }
  }

  test('completes', () => {
    check(({ before, after }) => {
      expect(finalSessionStatuses.has(before.status)).toBe(true)
      expect(after.status).toBe('completed')
    })
  })

  test('keeps outputs as they were, and runs no kept step', () => {
    check(({ before, kept, log, after }) => {
      for (const index of kept) {
        expect(after.steps[index]).toMatchObject({ status: 'completed', attempt: 0 })
        expect(after.steps[index]?.output).toEqual(before.steps[index]?.output)
      }
      const started = log.flatMap((event) => (event.type === 'step.started' ? event.stepId : []))
      expect(idsOf(after, kept).filter((id) => started.includes(id))).toEqual([])
    })
  })

  test('runs every other step once, unless a condition leaves it out', () => {
    check(({ kept, log, after }) => {
      after.steps.forEach((each, index) => {
        if (kept.has(index)) return
        const id = after.plan.steps[index]?.id
        const starts = log.filter((event) => event.type === 'step.started' && event.stepId === id)
        expect(starts).toHaveLength(each.status === 'skipped' ? 0 : 1)
        if (each.status === 'skipped') {
          expect(['condition_false', 'branch_not_taken']).toContain(each.skipped?.reason)
        } else expect(each.output).toEqual({ run: 2, index })
      })
    })
  })

  test('runs or keeps whatever had begun before', () => {
    check(({ before, after }) => {
      before.steps.forEach(({ attempt }, index) => {
        if (attempt > 0) expect(after.steps[index]?.status).toBe('completed')
      })
    })
  })

  test('repeats all that follows from a step that it repeats', () => {
    check(({ before, kept }) => {
      before.steps.forEach(({ passage }, index) => {
        if (passage !== 'failed') return
        for (const child of before.graph.children[index] ?? []) expect(kept.has(child)).toBe(false)
      })
    })
  })

  test('has a log that folds to its state and ends with its one final event', () => {
    check(({ log, blank, after }) => {
      expect(fold(blank, log)).toEqual(after)
      expect(log.filter(({ type }) => finalEventTypes.has(type))).toHaveLength(1)
      expect(finalEventTypes.has(log.at(-1)?.type as never)).toBe(true)
    })
  })
})
