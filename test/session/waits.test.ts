import { describe, expect, test } from 'vitest'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import { explain } from '../../src/session/explain.ts'
import { next } from '../../src/session/next.ts'
import type { PlannedStep } from '../../src/session/plan.ts'
import { progressOf } from '../../src/session/progress.ts'
import { epoch, given, replay, start, succeed, tick } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const child = (id = 'ses_child') => ({ kind: 'session' as const, id })

const MINUTE_MS = 60_000

/** An attempt ends in a wait for a session, a minute at the most. */
const awaits = (stepId: string, attempt = 1, until = epoch + MINUTE_MS): SessionCommand => ({
  type: 'finishAttempt',
  stepId,
  attempt,
  outcome: { status: 'waiting', until, awaits: child() },
})

const settled = (stepId: string, outcome: AttemptOutcome, attempt = 1): SessionCommand => ({
  type: 'finishWait',
  stepId,
  attempt,
  outcome,
})

const done: AttemptOutcome = { status: 'succeeded', output: { sessionId: 'ses_child' } }
const lost: AttemptOutcome = {
  status: 'failed',
  code: 'CHILD_FAILED',
  message: 'it failed',
  retryable: true,
}

const again = { ...onceOnly, maxAttempts: 2, delayMs: 100, maxDelayMs: 100 }

const waiting = (given_: Partial<PlannedStep> = {}, changes = {}) =>
  given(plan([step('a', given_), step('b', { dependsOn: ['a'] })], changes), start, awaits('a'))

describe('a step whose session waits for people', () => {
  const told = (forPeople: boolean): SessionCommand => ({
    type: 'childWaits',
    stepId: 'a',
    child: 'ses_child',
    forPeople,
  })

  test('spends neither its own time nor that of its session', () => {
    const asking = waiting({}, { timeoutMs: 2 * MINUTE_MS })
      .later(10_000)
      .after(told(true))
    asking.then({ type: 'step.waiting', stepId: 'a', attempt: 1, data: { forPeople: true } })
    expect(next(asking.state, asking.now).wakeAt).toBeUndefined()
    const late = asking
      .later(100 * MINUTE_MS)
      .when(tick)
      .thenNothing()
    late.when(told(true)).thenNothing()
    const going = late.when(told(false))
    const until = going.now + 50_000
    going.then({
      type: 'step.waiting',
      stepId: 'a',
      attempt: 1,
      data: { until: new Date(until).toISOString() },
    })
    expect(going.state.steps[0]?.waits?.count).toBe(1)
    expect(going.state.steps[0]).toMatchObject({ resumeAt: until })
    expect(next(going.state, going.now).wakeAt).toBe(until)
    expect(going.after(settled('a', done)).state.usedMs).toBe(0)
    const over = going.later(50_000).after(tick)
    expect(over.state).toMatchObject({ status: 'failed', usedMs: 60_000 })
    expect(over.state.steps[0]).not.toHaveProperty('leftMs')
    expect(replay(over.state.plan, over.log)).toEqual(over.state)
  })

  test('shares the time with what goes on beside it', () => {
    const beside = plan([step('a'), step('b')], { timeoutMs: 2 * MINUTE_MS })
    const both = given(beside, start, awaits('a', 1, epoch + 10 * MINUTE_MS)).after(told(true))
    expect(next(both.state, both.now).wakeAt).toBe(epoch + 2 * MINUTE_MS)
  })

  test('is told nothing of sessions that it does not wait for', () => {
    const none = waiting().after(settled('a', done))
    none.when(told(true)).thenNothing()
    waiting()
      .when({ ...told(true), child: 'ses_other' } as SessionCommand)
      .thenNothing()
  })
})

