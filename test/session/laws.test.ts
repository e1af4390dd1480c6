import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import { draftOf } from '../../src/session/draft.ts'
import {
  finalEventTypes,
  type InteractionRequest,
  type LoggedEvent,
  type SessionEvent,
  stepActions,
} from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import { ancestorsOf } from '../../src/session/graph.ts'
import { isRelieved } from '../../src/session/groups.ts'
import { InteractionHistoryBuilder } from '../../src/session/interaction-history.ts'
import { next } from '../../src/session/next.ts'
import type { Plan, PlannedGroup, PlannedStep } from '../../src/session/plan.ts'
import { awaitsRoom, initialState, type SessionState } from '../../src/session/state.ts'
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
      onFailure: fc.constantFrom('fail_fast', 'continue', 'rollback', 'escalate'),
      undone: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      tolerant: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      finals: fc.integer({ min: 0, max: 2 }),
      looped: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      maxFailures: fc.integer({ min: 0, max: 1 }),
      grouped: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      group: fc.record(
        {
          maxParallel: fc.integer({ min: 1, max: 2 }),
          waitForAll: fc.boolean(),
          timeoutMs: fc.integer({ min: 500, max: 5000 }),
        },
        { requiredKeys: [] },
      ),
      maxParallel: fc.integer({ min: 1, max: 4 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      conditions: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
      asking: fc.array(fc.constantFrom('noop', 'noop', 'approval', 'signal'), {
        minLength: count,
        maxLength: count,
      }),
      onLimit: fc.constantFrom('queue', 'reject', undefined),
    })
    .map((shape) => {
      const retry = {
        maxAttempts: shape.maxAttempts,
        backoff: 'exponential',
        delayMs: 100,
        maxDelayMs: 1000,
        multiplier: 2,
        jitter: true,
      } as const
      const { onInterrupted } = shape
      const undo = { uses: 'noop', with: {}, retry, timeoutMs: 1000, onInterrupted }
      const steps = Array.from({ length: count }, (_, index): PlannedStep => {
        const dependsOn = Array.from({ length: index }, (_, parent) => parent)
          .filter((parent) => shape.edges[index]?.[parent])
          .map((parent) => `s${parent}`)
        return step(`s${index}`, {
          uses: shape.asking[index] ?? 'noop',
          dependsOn,
          onInterrupted,
          retry,
          ...(shape.guarded[index] ? { when: 'something' } : {}),
          ...(shape.guarded[index] && shape.tolerant[index] ? { tolerant: true as const } : {}),
          ...(shape.undone[index] ? { undo } : {}),
          ...(shape.grouped[index] ? { group: 'g' } : {}),
          ...(shape.looped[index] && !shape.conditions[index]
            ? { forEach: { items: 'x', maxParallel: 2, maxFailures: shape.maxFailures } }
            : {}),
        })
      })
      const finals = Array.from({ length: shape.finals }, (_, index) =>
        step(`f${index}`, {
          finally: true,
          retry,
          onInterrupted,
          dependsOn: index === 0 ? [] : ['f0'],
        }),
      )
      return plan([...withBranches(steps, shape.conditions), ...finals], {
        onFailure: shape.onFailure,
        groups: { g: shape.group as PlannedGroup },
        maxParallel: shape.maxParallel,
        timeoutMs: 20_000,
        ...(shape.onLimit === undefined
          ? {}
          : { concurrency: { key: 'k', limit: 1, onLimit: shape.onLimit } }),
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
  /** How much happens to it beside what its driver does. */
  turns: fc.constantFrom(0, 4, 20),
  dice: fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), {
    minLength: 80,
    maxLength: 80,
  }),
})

interface Given {
  readonly plan: Plan
  readonly turns: number
  readonly dice: readonly number[]
}

interface Run {
  readonly plan: Plan
  readonly log: readonly SessionEvent[]
  readonly state: SessionState
}

