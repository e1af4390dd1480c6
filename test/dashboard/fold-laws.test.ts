import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stepsToRepeat } from '../../src/dashboard/log/continuation.ts'
import { fold } from '../../src/dashboard/log/fold.ts'
import { emptyLog, type SessionLog } from '../../src/dashboard/log/session-log.ts'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { type LoggedEvent, stepActions } from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import { ancestorsOf } from '../../src/session/graph.ts'
import { stepsToKeep } from '../../src/session/keep.ts'
import { next } from '../../src/session/next.ts'
import type { Plan } from '../../src/session/plan.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { epoch, fail, given, start, succeed } from '../support/decider.ts'
import { plan, step } from '../support/plans.ts'
import { plans } from '../support/random-plans.ts'
import {
  askOutcome,
  type Dice,
  diceOf,
  itemsFor,
  type Run,
  randomCommand,
  run,
} from '../support/random-sessions.ts'

const strategies = fc.constantFrom('continue' as const, 'continue' as const, 'escalate' as const)

/** Sessions that people meddle with: they settle what has failed, hold steps, and send back. */
const meddled = fc.record({
  plan: fc.tuple(plans, strategies, fc.boolean()).map(([plan, onFailure, isLoose]) => ({
    ...(isLoose ? withLooseGroup(plan) : plan),
    onFailure,
    timeoutMs: 600_000,
  })),
  turns: fc.constantFrom(30, 90),
  dice: diceOf(400),
})

test('whatever happens to a session, the page has it after each event as the service does', () => {
  fc.assert(
    fc.property(meddled, (given) => expectSame(run(given, () => {}, meddle))),
    { numRuns: 300 },
  )
})

test('what comes after a group of which one has completed stays as it is when another is settled', () => {
  const group = { group: 'g' }
  const loose = plan(
    [
      step('one', group),
      step('two', group),
      step('bad'),
      step('both', { dependsOn: ['one', 'two', 'bad'] }),
      step('open'),
    ],
    { onFailure: 'continue', groups: { g: { waitForAll: false } } },
  )
  const settled = given(loose, start, succeed('one'), fail('bad'), fail('two'))
  const { log } = settled.after({ type: 'resolveStep', stepId: 'two', action: 'complete' })
  expect(log.map(({ type }) => type)).toContain('step.resolved')
  expect(log.filter(({ type }) => type === 'step.skipped')).toHaveLength(1)
  expectSame({ plan: loose, log })
})

/** The same with steps behind a whole group of which one has to complete, and behind others. */
function withLooseGroup(plan: Plan): Plan {
  const members = plan.steps.filter(({ group }) => group === 'g').map(({ id }) => id)
  const [other] = plan.steps.filter(
    ({ group, dependsOn }) => group !== 'g' && dependsOn.length === 0,
  )
  const behind = (id: string, ...more: readonly string[]) =>
    step(id, { dependsOn: [...members, ...more] })
  const added = [behind('joined'), behind('both', ...(other === undefined ? [] : [other.id]))]
  const isFinal = plan.steps.findIndex((each) => each.finally)
  const at = isFinal === -1 ? plan.steps.length : isFinal
  return {
    ...plan,
    groups: { g: { waitForAll: false } },
    steps: plan.steps.toSpliced(at, 0, ...added, step('last', { dependsOn: ['both'] })),
  }
}

function meddle(state: SessionState, roll: Dice): SessionCommand {
  const choice = roll()
  if (choice < 0.05) return randomCommand(state, roll)
  const any = state.plan.steps[Math.floor(roll() * state.plan.steps.length)]?.id ?? ''
  if (choice < 0.12) return { type: roll() < 0.5 ? 'pauseStep' : 'resumeStep', stepId: any }
  if (choice < 0.3) return pushBack(state, roll)
  if (choice < 0.7) return goOn(state, roll)
  const stuck = state.steps.flatMap(({ status, interaction }, index) =>
    status === 'failed' || (status === 'waiting' && interaction?.kind !== 'approval')
      ? [state.plan.steps[index]?.id ?? '']
      : [],
  )
  const stepId = stuck[Math.floor(roll() * stuck.length)] ?? any
  return { type: 'resolveStep', stepId, action: stepActions[Math.floor(roll() * 4)] ?? 'skip' }
}