describe('a step that waits for somebody outside', () => {
  test('lets its session wait, and completes with what that came to', () => {
    waiting()
      .then(
        {
          type: 'step.waiting',
          stepId: 'a',
          attempt: 1,
          data: { awaits: child(), until: new Date(epoch + MINUTE_MS).toISOString() },
        },
        { type: 'session.waiting', data: { steps: ['a'] } },
      )
      .when(settled('a', done))
      .then(
        {
          type: 'step.completed',
          stepId: 'a',
          attempt: 1,
          data: { output: { sessionId: 'ses_child' } },
        },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('is tried again where it fails and has a try left, and then fails for good', () => {
    waiting({ retry: again })
      .when(settled('a', lost))
      .then({ type: 'step.retrying', stepId: 'a', attempt: 1 }, { type: 'session.waiting' })
      .later(100)
      .when(tick)
      .then({ type: 'step.started', stepId: 'a', attempt: 2 })
      .when(awaits('a', 2))
      .then({ type: 'step.waiting', stepId: 'a', attempt: 2 }, { type: 'session.waiting' })
      .when(settled('a', lost, 2))
      .then(
        {
          type: 'step.failed',
          stepId: 'a',
          attempt: 2,
          data: { error: { code: 'CHILD_FAILED' } },
        },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.failed' },
      )
  })

  test('is not settled by what comes late, or by the end of an attempt', () => {
    const once = waiting()
    once.when(settled('a', done, 2)).thenNothing()
    once.when(succeed('a')).thenNothing()
    once.after(settled('a', done)).when(settled('a', lost)).thenNothing()
    once.after({ type: 'cancel' }).when(settled('a', done)).thenNothing()
    given(plan([step('a')]), start)
      .when(settled('a', done))
      .thenNothing()
  })

  test('fails when the time passes, as an attempt does that takes too long', () => {
    const late = waiting({ retry: again }).later(MINUTE_MS)
    late
      .when(tick)
      .then(
        {
          type: 'step.retrying',
          stepId: 'a',
          attempt: 1,
          data: { error: { code: 'STEP_TIMEOUT' } },
        },
        { type: 'session.progress' },
        { type: 'session.waiting' },
      )
      .when(settled('a', done))
      .thenNothing()
  })

  test('a failure means what onFailure says', () => {
    waiting({}, { onFailure: 'continue' })
      .when(settled('a', lost))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
    const escalated = waiting({}, { onFailure: 'escalate' })
      .when(settled('a', lost))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 1, data: { escalated: {} } },
        { type: 'interaction.created', stepId: 'a', attempt: 1 },
      )
    expect(escalated.state.awaiting).toEqual([])
    escalated.when(settled('a', done)).thenNothing()
  })

  test('is settled by a person as any step that waits', () => {
    waiting()
      .when({ type: 'resolveStep', stepId: 'a', action: 'skip' })
      .then(
        { type: 'step.resolved', stepId: 'a' },
        { type: 'step.skipped', stepId: 'a' },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
      .when(settled('a', done))
      .thenNothing()
  })

  test('is settled also while its session is paused', () => {
    waiting()
      .after({ type: 'pause' })
      .when(settled('a', done))
      .then({ type: 'step.completed', stepId: 'a', attempt: 1 })
      .when({ type: 'resume' })
      .then({ type: 'session.resumed' }, { type: 'step.started', stepId: 'b', attempt: 1 })
  })

  test('is given the time that its session was paused', () => {
    const paused = waiting().later(50_000).after({ type: 'pause' }).later(100_000)
    const resumed = paused.after({ type: 'resume' })
    resumed.later(9999).when(tick).thenNothing()
    resumed
      .later(10_000)
      .when(tick)
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1, data: { error: { code: 'STEP_TIMEOUT' } } },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.failed' },
      )
    expect(replay(resumed.state.plan, resumed.log)).toEqual(resumed.state)
  })

  test('uses up the time of its session', () => {
    const timed = given(plan([step('a')], { timeoutMs: 30_000 }), start, awaits('a'))
    expect(next(timed.state, epoch).wakeAt).toBe(epoch + 30_000)
    timed
      .later(30_000)
      .when(tick)
      .then(
        { type: 'session.cancelling', data: { cause: 'timeout' } },
        { type: 'step.cancelled', stepId: 'a' },
        { type: 'session.failed', data: { error: { code: 'SESSION_TIMEOUT' } } },
      )
  })

  test('is settled with its session when that is cancelled', () => {
    waiting()
      .when({ type: 'cancel' })
      .then(
        { type: 'session.cancelling' },
        { type: 'step.cancelled', stepId: 'a' },
        { type: 'step.cancelled', stepId: 'b' },
        { type: 'session.cancelled' },
      )
  })

  test('counts among those that run side by side', () => {
    const parallel = given(plan([step('a'), step('b')], { maxParallel: 1 }), start)
    parallel
      .when(awaits('a'))
      .then({ type: 'step.waiting', stepId: 'a', attempt: 1 }, { type: 'session.waiting' })
      .when(settled('a', done))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('does not keep a driver while its session ends', () => {
    const undo = {
      uses: 'workflow',
      with: {},
      retry: onceOnly,
      timeoutMs: 1000,
      onInterrupted: 'retry' as const,
    }
    const [first, second] = sequence('a', 'b')
    const undoing = given(
      plan([{ ...first, undo } as PlannedStep, second as PlannedStep]),
      start,
      succeed('a'),
      { type: 'rollback' },
      { type: 'finishAttempt', stepId: 'b', attempt: 1, outcome: { status: 'cancelled' } },
      awaits('a', 2),
    )
    expect(undoing.state.status).toBe('rolling_back')
    expect(next(undoing.state, epoch)).toMatchObject({ keep: false, wakeAt: epoch + MINUTE_MS })
    undoing
      .when(settled('a', done, 2))
      .then({ type: 'step.undone', stepId: 'a', attempt: 2 }, { type: 'session.failed' })
  })

  test('may be over before its time passes, as far as an estimate goes', () => {
    const known = {
      earlier: new Map([
        ['a', 5000],
        ['b', 1000],
      ]),
      planned: () => 0,
      waits: () => false,
    }
    const { estimatedTimeRemaining } = progressOf(waiting().state, epoch + 1000, known)
    expect(estimatedTimeRemaining).toBe(5000)
  })

  test('says whom it waits for', () => {
    const { state } = waiting()
    const { session, steps } = explain(state, epoch)
    expect(session.sentence).toContain('it waits for the sessions that step a started')
    expect(steps[0]).toMatchObject({
      waitsFor: [{ kind: 'session', sessionId: 'ses_child' }],
      wakeAt: new Date(epoch + MINUTE_MS).toISOString(),
    })
    expect(steps[0]?.sentence).toContain('ses_child')
  })
})
