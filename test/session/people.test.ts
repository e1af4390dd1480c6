import { describe, expect, test } from 'vitest'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { explain } from '../../src/session/explain.ts'
import { next } from '../../src/session/next.ts'
import type { Plan } from '../../src/session/plan.ts'
import {
  ask,
  choose,
  epoch,
  fail,
  given,
  replay,
  type Scenario,
  start,
  succeed,
  tick,
} from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const HOUR_MS = 3_600_000

const answered = (stepId: string, outcome: AttemptOutcome, attempt = 1): SessionCommand => ({
  type: 'finishWait',
  stepId,
  attempt,
  outcome,
  answered: { interactionId: `int_${stepId}_${attempt}`, decision: 'approve', digest: 'd' },
})

const approved: AttemptOutcome = { status: 'succeeded', output: { decision: 'approved' } }

const pushBack = (stepId: string, toStep?: string, attempt = 1): SessionCommand => ({
  type: 'pushBack',
  interactionId: `int_${stepId}_${attempt}`,
  digest: 'd',
  note: 'again',
  actor: 'ana',
  ...(toStep === undefined ? {} : { toStep }),
})

const signal = (name: string, id: string, more: object = {}): SessionCommand => ({
  type: 'signal',
  signal: { id, name, steps: ['s', 't', 'u'], payload: { id }, ...more },
})

const undo = {
  uses: 'noop',
  with: {},
  retry: onceOnly,
  timeoutMs: 1000,
  onInterrupted: 'retry',
} as const

const statuses = ({ state }: Scenario) => state.steps.map((each) => each.status)

const foldsTo = (scenario: Scenario, of: Plan) =>
  expect(replay(of, scenario.log)).toEqual(scenario.state)

