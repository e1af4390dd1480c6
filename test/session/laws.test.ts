import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import { finalEventTypes, type SessionEvent } from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import { next } from '../../src/session/next.ts'
import type { Plan, PlannedStep } from '../../src/session/plan.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { finalSessionStatuses, finalStepStatuses } from '../../src/session/status.ts'
import { epoch, replay } from '../support/decider.ts'
import { plan, step } from '../support/plans.ts'

/** A random choice as a test run makes it: numbers in [0, 1). */
type Dice = () => number

const stepCount = fc.integer({ min: 1, max: 9 })

const plans: fc.Arbitrary<Plan> = stepCount.chain((count) =>
  fc
    .record({
      edges: fc.array(fc.array(fc.boolean(), { minLength: count, maxLength: count }), {
        minLength: count,
        maxLength: count,
      }),
      guarded: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      onInterrupted: fc.constantFrom('retry' as const, 'fail' as const),
      onFailure: fc.constantFrom('fail_fast' as const, 'continue' as const),
      maxParallel: fc.integer({ min: 1, max: 4 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      conditions: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
    })
    .map((shape) => {
      const steps = Array.from({ length: count }, (_, index): PlannedStep => {
        const dependsOn = Array.from({ length: index }, (_, parent) => parent)
          .filter((parent) => shape.edges[index]?.[parent])
          .map((parent) => `s${parent}`)
        return step(`s${index}`, {
          dependsOn,
          onInterrupted: shape.onInterrupted,
          retry: {
            maxAttempts: shape.maxAttempts,
            backoff: 'exponential',
            delayMs: 100,
            maxDelayMs: 1000,
            multiplier: 2,
            jitter: true,
          },
          ...(shape.guarded[index] ? { when: 'something' } : {}),
        })
      })
      return plan(withBranches(steps, shape.conditions), {
        onFailure: shape.onFailure,
        maxParallel: shape.maxParallel,
        timeoutMs: 20_000,
      })
    }),
)

/** Makes some steps conditions over their own dependants. */
function withBranches(steps: PlannedStep[], conditions: readonly boolean[]): PlannedStep[] {
  const taken = new Set<string>()
  return steps.map((candidate, index) => {
    if (!conditions[index]) return candidate
    const targets = steps
      .filter((other) => other.dependsOn.includes(candidate.id) && !taken.has(other.id))
      .map((other) => other.id)
    for (const id of targets) taken.add(id)
    if (targets.length === 0) return candidate
    const half = Math.ceil(targets.length / 2)
    return { ...candidate, branches: { then: targets.slice(0, half), else: targets.slice(half) } }
  })
}

const runs = fc.record({
  plan: plans,
  dice: fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), {
    minLength: 80,
    maxLength: 80,
  }),
})

interface Run {
  readonly plan: Plan
  readonly log: readonly SessionEvent[]
  readonly state: SessionState
}

/** Throws random commands at a session, then lets it run out; `watch` sees every transition. */
function run(
  given: { plan: Plan; dice: readonly number[] },
  watch: (
    before: SessionState,
    events: readonly SessionEvent[],
    after: SessionState,
  ) => void = () => {},
): Run {
  let state = initialState({ id: 'ses_1', plan: given.plan, createdAt: epoch })
  let now = epoch
  const log: SessionEvent[] = []
  const dispatch = (command: SessionCommand) => {
    const result = attempt(command, state, now)
    watch(state, result.events, result.state)
    log.push(...result.events)
    state = result.state
  }
  const dice = given.dice[Symbol.iterator]()
  const roll: Dice = () => dice.next().value ?? 0
  for (let turn = 0; turn < 20; turn++) {
    now += Math.floor(roll() * 400)
    dispatch(randomCommand(state, roll))
  }
  dispatchIf(state.status === 'paused', { type: 'resume' })
  for (let turn = 0; turn < 2000 && !next(state, now).done; turn++) {
    const wanted = next(state, now)
    const command = drive(wanted, state, turn)
    if (command === undefined) now = wanted.wakeAt ?? now + 1
    else dispatch(command)
  }
  return { plan: given.plan, log, state }

  function dispatchIf(condition: boolean, command: SessionCommand) {
    if (condition) dispatch(command)
  }
}

function attempt(command: SessionCommand, state: SessionState, now: number) {
  try {
    return transition(command, state, { now, random: 0.3, mayStart: true })
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return { events: [], state }
  }
}

function randomCommand(state: SessionState, roll: Dice): SessionCommand {
  const stepId = `s${Math.floor(roll() * state.plan.steps.length)}`
  const current = state.steps[state.graph.indexOf.get(stepId) ?? 0]?.attempt ?? 0
  const choice = Math.floor(roll() * 22)
  if (choice === 0) return { type: 'pause' }
  if (choice === 1) return { type: 'resume' }
  if (choice === 2) return roll() < 0.3 ? { type: 'cancel' } : { type: 'tick' }
  if (choice === 3) return { type: 'recover' }
  if (choice < 6) return { type: 'tick' }
  if (choice < 9) return { type: 'start' }
  if (choice < 12) {
    const result = roll() < 0.9 ? { met: roll() < 0.6 } : failed
    return { type: 'resolveCondition', stepId, result }
  }
  const stale = roll() < 0.1
  return {
    type: 'finishAttempt',
    stepId,
    attempt: stale ? current + 1 : current,
    outcome: randomOutcome(roll),
  }
}