/** Throws random commands at a session, then lets it run out; `watch` sees every transition. */
function run(
  given: Given,
  watch: (
    before: SessionState,
    events: readonly SessionEvent[],
    after: SessionState,
    command: SessionCommand,
  ) => void = () => {},
): Run {
  let state = initialState({ id: 'ses_1', plan: given.plan, createdAt: epoch })
  let now = epoch
  const log: SessionEvent[] = []
  const dispatch = (command: SessionCommand) => {
    const result = attempt(command, state, now)
    watch(state, result.events, result.state, command)
    log.push(...result.events)
    state = result.state
  }
  const dice = given.dice[Symbol.iterator]()
  const roll: Dice = () => dice.next().value ?? 0
  for (let turn = 0; turn < given.turns; turn++) {
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
  const { id: stepId = '' } = state.plan.steps[Math.floor(roll() * state.plan.steps.length)] ?? {}
  const current = state.steps[state.graph.indexOf.get(stepId) ?? 0]?.attempt ?? 0
  if (state.status === 'queued' && roll() < 0.3) return { type: 'hold' }
  const choice = Math.floor(roll() * 31)
  if (choice === 30)
    return { type: 'childWaits', stepId, child: awaits.id, forPeople: roll() < 0.5 }
  if (choice >= 24) return peopleCommand(state, roll, stepId)
  if (choice === 0) return { type: 'pause' }
  if (choice === 1) return { type: 'resume' }
  if (choice === 2) return roll() < 0.3 ? { type: 'cancel' } : { type: 'tick' }
  if (choice === 22) return roll() < 0.3 ? { type: 'rollback' } : { type: 'tick' }
  if (choice === 23) {
    const action = stepActions[Math.floor(roll() * stepActions.length)] ?? 'skip'
    return { type: 'resolveStep', stepId, action }
  }
  if (choice === 3) return { type: 'recover' }
  if (choice < 6) return { type: 'tick' }
  if (choice < 9) return { type: 'start' }
  if (choice < 12) {
    const result = roll() < 0.9 ? { met: roll() < 0.6 } : failed
    return { type: 'resolveCondition', stepId, result }
  }
  const stale = roll() < 0.1
  const items = itemsFor(state, stepId, Math.floor(roll() * 4))
  return {
    type: state.steps[state.graph.indexOf.get(stepId) ?? 0]?.awaits
      ? 'finishWait'
      : 'finishAttempt',
    stepId,
    attempt: stale ? current + 1 : current,
    outcome: items !== undefined && roll() < 0.7 ? items : randomOutcome(roll),
  }
}

/** What people, and signals from outside, do to a session. */
function peopleCommand(state: SessionState, roll: Dice, stepId: string): SessionCommand {
  const asked = state.people[Math.floor(roll() * state.people.length)]
  const interactionId = state.steps[asked ?? -1]?.interaction?.id ?? 'int_nobody'
  if (roll() < 0.6) {
    const to = roll() < 0.8 ? { toStep: stepId } : {}
    return { type: 'pushBack', interactionId, ...to, note: 'again', digest: '' }
  }
  const id = `s${state.seq}`
  const steps = state.plan.steps.map((each) => each.id)
  return { type: 'signal', signal: { id, name: 'go', payload: { id }, digest: id, steps } }
}

/** What a step with `forEach` finds whose items are not known yet. */
function itemsFor(state: SessionState, stepId: string, count: number): AttemptOutcome | undefined {
  const index = state.graph.indexOf.get(stepId) ?? -1
  const { forEach } = state.plan.steps[index] ?? {}
  if (forEach === undefined || state.steps[index]?.items !== undefined) return undefined
  return { status: 'expanded', items: Array.from({ length: count }, (_, n) => n), count }
}

const failed = { code: 'EXPRESSION_FAILED' as const, message: 'no' }

const awaits = { kind: 'session' as const, id: 'ses_2' }

const soon = (roll: Dice) => ({ until: epoch + Math.floor(roll() * 5000) })

/** Asks people, or waits for a signal, as a step of its kind does. */
function askOutcome(uses: string, id: string, roll: Dice): AttemptOutcome {
  const onTimeout = (['fail', 'approve', 'reject', 'escalate'] as const)[Math.floor(roll() * 4)]
  const interaction: InteractionRequest =
    uses === 'signal'
      ? { kind: 'signal', signal: 'go' }
      : {
          kind: 'approval',
          prompt: '?',
          ...(onTimeout === undefined ? {} : { onTimeout }),
          ...(roll() < 0.3 ? { resumes: true, command: { do: 'it' } } : {}),
        }
  const limit = roll() < 0.2 ? soon(roll) : {}
  return { status: 'waiting', awaits: { kind: 'interaction', id }, interaction, ...limit }
}

function randomOutcome(roll: Dice): AttemptOutcome {
  const choice = roll()
  const id = `int_${Math.floor(roll() * 1e9)}`
  if (choice > 0.85) return askOutcome(roll() < 0.7 ? 'approval' : 'signal', id, roll)
  if (choice < 0.1) return { status: 'waiting', awaits, ...(choice < 0.05 ? soon(roll) : {}) }
  if (choice < 0.5) return { status: 'succeeded', branch: roll() < 0.5 ? 'then' : 'else' }
  if (choice < 0.6) return { status: 'waiting', ...soon(roll) }
  if (choice < 0.7) return { status: 'cancelled' }
  if (choice < 0.75) return { status: 'interrupted' }
  if (choice < 0.8) return { status: 'continue' }
  return { status: 'error', code: 'NETWORK_ERROR', message: 'reset', retryable: roll() < 0.6 }
}

/** What a driver would do next, its outcomes all successes. */
function drive(
  wanted: ReturnType<typeof next>,
  state: SessionState,
  turn: number,
): SessionCommand | undefined {
  if (wanted.start || awaitsRoom(state)) return { type: 'start' }
  const [stepId] = wanted.evaluate
  if (stepId !== undefined)
    return { type: 'resolveCondition', stepId, result: { met: turn % 3 > 0 } }
  const [asked] = state.escalated
  if (asked !== undefined) {
    const id = state.plan.steps[asked]?.id ?? ''
    return { type: 'resolveStep', stepId: id, action: turn % 2 === 0 ? 'skip' : 'fail' }
  }
  const [running] = wanted.run
  if (running !== undefined) {
    const items = itemsFor(state, running.stepId, turn % 4)
    const { uses = '' } = state.plan.steps[state.graph.indexOf.get(running.stepId) ?? -1] ?? {}
    const asks = uses !== 'noop' && !running.undo && !running.conclude && items === undefined
    const outcome: AttemptOutcome = running.stop
      ? { status: 'cancelled' }
      : asks
        ? askOutcome(uses, `int_${turn}`, () => ((turn * 5) % 8) / 8)
        : (items ?? { status: 'succeeded', branch: turn % 2 === 0 ? 'then' : 'else' })
    return { type: 'finishAttempt', ...running, outcome }
  }
  if (wanted.due) return { type: 'tick' }
  const [awaiting] = state.awaiting
  if (awaiting === undefined || (wanted.wakeAt !== undefined && turn % 2 === 0)) return undefined
  const said = answerOf(state, turn)
  if (said !== undefined) return said
  const id = state.plan.steps[awaiting]?.id ?? ''
  const attempt = state.steps[awaiting]?.attempt ?? 0
  return { type: 'finishWait', stepId: id, attempt, outcome: { status: 'succeeded' } }
}

/** A signal for whoever waits for one, or a push back to some step, a few times for each. */
function answerOf(state: SessionState, turn: number): SessionCommand | undefined {
  const [asked = -1] = state.people.slice(turn % Math.max(1, state.people.length))
  const { interaction, rewinds = 0 } = state.steps[asked] ?? {}
  if (interaction?.kind === 'signal') {
    const id = `s${state.seq}`
    return {
      type: 'signal',
      signal: { id, name: 'go', steps: [state.plan.steps[asked]?.id ?? ''] },
    }
  }
  if (interaction === undefined || rewinds > 1 || turn % 3 === 0) return undefined
  const before = [...ancestorsOf(state.graph, asked)]
  const { id: toStep = '' } = state.plan.steps[before[turn % before.length] ?? asked] ?? {}
  return { type: 'pushBack', interactionId: interaction.id, toStep, note: 'again', digest: '' }
}

function hasUndo({ plan }: SessionState, index: number): boolean {
  const { undo, forEach } = plan.steps[index] ?? {}
  return undo !== undefined && forEach === undefined
}

function check(law: (given: Given) => void) {
  fc.assert(fc.property(runs, law), { numRuns: 400 })
}

describe('whatever happens to a session', () => {
  test('it ends, every step in a final status', () => {
    check((given) => {
      const { state } = run(given)
      expect(finalSessionStatuses.has(state.status)).toBe(true)
      expect(state.steps.every((each) => finalStepStatuses.has(each.status))).toBe(true)
      expect([...state.running, ...state.awaiting]).toEqual([])
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
      run(given, (before, _, after, command) => {
        if (finalSessionStatuses.has(before.status)) expect(after).toBe(before)
        before.steps.forEach((each, index) => {
          const { status } = after.steps[index] ?? {}
          if (!finalStepStatuses.has(each.status) || status === each.status) return
          // But for an undo, and what a person says.
          const mayBeUndone = each.status === 'completed' || each.toUndo !== undefined
          const isUndo = mayBeUndone && before.status === 'rolling_back'
          const begins = mayBeUndone && after.status === 'rolling_back'
          const isSaid = command.type === 'resolveStep' || command.type === 'pushBack'
          expect(isUndo || begins || isSaid).toBe(true)
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
            const { tolerant, finally: runsLast } = state.plan.steps[index] ?? {}
            // What was tried before its parents were opened again is tried again however they ended.
            const hasBegun = (state.steps[index]?.failures ?? 0) > 0
            for (const parent of state.graph.parents[index] ?? []) {
              const passages =
                tolerant || runsLast || hasBegun ? ['passed', 'dead', 'failed'] : ['passed', 'dead']
              if (isRelieved(draftOf(state), index, parent)) continue
              expect(passages).toContain(state.steps[parent]?.passage)
            }
          }
          state = evolve(state, event)
        }
      })
    })
  })

  test('no more steps are under way at once than maxParallel, here or elsewhere, but for people', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const underWay = after.running.length + after.awaiting.length - after.people.length
        expect(underWay).toBeLessThanOrEqual(given.plan.maxParallel)
      })
    })
  })

  test('nothing but what is there for the end starts while it is paused, ending or ended', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          if (event.type === 'step.started') {
            const index = state.graph.indexOf.get(event.stepId ?? '') ?? -1
            const { finally: runsLast } = state.plan.steps[index] ?? {}
            const { tolerant } = state.plan.steps[state.steps[index]?.itemOf?.step ?? index] ?? {}
            const active = ['running', 'waiting']
            if (tolerant || runsLast) active.push('cancelling')
            if (runsLast) active.push('rolling_back')
            expect(active).toContain(state.status)
          }
          if (event.type === 'step.undoing') expect(state.status).toBe('rolling_back')
          state = evolve(state, event)
        }
      })
    })
  })

  test('an attempt number is used once, and a step that completed does not run again', () => {
    check((given) => {
      const { log } = run(given)
      const started = log.filter(
        (event) => event.type === 'step.started' || event.type === 'step.undoing',
      )
      const keys = started.map((event) => `${event.stepId}#${event.attempt}`)
      expect(new Set(keys).size).toBe(keys.length)
      const completed = new Set<string>()
      for (const event of log) {
        if (event.type === 'step.completed') completed.add(event.stepId ?? '')
        if (event.type === 'step.rewound') for (const id of event.data.steps) completed.delete(id)
        if (event.type === 'step.started') expect(completed.has(event.stepId ?? '')).toBe(false)
      }
    })
  })

  test('going on after an answer counts against nothing', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          const after = evolve(state, event)
          if (event.type === 'step.continuing') {
            const index = state.graph.indexOf.get(event.stepId ?? '') ?? -1
            expect(after.steps[index]?.failures).toBe(state.steps[index]?.failures)
            expect(after.steps[index]?.attempt).toBe(state.steps[index]?.attempt)
            expect(after.steps[index]?.interaction).toBeUndefined()
            expect(after.steps[index]?.passage).toBe(state.steps[index]?.passage)
          }
          state = after
        }
      })
    })
  })

  test('those that wait for somebody outside are known, and nobody else is', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const awaiting = after.steps.flatMap((each, index) =>
          each.awaits === undefined ? [] : [index],
        )
        expect(after.awaiting).toEqual(awaiting)
        const kindOf = (index: number) => after.steps[index]?.interaction?.kind ?? ''
        const people = awaiting.filter((index) => ['approval', 'signal'].includes(kindOf(index)))
        expect(after.people).toEqual(people)
        for (const index of after.escalated) expect(kindOf(index)).toBe('escalation')
        for (const index of awaiting) expect(after.steps[index]?.status).toBe('waiting')
      })
    })
  })

  test('the history of what was asked has as pending what is asked for, and nothing else', () => {
    check((given) => {
      const history = new InteractionHistoryBuilder()
      run(given, (_, events, after) => {
        for (const event of events) history.add(event as LoggedEvent)
        const open = [...after.awaiting, ...after.escalated].flatMap(
          (index) => after.steps[index]?.interaction?.id ?? [],
        )
        const pending = history.interactions.filter(({ endedAt }) => endedAt === undefined)
        expect(pending.map(({ interactionId }) => interactionId).toSorted()).toEqual(
          open.toSorted(),
        )
      })
    })
  })

  test('counts add up, and every step knows how many of those before it are open', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const having = (status: string) =>
          after.steps.filter((each) => each.status === status && !each.undoing).length
        const { completed, failed, skipped, cancelled, undone = 0, total } = after.counts
        const undoing = (status: string) =>
          after.steps.filter(
            (each) => each.undoing && (each.toUndo?.status ?? 'completed') === status,
          ).length
        expect([completed, failed, skipped, cancelled, undone]).toEqual(
          ['completed', 'failed', 'skipped', 'cancelled', 'undone'].map(
            (status) => having(status) + undoing(status),
          ),
        )
        expect(total).toBe(after.steps.length)
        const isOpen = (index: number) => after.steps[index]?.passage === undefined
        const main = after.steps.filter(
          (each, index) => each.passage === undefined && !after.plan.steps[index]?.finally,
        )
        expect(after.openMain).toBe(main.length)
        const draft = draftOf(after)
        after.steps.forEach((each, index) => {
          const parents = after.graph.parents[index] ?? []
          const open = parents.filter(
            (parent) => isOpen(parent) && !isRelieved(draft, index, parent),
          )
          expect(each.openParents).toBe(open.length)
        })
        for (const [name, { open, passed }] of after.groups) {
          const members = after.plan.steps.flatMap((each, index) =>
            each.group === name ? [after.steps[index]?.passage] : [],
          )
          expect(open).toBe(members.filter((passage) => passage === undefined).length)
          const hasPassed = members.includes('passed')
          // After a push back what comes after it waits for one that runs anew.
          const isFresh = after.steps.some((each) => each.rewinds !== undefined)
          if (passed || !isFresh || open === 0) expect(passed).toBe(hasPassed)
        }
      })
    })
  })

  test('what is undone is what completed, none before what was built on it', () => {
    check((given) => {
      run(given, (_, __, after) => {
        const due = after.steps.flatMap((each, index) =>
          (each.status === 'completed' && each.undoError === undefined && hasUndo(after, index)) ||
          each.toUndo !== undefined
            ? [index]
            : [],
        )
        if (after.rollback !== undefined) return
        expect(after.undoable.toSorted((a, b) => a - b)).toEqual(due)
        const places = new Map(after.undoable.map((index, place) => [index, place]))
        for (const index of after.undoable) {
          for (const parent of after.graph.parents[index] ?? []) {
            // What comes after a group of which one has to complete may be done before the others.
            if (after.plan.groups?.['g']?.waitForAll === false) continue
            expect(places.get(parent) ?? -1).toBeLessThan(places.get(index) ?? 0)
          }
        }
      })
    })
  })

  test('where somebody pushes back to may begin again, and nothing that was opened with it before', () => {
    check((given) => {
      run(given, (before, events) => {
        let state = before
        for (const event of events) {
          state = evolve(state, event)
          if (event.type !== 'step.rewound') continue
          const to = state.graph.indexOf.get(event.data.toStep) ?? -1
          expect([...state.ready, ...state.undecided]).toContain(to)
          const opened = event.data.steps.map((id) => state.graph.indexOf.get(id) ?? -1)
          for (const index of opened) {
            expect(state.steps[index]?.status).toBe('pending')
            expect(state.steps[index]?.passage).toBeUndefined()
            const isBehind = state.graph.parents[index]?.some((each) => opened.includes(each))
            const mayBegin = [...state.ready, ...state.undecided].includes(index)
            if (isBehind) expect(mayBegin).toBe(false)
          }
        }
      })
    })
  })

  test('a signal is taken once, by a step that waited for it, or kept', () => {
    check((given) => {
      const { log, state } = run(given)
      const received = log.flatMap((event) =>
        event.type === 'signal.received' ? [event.data.signalId] : [],
      )
      const taken = log.flatMap((event) =>
        event.type === 'interaction.answered' ? (event.data.signalId ?? []) : [],
      )
      expect(new Set(taken).size).toBe(taken.length)
      const kept = state.signals.map(({ id }) => id)
      expect([...taken, ...kept].toSorted()).toEqual(received.toSorted())
    })
  })

  test('a state that is not paused or ended always says what it waits for', () => {
    check((given) => {
      run(given, (_, __, after) => {
        if (finalSessionStatuses.has(after.status) || after.status === 'paused') return
        if (after.escalated.length > 0 || awaitsRoom(after)) return
        const wanted = next(after, epoch)
        const waitsForSomething =
          wanted.start ||
          wanted.due ||
          wanted.run.length > 0 ||
          wanted.evaluate.length > 0 ||
          wanted.wakeAt !== undefined ||
          after.awaiting.length > 0
        expect(waitsForSomething).toBe(true)
      })
    })
  })

  test('a rollback that nobody stops sees to every undo once, and to none before what was built on it', () => {
    check((given) => {
      const { log, state } = run(given)
      const begun = log.findIndex(({ type }) => type === 'session.rolling_back')
      const stopped = log.findIndex(
        ({ type }, index) => type === 'session.cancelling' && index > begun,
      )
      const over = log.filter(({ type }) => type === 'step.undone' || type === 'step.undo_failed')
      if (begun === -1) expect(over).toEqual([])
      if (begun === -1 || stopped !== -1) return
      const before = replay(given.plan, log.slice(0, begun))
      const due = before.undoable.map((index) => before.plan.steps[index]?.id)
      expect(over.map((event) => ('stepId' in event ? event.stepId : ''))).toEqual(due.reverse())
      expect(state.status).toBe('failed')
      const indexOf = (id: string) => before.plan.steps.findIndex((each) => each.id === id)
      const seen = new Set<number>()
      for (const id of due) {
        const index = indexOf(id ?? '')
        for (const parent of state.graph.parents[index] ?? []) expect(seen.has(parent)).toBe(false)
        seen.add(index)
      }
    })
  })

  test('what runs last begins after all else has settled, in every session', () => {
    check((given) => {
      const { log, state } = run(given)
      const finals = new Set(given.plan.steps.filter((each) => each.finally).map((each) => each.id))
      for (const id of finals) {
        const started = log.findIndex(
          (event) => event.type === 'step.started' && event.stepId === id,
        )
        expect(started).not.toBe(-1)
        const before = replay(given.plan, log.slice(0, started))
        expect(before.openMain).toBe(0)
      }
      expect(state.openMain).toBe(0)
    })
  })
})
