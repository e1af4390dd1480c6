import { StepstreamError } from '../../src/errors.ts'
import type { SessionCommand } from '../../src/session/commands.ts'
import { transition } from '../../src/session/decide.ts'
import { stepActions } from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import { next } from '../../src/session/next.ts'
import type { Plan } from '../../src/session/plan.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'
import { finalSessionStatuses } from '../../src/session/status.ts'
import { cancelled, epoch, fail, start, succeed, wait } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const hold: SessionCommand = { type: 'hold' }
const pause: SessionCommand = { type: 'pause' }
const resume: SessionCommand = { type: 'resume' }
const cancel: SessionCommand = { type: 'cancel' }
const rollback: SessionCommand = { type: 'rollback' }

const awaits = { kind: 'session' as const, id: 'ses_2' }

const concurrency = { key: 'k', limit: 1, onLimit: 'queue' as const }

/** Changes of status as `from --> to`. */
export interface Walked {
  readonly session: Set<string>
  readonly step: Set<string>
}

const retried = { ...onceOnly, maxAttempts: 2, delayMs: 50, maxDelayMs: 50 }

const undo = { uses: 'noop', with: {}, retry: retried, timeoutMs: 100 } as const
const undone = { undo: { ...undo, onInterrupted: 'retry' as const } }

const plans: readonly Plan[] = (['fail_fast', 'continue', 'rollback', 'escalate'] as const).flatMap(
  (onFailure) => [
    plan([step('a', { retry: retried }), step('b'), step('c', { dependsOn: ['a'] })], {
      onFailure,
      timeoutMs: 2000,
    }),
    plan(
      [
        step('a', undone),
        step('b', { dependsOn: ['a'], retry: retried }),
        step('c', { dependsOn: ['a'], when: 'x', tolerant: true }),
        step('d', { finally: true, retry: retried }),
      ],
      { onFailure, timeoutMs: 2000 },
    ),
    plan([step('a', { onInterrupted: 'fail', retry: retried }), ...sequence('b', 'c')], {
      onFailure,
    }),
    plan([step('a', { when: 'x', retry: retried })], { onFailure, timeoutMs: 500 }),
    plan([step('a')], { onFailure, concurrency, startByMs: 200 }),
  ],
)

const condition = (met: boolean): SessionCommand => ({
  type: 'resolveCondition',
  stepId: 'b',
  result: { met },
})

/** A person is asked in `c`, and sends the session back; what `b` did before is undone, or cannot be. */
const sentBack: readonly SessionCommand[] = [
  start,
  succeed('a'),
  condition(true),
  succeed('b'),
  {
    type: 'finishAttempt',
    stepId: 'c',
    attempt: 1,
    outcome: {
      status: 'waiting',
      awaits: { kind: 'interaction', id: 'int_1' },
      interaction: { kind: 'approval', prompt: '?' },
    },
  },
  { type: 'pushBack', interactionId: 'int_1', toStep: 'a', digest: '' },
  succeed('a', undefined, 2),
]

/** What no chance leads to soon enough. */
const stories: readonly (readonly SessionCommand[])[] = [
  [...sentBack, condition(false), fail('c', 2), succeed('b', undefined, 2)],
  [...sentBack, condition(false), fail('c', 2), fail('b', 2)],
  [...sentBack, condition(true), fail('b', 2), succeed('b', undefined, 3)],
  [...sentBack, condition(true), rollback, cancelled('b', 2), succeed('b', undefined, 3)],
]

/** Notes every change of status while random commands, the same ones each time, are thrown at sessions. */
export function walk(): Walked {
  const walked: Walked = { session: new Set(), step: new Set() }
  const roll = dice(1)
  for (const story of stories) tell(story, walked)
  for (let turn = 0; turn < 8000; turn++) {
    const chosen = plans[turn % plans.length] ?? plan([step('a')])
    let state = initialState({ id: 'ses_1', plan: chosen, createdAt: epoch })
    let now = epoch
    for (let left = 25; left > 0 && !finalSessionStatuses.has(state.status); left--) {
      now += Math.floor(roll() * 60)
      state = apply(pick(commandsFor(state, now), roll), state, contextAt(now, roll()), walked)
    }
  }
  return walked
}