function pushBack(state: SessionState, roll: Dice): SessionCommand {
  const asked = state.people[Math.floor(roll() * state.people.length)] ?? -1
  const { interaction } = state.steps[asked] ?? {}
  if (interaction?.kind !== 'approval') return { type: 'tick' }
  const before = [...ancestorsOf(state.graph, asked)]
  const { id: toStep = '' } =
    state.plan.steps[before[Math.floor(roll() * before.length)] ?? -1] ?? {}
  return { type: 'pushBack', interactionId: interaction.id, toStep, note: 'again', digest: '' }
}

/** What the driver of a session would do next, with outcomes of every kind. */
function goOn(state: SessionState, roll: Dice): SessionCommand {
  if (state.status === 'queued') return { type: 'start' }
  const { run: running, evaluate } = next(state, epoch)
  const [condition] = evaluate
  if (condition !== undefined) {
    return { type: 'resolveCondition', stepId: condition, result: { met: roll() < 0.8 } }
  }
  const attempt = running[Math.floor(roll() * running.length)]
  if (attempt !== undefined) {
    const { stepId } = attempt
    const items = itemsFor(state, stepId, Math.floor(roll() * 4))
    return { type: 'finishAttempt', ...attempt, outcome: items ?? outcomeOf(state, stepId, roll) }
  }
  return pushBack(state, roll)
}

function outcomeOf(state: SessionState, stepId: string, roll: Dice): AttemptOutcome {
  const { uses = '' } = state.plan.steps[state.graph.indexOf.get(stepId) ?? -1] ?? {}
  if (uses !== 'noop' && roll() < 0.7) {
    return askOutcome(uses, `int_${state.seq}`, roll)
  }
  const choice = roll()
  if (choice < 0.5) return { status: 'succeeded', branch: choice < 0.25 ? 'then' : 'else' }
  if (choice < 0.8) return failed
  return choice < 0.85 ? { status: 'cancelled' } : { status: 'waiting', until: epoch + 500 }
}

const failed = {
  status: 'failed',
  code: 'UNEXPECTED_STATUS',
  message: 'answered 500',
  retryable: false,
} as const

function expectSame({ plan, log }: Pick<Run, 'plan' | 'log'>): void {
  let core = initialState({ id: 'ses_1', plan, createdAt: epoch })
  let page = emptyLog(plan.steps, plan.vars, plan.groups)
  for (const [index, event] of log.entries()) {
    core = evolve(core, event)
    page = fold(page, [{ ...event, seq: index + 1, sessionId: 'ses_1' } as LoggedEvent])
    expect([index, event.type, ofPage(page)]).toEqual([index, event.type, ofCore(core)])
  }
  for (const from of [undefined, ...plan.steps.map(({ id }) => id)]) {
    const kept = stepsToKeep(core, from)
    const again = plan.steps.filter((_, index) => !kept.has(index))
    expect(stepsToRepeat(page, plan.steps, from)).toEqual(again)
  }
}

function ofPage({ status, steps, variables }: SessionLog) {
  return {
    status,
    variables: [...variables.values()].map(({ name, value }) => [name, value]),
    steps: [...steps.values()].map((step) => [step.id, step.status, step.attempt, step.held]),
  }
}

function ofCore({ status, steps, plan, variables }: SessionState) {
  return {
    status,
    variables: [...variables].map(([name, { value }]) => [name, value]),
    steps: steps.map((step, index) => [
      plan.steps[index]?.id,
      step.status,
      step.attempt,
      step.held,
    ]),
  }
}
