import fc from 'fast-check'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import {
  type InteractionRequest,
  type SessionEvent,
  stepActions,
} from '../../src/session/events.ts'
import { ancestorsOf } from '../../src/session/graph.ts'
import { heldSteps, next } from '../../src/session/next.ts'
import type { Plan } from '../../src/session/plan.ts'
import { awaitsRoom, initialState, isStopped, type SessionState } from '../../src/session/state.ts'
import { epoch } from './decider.ts'
import { plans } from './random-plans.ts'

/** A random choice as a test run makes it: numbers in [0, 1). */
export type Dice = () => number

/** A plan, with what happens to a session of it. */
export const runs = fc.record({
  plan: plans,
  /** How much happens to it beside what its driver does. */
  turns: fc.constantFrom(0, 4, 20),
  dice: diceOf(160),
})

/** So many throws, all as likely: left to itself fast-check throws low ones mostly. */
export function diceOf(throws: number): fc.Arbitrary<number[]> {
  const fair = fc.noBias(fc.integer({ min: 0, max: 9999 })).map((one) => one / 10_000)
  return fc.array(fair, { minLength: throws, maxLength: throws })
}

export interface Given {
  readonly plan: Plan
  readonly turns: number
  readonly dice: readonly number[]
}

export interface Run {
  readonly plan: Plan
  readonly log: readonly SessionEvent[]
  readonly state: SessionState
}

/**
 * Throws commands at a session, then lets it run out; `watch` sees every transition.
 * @param choose the next command. @default any
 */
export function run(
  given: Given,
  watch: (
    before: SessionState,
    events: readonly SessionEvent[],
    after: SessionState,
    command: SessionCommand,
  ) => void = () => {},
  choose: (state: SessionState, roll: Dice) => SessionCommand = randomCommand,
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
    dispatch(choose(state, roll))
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

/** Whatever may come, mostly what a driver would not do. */
export function randomCommand(state: SessionState, roll: Dice): SessionCommand {
  const index = Math.floor(roll() * state.plan.steps.length)
  const { id: stepId = '', repeat } = state.plan.steps[index] ?? {}
  const { attempt: current = 0, awaits, interaction } = state.steps[index] ?? {}
  if (state.status === 'queued' && roll() < 0.3) return { type: 'hold' }
  const choice = Math.floor(roll() * 33)
  if (choice === 32) return { type: roll() < 0.5 ? 'pauseStep' : 'resumeStep', stepId }
  if (choice === 31) return { type: 'advance' }
  if (choice === 30) return { type: 'childWaits', stepId, child: child.id, forPeople: roll() < 0.5 }
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
  const attempt = roll() < 0.1 ? current + 1 : current
  if (awaits !== undefined) {
    const outcome = endOf(interaction, roll)
    if (interaction === undefined) return { type: 'finishWait', stepId, attempt, outcome }
    const answered = { interactionId: awaits.id, digest: '' }
    return { type: 'finishWait', stepId, attempt: current, outcome, answered }
  }
  const items = itemsFor(state, stepId, Math.floor(roll() * 4))
  const outcome =
    items !== undefined && roll() < 0.7
      ? items
      : repeat !== undefined && roll() < 0.4
        ? ({ status: 'again' } as const)
        : outcomeOf(state, index, roll)
  return { type: 'finishAttempt', stepId, attempt, outcome }
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
export function itemsFor(
  state: SessionState,
  stepId: string,
  count: number,
): AttemptOutcome | undefined {
  const index = state.graph.indexOf.get(stepId) ?? -1
  const { forEach } = state.plan.steps[index] ?? {}
  if (forEach === undefined || state.steps[index]?.items !== undefined) return undefined
  return { status: 'expanded', items: Array.from({ length: count }, (_, n) => n), count }
}

const failed = { code: 'EXPRESSION_FAILED' as const, message: 'no' }

const child = { kind: 'session' as const, id: 'ses_2' }

const soon = (roll: Dice) => ({ until: epoch + Math.floor(roll() * 5000) })

/** Asks people, or waits for a signal, as a step of its kind does. */
export function askOutcome(uses: string, id: string, roll: Dice): AttemptOutcome {
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

/** What an attempt ends in that may do anything; only one that was told to stop has been cancelled. */
function outcomeOf(state: SessionState, index: number, roll: Dice): AttemptOutcome {
  const choice = roll()
  if (isStopped(state, index) && choice < 0.3) return { status: 'cancelled' }
  const id = `int_${state.seq}`
  if (choice > 0.85) return askOutcome(roll() < 0.7 ? 'approval' : 'signal', id, roll)
  if (choice < 0.1)
    return { status: 'waiting', awaits: child, ...(choice < 0.05 ? soon(roll) : {}) }
  if (choice < 0.5) return { status: 'succeeded', branch: roll() < 0.5 ? 'then' : 'else' }
  if (choice < 0.6) return { status: 'waiting', ...soon(roll) }
  if (choice < 0.65) return { status: 'interrupted' }
  return faultOf(roll)
}

/** What a wait for somebody outside comes to. */
function endOf(interaction: InteractionRequest | undefined, roll: Dice): AttemptOutcome {
  const choice = roll()
  if (interaction?.resumes && choice < 0.4) return { status: 'continue' }
  return choice < 0.7 ? { status: 'succeeded' } : faultOf(roll)
}

function faultOf(roll: Dice): AttemptOutcome {
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
        ? askOutcome(uses, `int_${state.seq}`, () => ((turn * 5) % 8) / 8)
        : (items ?? { status: 'succeeded', branch: turn % 2 === 0 ? 'then' : 'else' })
    return { type: 'finishAttempt', ...running, outcome }
  }
  if (wanted.due) return { type: 'tick' }
  const [held] = heldSteps(state)
  if (held !== undefined && wanted.wakeAt === undefined)
    return { type: 'resumeStep', stepId: state.plan.steps[held]?.id ?? '' }
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