const failed = { code: 'EXPRESSION_FAILED' as const, message: 'no' }

function randomOutcome(roll: Dice): AttemptOutcome {
  const choice = roll()
  if (choice < 0.5) return { status: 'succeeded', branch: roll() < 0.5 ? 'then' : 'else' }
  if (choice < 0.6) return { status: 'waiting', until: epoch + Math.floor(roll() * 5000) }
  if (choice < 0.7) return { status: 'cancelled' }
  if (choice < 0.75) return { status: 'interrupted' }
  return { status: 'error', code: 'NETWORK_ERROR', message: 'reset', retryable: roll() < 0.6 }
}

/** What a driver would do next, its outcomes all successes. */
function drive(
  wanted: ReturnType<typeof next>,
  state: SessionState,
  turn: number,
): SessionCommand | undefined {
  if (wanted.start) return { type: 'start' }
  const [stepId] = wanted.evaluate
  if (stepId !== undefined)
    return { type: 'resolveCondition', stepId, result: { met: turn % 3 > 0 } }
  const [running] = wanted.run
  if (running !== undefined) {
    const outcome: AttemptOutcome = state.stopping
      ? { status: 'cancelled' }
      : { status: 'succeeded', branch: turn % 2 === 0 ? 'then' : 'else' }
    return { type: 'finishAttempt', ...running, outcome }
  }
  return wanted.due ? { type: 'tick' } : undefined
}

function check(law: (given: { plan: Plan; dice: readonly number[] }) => void) {
  fc.assert(fc.property(runs, law), { numRuns: 400 })
}

describe('whatever happens to a session', () => {
  test('it ends, every step in a final status', () => {
    check((given) => {
      const { state } = run(given)
      expect(finalSessionStatuses.has(state.status)).toBe(true)
      expect(state.steps.every((each) => finalStepStatuses.has(each.status))).toBe(true)
      expect(state.running).toEqual([])
    })
  })

  test('its log has exactly one final session event, the last', () => {
    check((given) => {
      const { log } = run(given)
      expect(log.filter((event) => finalEventTypes.has(event.type))).toHaveLength(1)
      expect(finalEventTypes.has(log.at(-1)?.type as never)).toBe(true)
    })
  })

  test('folding the log gives the state', () => {
    check((given) => {
      const { log, state } = run(given)
      expect(replay(given.plan, log)).toEqual(state)
    })
  })

  test('a final status never changes', () => {
    check((given) => {
      run(given, (before, _, after) => {
        if (finalSessionStatuses.has(before.status)) expect(after).toBe(before)
        before.steps.forEach((each, index) => {
          if (finalStepStatuses.has(each.status)) {
            expect(after.steps[index]?.status).toBe(each.status)
          }
        })
      })
    })
  })

  test('no step starts before its parents have settled, or after one has failed', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          if (event.type === 'step.started') {
            const index = state.graph.indexOf.get(event.stepId ?? '') ?? -1
            for (const parent of state.graph.parents[index] ?? []) {
              expect(['passed', 'dead']).toContain(state.steps[parent]?.passage)
            }
          }
          state = evolve(state, event)
        }
      })
    })
  })

  test('no more attempts run at once than maxParallel', () => {
    check((given) => {
      run(given, (_, __, after) => {
        expect(after.running.length).toBeLessThanOrEqual(given.plan.maxParallel)
      })
    })
  })

  test('nothing starts while it is paused, cancelling or ended', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          if (event.type === 'step.started') expect(['running', 'waiting']).toContain(state.status)
          state = evolve(state, event)
        }
      })
    })
  })

  test('an attempt number is used once, and a step that completed does not run again', () => {
    check((given) => {
      const { log } = run(given)
      const started = log.filter((event) => event.type === 'step.started')
      const keys = started.map((event) => `${event.stepId}#${event.attempt}`)
      expect(new Set(keys).size).toBe(keys.length)
      const completed = new Set<string>()
      for (const event of log) {
        if (event.type === 'step.completed') completed.add(event.stepId ?? '')
        if (event.type === 'step.started') expect(completed.has(event.stepId ?? '')).toBe(false)
      }
    })
  })

  test('a state that is not paused or ended always says what it waits for', () => {
    check((given) => {
      run(given, (_, __, after) => {
        if (finalSessionStatuses.has(after.status) || after.status === 'paused') return
        const wanted = next(after, epoch)
        const waitsForSomething =
          wanted.start ||
          wanted.due ||
          wanted.run.length > 0 ||
          wanted.evaluate.length > 0 ||
          wanted.wakeAt !== undefined
        expect(waitsForSomething).toBe(true)
      })
    })
  })
})