function tell(story: readonly SessionCommand[], walked: Walked): void {
  const steps = [
    step('a'),
    step('b', {
      ...undone,
      dependsOn: ['a'],
      when: 'x',
      undo: { ...undone.undo, retry: onceOnly },
    }),
    step('c', { dependsOn: ['b'] }),
  ]
  const initial = { id: 'ses_1', plan: plan(steps, { onFailure: 'rollback' }), createdAt: epoch }
  story.reduce(
    (state, command) => apply(command, state, contextAt(epoch, 0), walked),
    initialState(initial),
  )
}

function apply(
  command: SessionCommand,
  state: SessionState,
  context: ReturnType<typeof contextAt>,
  walked: Walked,
): SessionState {
  let events: ReturnType<typeof transition>['events'] = []
  try {
    events = transition(command, state, context).events
  } catch (error) {
    if (!(error instanceof StepstreamError)) throw error
  }
  return events.reduce((before, event) => {
    const after = evolve(before, event)
    note(walked.session, before.status, after.status)
    before.steps.forEach(({ status }, index) => {
      note(walked.step, status, after.steps[index]?.status ?? status)
    })
    return after
  }, state)
}

function note(edges: Set<string>, from: string, to: string): void {
  if (from !== to) edges.add(`${from} --> ${to}`)
}

/** What can happen to a session, the usual more often than the rest. */
function commandsFor(state: SessionState, now: number): SessionCommand[] {
  const { run, evaluate } = next(state, now)
  const finished = run.flatMap(({ stepId, attempt, stop }): SessionCommand[] => [
    succeed(stepId, undefined, attempt),
    fail(stepId, attempt),
    fail(stepId, attempt, true),
    wait(stepId, now + 40, attempt),
    { type: 'finishAttempt', stepId, attempt, outcome: { status: 'waiting', awaits } },
    { type: 'finishAttempt', stepId, attempt, outcome: { status: 'interrupted' } },
    ...(stop ? [cancelled(stepId, attempt)] : []),
  ])
  const awaited = state.awaiting.flatMap((index): SessionCommand[] => {
    const { id: stepId = '' } = state.plan.steps[index] ?? {}
    const { attempt = 0 } = state.steps[index] ?? {}
    return [succeed(stepId, undefined, attempt), fail(stepId, attempt, true)].map(
      (command) => ({ ...command, type: 'finishWait' }) as SessionCommand,
    )
  })
  const decided = evaluate.flatMap((stepId): SessionCommand[] => [
    { type: 'resolveCondition', stepId, result: { met: true } },
    { type: 'resolveCondition', stepId, result: { met: false } },
    { type: 'resolveCondition', stepId, result: { code: 'EXPRESSION_FAILED', message: 'no' } },
  ])
  const resolved = state.plan.steps.flatMap(({ id: stepId }) =>
    stepActions.map((action): SessionCommand => ({ type: 'resolveStep', stepId, action })),
  )
  const usual: SessionCommand[] = [
    start,
    hold,
    { type: 'tick' },
    ...finished,
    ...awaited,
    ...decided,
  ]
  return [...usual, ...usual, ...resolved, pause, resume, cancel, rollback, { type: 'recover' }]
}

export function contextAt(now: number, random: number) {
  return { now, random, mayStart: true }
}

function pick<T>(list: readonly T[], roll: () => number): T {
  return list[Math.floor(roll() * list.length)] as T
}

/** Numbers in [0, 1), the same for the same seed (Park and Miller's generator). */
function dice(seed: number): () => number {
  let value = seed
  return () => {
    value = (value * 48_271) % 2_147_483_647
    return value / 2_147_483_647
  }
}