describe('a step that waits for people', () => {
  test('is no matter of the session’s time, with a limit of its own or without', () => {
    const two = plan(sequence('a', 'b'), { timeoutMs: 10_000 })
    for (const until of [undefined, epoch + 2 * HOUR_MS]) {
      const more = until === undefined ? {} : { until }
      const waiting = given(two, start, ask('a', more))
      expect(next(waiting.state, waiting.now)).toMatchObject({ run: [], due: false })
      expect(next(waiting.state, waiting.now).wakeAt).toBe(until)
      const late = waiting.later(HOUR_MS).when(tick).thenNothing()
      const going = late.when(answered('a', approved))
      expect(statuses(going)).toEqual(['completed', 'running'])
      expect(next(going.state, going.now).wakeAt).toBe(epoch + HOUR_MS + 10_000)
    }
  })

  test('shares the session’s time with what goes on beside it', () => {
    const two = plan([step('a'), step('b')], { timeoutMs: 10_000 })
    given(two, start, ask('a'))
      .later(11_000)
      .when(tick)
      .then(
        { type: 'session.cancelling', data: { cause: 'timeout' } },
        { type: 'step.cancelled', stepId: 'a' },
      )
  })

  test('takes no place of those that run side by side', () => {
    const narrow = plan([step('a'), step('b'), step('c')], { maxParallel: 1 })
    given(narrow, start)
      .when(ask('a'))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 1 },
        { type: 'interaction.created', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test.each([
    ['fail', ['step.failed', 'session.failed']],
    ['reject', ['step.failed', 'session.failed']],
    ['approve', ['step.completed', 'session.completed']],
    ['escalate', ['step.waiting', 'interaction.created', 'session.waiting']],
  ] as const)('ends by its limit as onTimeout says: %s', (onTimeout, types) => {
    const one = plan([step('a')])
    const over = given(one, start, ask('a', { onTimeout, until: epoch + 1000 }))
      .later(1000)
      .when(tick)
    const told = over.log.slice(-types.length - 1).map(({ type }) => type)
    expect(told.filter((type) => type !== 'session.progress').slice(-types.length)).toEqual(types)
    expect(over.log.map(({ type }) => type)).toContain('interaction.expired')
    foldsTo(over, one)
  })

  test('finds out what it sets also where nobody answers', () => {
    const set = { by: 'steps.a.output.decision' }
    given(
      plan([step('a', { set })]),
      start,
      ask('a', { onTimeout: 'approve', until: epoch + 1000 }),
    )
      .later(1000)
      .when(tick)
      .then(
        { type: 'interaction.expired', stepId: 'a', attempt: 1 },
        {
          type: 'step.concluding',
          stepId: 'a',
          attempt: 1,
          data: { output: { decision: 'approved', by: null, timedOut: true } },
        },
        { type: 'session.progress' },
      )
  })

  test('can be claimed by no worker', () => {
    const claim = { type: 'claimInteraction', interactionId: 'int_a_1', worker: 'w' } as const
    given(plan([step('a')]), start, ask('a')).thenRefuses(claim, 'INTERACTION_MISMATCH')
  })

  test('says whom it waits for', () => {
    const one = given(plan([step('a')]), start, ask('a', { approvers: ['ana', 'ops'] }))
    expect(explain(one.state, one.now).steps[0]?.sentence).toBe(
      'It waits for ana or ops to approve or reject it.',
    )
    const other = given(plan([step('s')]), start, ask('s', { kind: 'signal', signal: 'paid' }))
    expect(explain(other.state, other.now).steps[0]?.sentence).toBe(
      'It waits for the signal "paid".',
    )
  })
})

describe('a push back', () => {
  const list = plan(sequence('a', 'b', 'c', 'd'), { vars: { x: 0, y: 7 } })
  const reviewing = given(list, start)
    .after({
      type: 'finishAttempt',
      stepId: 'a',
      attempt: 1,
      outcome: { status: 'succeeded', output: 1, set: { x: 1 } },
    })
    .after({
      type: 'finishAttempt',
      stepId: 'b',
      attempt: 1,
      outcome: { status: 'succeeded', output: 2, set: { x: 2, y: 8 } },
    })
    .after(ask('c'))

  test('is refused where it would open a step again that ran for items', () => {
    const forEach = { items: 'inputs.list', maxParallel: 1, maxFailures: 0 }
    const chosen = plan(
      [
        step('choose', { branches: { then: ['review'], else: ['each'] } }),
        step('review', { dependsOn: ['choose'] }),
        step('each', { dependsOn: ['choose'], when: 'true', tolerant: true, forEach }),
      ],
      { onFailure: 'continue' },
    )
    given(chosen, start, fail('choose'))
      .after({ type: 'resolveCondition', stepId: 'each', result: { met: true } })
      .after({
        type: 'finishAttempt',
        stepId: 'each',
        attempt: 1,
        outcome: { status: 'expanded', items: [0], count: 1 },
      })
      .after({ type: 'resolveStep', stepId: 'choose', action: 'retry' })
      .after(choose('choose', 'then', 2))
      .after(succeed('each[0]'))
      .after(ask('review'))
      .thenRefuses(pushBack('review', 'choose'), 'ILLEGAL_TRANSITION')
  })

  test('opens what lies between, and runs it anew', () => {
    const again = reviewing.when(pushBack('c', 'b')).then(
      {
        type: 'interaction.answered',
        stepId: 'c',
        attempt: 1,
        data: { decision: 'push_back', toStep: 'b', note: 'again', actor: 'ana' },
      },
      { type: 'step.rewound', stepId: 'c', attempt: 1, data: { toStep: 'b', steps: ['b', 'c'] } },
      { type: 'step.started', stepId: 'b', attempt: 2 },
    )
    expect(statuses(again)).toEqual(['completed', 'running', 'pending', 'pending'])
    expect(again.state.counts).toMatchObject({ completed: 1, total: 4 })
    expect(again.state.openMain).toBe(3)
    expect(again.state.variables.get('x')).toMatchObject({ value: 1, setBy: 'a' })
    expect(again.state.variables.get('y')).toEqual({ value: 7 })
    const note = { decision: 'pushed_back', by: 'ana', note: 'again' }
    expect(again.state.steps[2]?.output).toEqual(note)
    const asked = again.after(succeed('b', 3, 2)).after(ask('c', {}, 2))
    expect(asked.state.steps[2]?.output).toEqual(note)
    const rejected = asked.after({
      ...answered('c', approved, 2),
      outcome: { status: 'failed', code: 'APPROVAL_REJECTED', message: 'no', retryable: false },
    } as SessionCommand)
    expect(rejected.state.steps[2]?.output).toBeUndefined()
    foldsTo(rejected, list)
  })

  test('goes back to the one step before where none is named', () => {
    expect(statuses(reviewing.after(pushBack('c')))).toEqual([
      'completed',
      'running',
      'pending',
      'pending',
    ])
  })

  test('that is somebody else’s leaves the steps to the driver', () => {
    const left = reviewing.after(pushBack('c', 'a'), { mayStart: false })
    expect(statuses(left)).toEqual(['pending', 'pending', 'pending', 'pending'])
    expect(next(left.state, left.now).due).toBe(true)
  })

  test('decides a condition anew, and lets the other branch run', () => {
    const branches = { then: ['yes'], else: ['no'] }
    const forked = plan([
      step('cond', { branches }),
      step('yes', { dependsOn: ['cond'] }),
      step('no', { dependsOn: ['cond'] }),
      step('ok', { dependsOn: ['yes'] }),
    ])
    const back = given(forked, start, choose('cond', 'then'), succeed('yes'), ask('ok')).after(
      pushBack('ok', 'cond'),
    )
    expect(statuses(back)).toEqual(['running', 'pending', 'pending', 'pending'])
    const other = back.after(choose('cond', 'else', 2))
    expect(statuses(other)).toEqual(['completed', 'skipped', 'running', 'skipped'])
    foldsTo(other, forked)
  })

  test('is refused while something in between runs, and where the session ends', () => {
    const diamond = plan(
      [
        step('a'),
        step('b', { dependsOn: ['a'], group: 'g' }),
        step('c', { dependsOn: ['a'], group: 'g' }),
        step('ok', { dependsOn: ['b', 'c'] }),
      ],
      { groups: { g: { waitForAll: false } } },
    )
    const half = given(diamond, start, succeed('a'), succeed('b'), ask('ok'))
    half.thenRefuses(pushBack('ok', 'a'), 'ILLEGAL_TRANSITION')
    half.after(succeed('c')).when(pushBack('ok', 'a'))
    const last = plan([step('a'), step('z', { finally: true })])
    given(last, start, succeed('a'), ask('z')).thenRefuses(pushBack('z', 'a'), 'ILLEGAL_TRANSITION')
    reviewing.thenRefuses(pushBack('c', 'x'), 'STEP_NOT_FOUND')
    reviewing.thenRefuses(pushBack('b', 'a'), 'INTERACTION_OVER')
    reviewing.after({ type: 'cancel' }).thenRefuses(pushBack('c', 'a'), 'INTERACTION_OVER')
  })

  test('leaves out what another condition has left out as well', () => {
    const conditions = plan([
      step('x', { branches: { then: ['both'], else: [] } }),
      step('y', { branches: { then: ['both'], else: [] } }),
      step('both', { dependsOn: ['x', 'y'] }),
      step('z', { dependsOn: ['x'] }),
      step('ok', { dependsOn: ['z'] }),
    ])
    const back = given(
      conditions,
      start,
      choose('x', 'else'),
      choose('y', 'else'),
      succeed('z'),
      ask('ok'),
    ).after(pushBack('ok', 'x'))
    const other = back.after({ ...choose('x', 'then'), attempt: 2 } as SessionCommand)
    expect(statuses(other)).toEqual(['completed', 'completed', 'skipped', 'running', 'pending'])
    foldsTo(other, conditions)
  })

  test('lets nothing begin that a person has paused', () => {
    const held = reviewing.after({ type: 'pauseStep', stepId: 'c' })
    const again = held.after(pushBack('c', 'b')).after(succeed('b', 3, 2))
    expect(statuses(again)).toEqual(['completed', 'completed', 'pending', 'pending'])
    expect(again.state.status).toBe('waiting')
    const going = again.after({ type: 'resumeStep', stepId: 'c' })
    expect(statuses(going)).toEqual(['completed', 'completed', 'running', 'pending'])
    foldsTo(going, list)
  })

  test('has what builds on it wait with its next try', () => {
    const beside = plan([
      step('a'),
      step('b', { dependsOn: ['a'], retry: { ...onceOnly, maxAttempts: 2, delayMs: 1000 } }),
      step('ok', { dependsOn: ['a'] }),
    ])
    const trying = given(beside, start, succeed('a'), fail('b', 1, true), ask('ok'))
    const back = trying.after(pushBack('ok', 'a')).later(5000)
    expect(next(back.state, back.now)).toMatchObject({ due: false })
    expect(statuses(back.after(tick))).toEqual(['running', 'retrying', 'pending'])
    const { sentence } = explain(back.state, back.now).steps[1] ?? {}
    expect(sentence).toBe('It comes after step a, which has not settled.')
    const done = back.after(succeed('a', 2, 2))
    expect(next(done.state, done.now)).toMatchObject({ due: true })
    expect(statuses(done.after(tick))).toEqual(['completed', 'running', 'running'])
    foldsTo(done, beside)
  })

  test('is refused where one in between has not begun, since another one of its group was enough', () => {
    const relieved = plan(
      [
        step('a'),
        step('b', { dependsOn: ['a'], group: 'g' }),
        step('c', { dependsOn: [], group: 'g' }),
        step('d', { dependsOn: ['b', 'c'] }),
        step('ok', { dependsOn: ['d'] }),
      ],
      { groups: { g: { waitForAll: false } } },
    )
    given(
      relieved,
      start,
      { type: 'pauseStep', stepId: 'b' },
      succeed('a'),
      succeed('c'),
      succeed('d'),
      ask('ok'),
    ).thenRefuses(pushBack('ok', 'a'), 'ILLEGAL_TRANSITION')
  })

  test('begins the time of a group anew', () => {
    const grouped = plan([step('a', { group: 'g' }), step('ok', { dependsOn: ['a'] })], {
      groups: { g: { timeoutMs: 60_000 } },
    })
    const back = given(grouped, start, succeed('a'), ask('ok'))
      .later(HOUR_MS)
      .after(pushBack('ok', 'a'))
    expect(statuses(back)).toEqual(['running', 'pending'])
    expect(back.state.groups.get('g')).toMatchObject({ open: 1, startedAt: epoch + HOUR_MS })
    foldsTo(back, grouped)
  })

  test('leaves to a rollback what was done before, if it is not done again', () => {
    const undoing = plan(
      [
        step('a', { undo }),
        step('b', { dependsOn: ['a'], undo }),
        step('c', { dependsOn: ['a'], undo }),
        step('ok', { dependsOn: ['b'] }),
      ],
      { onFailure: 'rollback' },
    )
    const reviewed = given(undoing, start, succeed('a', 'A'), succeed('b', 'B'), succeed('c', 'C'))
      .after(ask('ok'))
      .after(pushBack('ok', 'a'))
    // Done again, it is undone after what is built on it.
    const again = reviewed.after(succeed('a', 'A2', 2))
    const ids = (scenario: Scenario) =>
      scenario.state.undoable.map((index) => undoing.steps[index]?.id)
    expect(ids(again)).toEqual(['a', 'b', 'c'])
    // Not done again, what it did the first time is undone, and it reads that output.
    const failed = again.after(fail('b', 2))
    expect(failed.state.status).toBe('rolling_back')
    const undo1 = failed.after(succeed('c', undefined, 2))
    const undo2 = undo1.state.steps[1]
    expect(undo2).toMatchObject({ status: 'running', undoing: true, output: 'B' })
    const done = undo1.after(succeed('b', undefined, 3)).after(succeed('a', undefined, 3))
    expect(statuses(done)).toEqual(['undone', 'undone', 'undone', 'skipped'])
    expect(done.state.counts).toMatchObject({ completed: 0, failed: 0, skipped: 1, undone: 3 })
    foldsTo(done, undoing)
    // An undo that fails leaves it as it was.
    const undone = undo1.after(fail('b', 3)).after(succeed('a', undefined, 3))
    expect(statuses(undone)).toEqual(['undone', 'failed', 'undone', 'skipped'])
    expect(undone.state.counts).toMatchObject({ failed: 1, skipped: 1, undone: 2 })
    foldsTo(undone, undoing)
  })
})

describe('a signal', () => {
  const waiting = { kind: 'signal', signal: 'go' } as const
  const two = plan([step('s'), step('t'), step('u', { dependsOn: ['s', 't'] })])
  const both = given(two, start, ask('t', waiting)).later(10).after(ask('s', waiting))

  test('wakes the step that has waited longest', () => {
    both.when(signal('go', '1')).then(
      { type: 'signal.received', data: { signalId: '1', name: 'go' } },
      {
        type: 'interaction.answered',
        stepId: 't',
        attempt: 1,
        data: { status: 'ok', signalId: '1', output: { id: '1' } },
      },
      { type: 'step.completed', stepId: 't', attempt: 1, data: { output: { id: '1' } } },
      { type: 'session.waiting' },
    )
  })

  test('is kept for the next step that waits, and taken at once', () => {
    const kept = given(two, start, signal('go', '1'), signal('go', '2'))
    expect(kept.state.signals.map(({ id }) => id)).toEqual(['1', '2'])
    const taken = kept
      .when(ask('s', waiting))
      .then(
        { type: 'step.waiting', stepId: 's', attempt: 1 },
        { type: 'interaction.created', stepId: 's', attempt: 1 },
        { type: 'interaction.answered', stepId: 's', attempt: 1, data: { signalId: '1' } },
        { type: 'step.completed', stepId: 's', attempt: 1, data: { output: { id: '1' } } },
      )
    expect(taken.state.signals.map(({ id }) => id)).toEqual(['2'])
    foldsTo(taken, two)
  })

  test('that a step has taken is not there again for it after a push back', () => {
    const list = plan([step('s'), step('ok', { dependsOn: ['s'] })])
    const again = given(list, start, signal('go', '1'), ask('s', waiting), ask('ok'))
      .after(pushBack('ok', 's'))
      .after(ask('s', waiting, 2))
    expect(statuses(again)).toEqual(['waiting', 'pending'])
    expect(statuses(again.after(signal('go', '2')))).toEqual(['completed', 'running'])
  })

  test('finds out what its step sets', () => {
    const sets = plan([step('s', { set: { x: 'steps.s.output.id' } })])
    given(sets, start, ask('s', waiting))
      .when(signal('go', '1'))
      .then(
        { type: 'signal.received' },
        { type: 'interaction.answered', stepId: 's', attempt: 1 },
        { type: 'step.concluding', stepId: 's', attempt: 1, data: { output: { id: '1' } } },
      )
  })

  test('that has been here changes nothing, and another one of its id is refused', () => {
    const seen = both.after(signal('go', '1', { digest: 'x' }))
    seen.when(signal('go', '1', { digest: 'x' })).thenNothing()
    seen.thenRefuses(signal('go', '1', { digest: 'y' }), 'IDEMPOTENCY_KEY_REUSED')
    const over = seen.after({ type: 'cancel' })
    over.when(signal('go', '1', { digest: 'x' })).thenNothing()
    over.thenRefuses(signal('go', '2'), 'SESSION_ENDED')
  })

  test('that nobody will take is refused', () => {
    both.thenRefuses(signal('go', '1', { steps: [] }), 'SIGNAL_NOT_AWAITED')
    const done = both.after(signal('go', '1')).after(signal('go', '2'))
    done.thenRefuses(signal('go', '3', { steps: ['s', 't'] }), 'SIGNAL_NOT_AWAITED')
  })

  test('is kept a hundred times', () => {
    let full = given(two, start)
    for (let n = 0; n < 100; n++) full = full.after(signal('go', `${n}`))
    full.thenRefuses(signal('go', 'x'), 'TOO_MANY_SIGNALS')
    const taken = full.after(ask('s', waiting)).after(signal('go', 'x'))
    expect(taken.state.signals).toHaveLength(100)
  })
})

describe('an escalation', () => {
  const one = plan([step('a')], { onFailure: 'escalate' })

  test('is an interaction that whoever decides names alike, and another one each time', () => {
    const first = given(one, start, fail('a'))
    const id = first.state.steps[0]?.interaction?.id
    expect(id).toBe('int_1_0_1')
    expect(given(one, start, fail('a')).state.steps[0]?.interaction?.id).toBe(id)
    const again = first.after({ type: 'resolveStep', stepId: 'a', action: 'retry' })
    expect(again.state.steps[0]?.interaction).toBeUndefined()
    expect(again.state.steps[0]?.answer).toMatchObject({ interactionId: id, decision: 'retry' })
    expect(again.after(fail('a', 2)).state.steps[0]?.interaction?.id).toBe('int_1_0_2')
  })

  test('is answered by whoever names it, and by no other answer', () => {
    const first = given(one, start, fail('a'))
    const skip = { type: 'resolveStep', stepId: 'a', action: 'skip' } as const
    first.thenRefuses({ ...skip, interactionId: 'int_1_0_9' }, 'INTERACTION_OVER')
    const done = first.after({ ...skip, interactionId: 'int_1_0_1', digest: 'd' })
    expect(statuses(done)).toEqual(['skipped'])
    expect(done.state.steps[0]?.answer).toMatchObject({ digest: 'd', kind: 'escalation' })
  })
})
