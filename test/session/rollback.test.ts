import { describe, expect, test } from 'vitest'
import type { SessionCommand } from '../../src/session/commands.ts'
import { next } from '../../src/session/next.ts'
import type { PlannedUndo } from '../../src/session/plan.ts'
import {
  fail,
  given,
  replay,
  type Scenario,
  start,
  succeed,
  tick,
  wait,
} from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const undo: PlannedUndo = {
  uses: 'noop',
  with: {},
  retry: onceOnly,
  timeoutMs: 60_000,
  onInterrupted: 'retry',
}

const rollback: SessionCommand = { type: 'rollback', reason: 'wrong order' }

/** a, b and c in a row, a and b with an undo. */
const rolling = plan(
  sequence('a', 'b', 'c').map((each) => (each.id === 'c' ? each : { ...each, undo })),
  { onFailure: 'rollback' },
)
const failed = given(rolling, start, succeed('a', 'A'), succeed('b'), fail('c'))

describe('a rollback', () => {
  test('undoes what completed one by one, the last first, and then the session has failed', () => {
    given(rolling, start, succeed('a'), succeed('b'))
      .when(fail('c'))
      .then(
        { type: 'step.failed', stepId: 'c', attempt: 1 },
        { type: 'session.rolling_back', data: { cause: 'failure', steps: ['b', 'a'] } },
        { type: 'step.undoing', stepId: 'b', attempt: 2, data: { uses: 'noop' } },
      )
      .when(succeed('b', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'b', attempt: 2 },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
      .when(succeed('a', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'a', attempt: 2 },
        {
          type: 'session.failed',
          data: { stepId: 'c', steps: { total: 3, completed: 0, failed: 1, undone: 2 } },
        },
      )
  })

  test('is not held to the time of a group that is over: an undo is tried again, and may fail', () => {
    const twice = { ...undo, retry: { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 } }
    const grouped = plan(
      [step('a', { group: 'g', undo: twice }), step('b', { dependsOn: ['a'] })],
      { groups: { g: { timeoutMs: 1000 } }, onFailure: 'rollback' },
    )
    const outcome = {
      status: 'error',
      code: 'STEP_TIMEOUT',
      message: 'it took too long',
      retryable: true,
    } as const
    given(grouped, start, succeed('a'))
      .later(2000)
      .after(fail('b'))
      .when({ type: 'finishAttempt', stepId: 'a', attempt: 2, outcome })
      .then({ type: 'step.retrying', stepId: 'a', attempt: 2 })
      .later(10)
      .when(tick)
      .then({ type: 'step.undoing', stepId: 'a', attempt: 3 })
      .when({ type: 'finishAttempt', stepId: 'a', attempt: 3, outcome })
      .then(
        { type: 'step.undo_failed', stepId: 'a', attempt: 3 },
        { type: 'session.failed', data: { stepId: 'b' } },
      )
  })

  test('leaves the outputs readable for the undo, and says that it is one', () => {
    expect(next(failed.state, failed.now).run).toMatchObject([
      { stepId: 'b', attempt: 2, undo: true, stop: false },
    ])
    expect(failed.state.steps[0]).toMatchObject({ status: 'completed', output: 'A' })
    expect(replay(rolling, failed.log)).toEqual(failed.state)
  })

  test('records an undo that fails, goes on with the others, and starts no other rollback', () => {
    failed
      .when(fail('b', 2))
      .then(
        { type: 'step.undo_failed', stepId: 'b', attempt: 2, data: { kind: 'failed' } },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
      .when(succeed('a', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'a', attempt: 2 },
        { type: 'session.failed', data: { steps: { completed: 1, failed: 1, undone: 1 } } },
      )
  })

  test('tries an undo as often as its own retry says, and keeps its driver meanwhile', () => {
    const patient = { ...undo, retry: { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 } }
    const workflow = plan([step('a', { undo: patient }), step('b', { dependsOn: ['a'] })], {
      onFailure: 'rollback',
    })
    const waiting = given(workflow, start, succeed('a'), fail('b'))
      .when(fail('a', 2, true))
      .then({ type: 'step.retrying', stepId: 'a', attempt: 2 })
    expect(waiting.state.status).toBe('rolling_back')
    expect(next(waiting.state, waiting.now)).toMatchObject({
      keep: true,
      wakeAt: waiting.now + 10,
      done: false,
    })
    waiting
      .later(10)
      .when(tick)
      .then({ type: 'step.undoing', stepId: 'a', attempt: 3 })
      .when(fail('a', 3, true))
      .then({ type: 'step.undo_failed', stepId: 'a', attempt: 3 }, { type: 'session.failed' })
  })

  test('has no end by the session’s timeout, and one may follow from it', () => {
    failed.later(86_400_000).when(tick).thenNothing()
    const slow = plan([step('a', { undo }), step('b', { dependsOn: ['a'] })], {
      onFailure: 'rollback',
      timeoutMs: 1000,
    })
    given(slow, start, succeed('a'))
      .later(1000)
      .after(tick)
      .when({ type: 'finishAttempt', stepId: 'b', attempt: 1, outcome: { status: 'cancelled' } })
      .then(
        { type: 'step.cancelled', stepId: 'b', attempt: 1 },
        { type: 'session.rolling_back', data: { cause: 'timeout', steps: ['a'] } },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
      .when(succeed('a', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'a', attempt: 2 },
        { type: 'session.failed', data: { error: { code: 'SESSION_TIMEOUT' } } },
      )
  })

  test('waits until running siblings have stopped', () => {
    const wide = plan([step('a', { undo }), step('b'), step('c')], { onFailure: 'rollback' })
    given(wide, start, succeed('a'))
      .when(fail('b'))
      .then(
        { type: 'step.failed', stepId: 'b', attempt: 1 },
        { type: 'session.cancelling', data: { cause: 'failure' } },
      )
      // It had completed before it could be stopped, and has nothing to undo.
      .when(succeed('c'))
      .then(
        { type: 'step.completed', stepId: 'c', attempt: 1 },
        { type: 'session.rolling_back', data: { steps: ['a'] } },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
  })

  test('may be what the failure of one step means', () => {
    const some = plan(
      [step('a', { undo }), step('b', { dependsOn: ['a'], onFailure: 'rollback' })],
      { onFailure: 'continue' },
    )
    given(some, start, succeed('a'))
      .when(fail('b'))
      .then(
        { type: 'step.failed', stepId: 'b', attempt: 1 },
        { type: 'session.rolling_back', data: { steps: ['a'] } },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
  })
})

describe('a rollback on request', () => {
  test('stops what runs, undoes the rest, and the session says that it was rolled back', () => {
    given(rolling, start, succeed('a'))
      .when(rollback, { mayStart: false })
      .then(
        { type: 'session.cancelling', data: { cause: 'rollback', reason: 'wrong order' } },
        { type: 'step.cancelled', stepId: 'c', data: { reason: 'session_cancelled' } },
      )
      .when({ type: 'finishAttempt', stepId: 'b', attempt: 1, outcome: { status: 'cancelled' } })
      .then(
        { type: 'step.cancelled', stepId: 'b', attempt: 1 },
        {
          type: 'session.rolling_back',
          data: { cause: 'requested', reason: 'wrong order', steps: ['a'] },
        },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
      .when(succeed('a', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'a', attempt: 2 },
        {
          type: 'session.failed',
          data: { error: { code: 'ROLLED_BACK', message: 'wrong order' } },
        },
      )
  })

  test('is left to the driver when a caller asks for it', () => {
    const paused = given(rolling, start, succeed('a'))
      .after({ type: 'pause' })
      .after(succeed('b'))
      .after(rollback, { mayStart: false })
    expect(paused.state.status).toBe('rolling_back')
    expect(next(paused.state, paused.now)).toMatchObject({ due: true, run: [] })
    paused.when(tick).then({ type: 'step.undoing', stepId: 'b', attempt: 2 })
  })

  test('ends a session that has nothing to undo as well', () => {
    given(plan(sequence('a', 'b')))
      .when(rollback)
      .then(
        { type: 'session.cancelling', data: { cause: 'rollback' } },
        { type: 'step.cancelled', stepId: 'a' },
        { type: 'step.cancelled', stepId: 'b' },
        { type: 'session.rolling_back', data: { steps: [] } },
        { type: 'session.failed' },
      )
  })

  test('changes nothing when asked for again, and is refused after the end', () => {
    const asked = given(rolling, start, succeed('a')).after(rollback)
    asked.when(rollback).thenNothing()
    failed.when(rollback).thenNothing()
    const ended = failed.after(succeed('b', undefined, 2)).after(succeed('a', undefined, 2))
    ended.thenRefuses(rollback, 'SESSION_ENDED')
  })

  test('takes over a cancel that is under way', () => {
    given(rolling, start, succeed('a'))
      .after({ type: 'cancel' })
      .after(rollback)
      .when({ type: 'finishAttempt', stepId: 'b', attempt: 1, outcome: { status: 'cancelled' } })
      .then(
        { type: 'step.cancelled', stepId: 'b', attempt: 1 },
        { type: 'session.rolling_back', data: { cause: 'requested' } },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
  })
})

describe('while a session is rolled back', () => {
  const refused: [string, SessionCommand][] = [
    ['pause', { type: 'pause' }],
    ['resume', { type: 'resume' }],
    ['retry of a step', { type: 'resolveStep', stepId: 'c', action: 'retry' }],
  ]
  test.each(refused)('%s is refused', (_, command) => {
    failed.thenRefuses(command, 'ILLEGAL_TRANSITION')
  })

  test('a cancel stops it: what is not undone stays as it is, and is told', () => {
    const cancelled = failed
      .when({ type: 'cancel', reason: 'leave it' })
      .then({ type: 'session.cancelling', data: { cause: 'requested' } })
    expect(next(cancelled.state, cancelled.now).run).toMatchObject([{ stepId: 'b', stop: true }])
    cancelled
      .when({
        type: 'finishAttempt',
        stepId: 'b',
        attempt: 2,
        outcome: { status: 'cancelled', details: { signals: ['SIGTERM'], gone: true } },
      })
      .then(
        {
          type: 'step.undo_failed',
          stepId: 'b',
          data: { error: { code: 'CANCELLED', details: { gone: true } } },
          attempt: 2,
        },
        { type: 'session.cancelled', data: { reason: 'leave it', steps: { completed: 2 } } },
      )
    cancelled.thenRefuses(rollback, 'ILLEGAL_TRANSITION')
  })

  test('a cancel between two tries of an undo stops it at once', () => {
    const patient = { ...undo, retry: { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 } }
    const workflow = plan([step('a', { undo: patient }), step('b', { dependsOn: ['a'] })], {
      onFailure: 'rollback',
    })
    given(workflow, start, succeed('a'), fail('b'), fail('a', 2, true))
      .when({ type: 'cancel' })
      .then(
        { type: 'session.cancelling' },
        { type: 'step.undo_failed', stepId: 'a', attempt: 2 },
        { type: 'session.cancelled' },
      )
  })

  test('an undo that a crash cut off follows its own onInterrupted', () => {
    failed
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'b', attempt: 2 },
        { type: 'step.undoing', stepId: 'b', attempt: 3 },
      )
    const careful = { ...undo, onInterrupted: 'fail' as const }
    const workflow = plan([step('a', { undo: careful }), step('b', { dependsOn: ['a'] })], {
      onFailure: 'rollback',
    })
    given(workflow, start, succeed('a'), fail('b'))
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 2 },
        {
          type: 'step.undo_failed',
          stepId: 'a',
          attempt: 2,
          data: { error: { code: 'INTERRUPTED' } },
        },
        { type: 'session.failed' },
      )
  })

  test('an undo may wait', () => {
    const parked = failed
      .when(wait('b', failed.now + 5000, 2))
      .then({ type: 'step.waiting', stepId: 'b', attempt: 2 })
    parked
      .later(5000)
      .when(tick)
      .then(
        { type: 'step.undone', stepId: 'b', attempt: 2 },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
  })

  test('a late outcome of the attempt that completed changes nothing', () => {
    failed.when(succeed('b')).thenNothing()
    failed.when(fail('b')).thenNothing()
  })
})

test('steps that another session did are undone as well', () => {
  const kept = (scenario: Scenario) => scenario.state.undoable
  expect(kept(failed)).toEqual([0, 1])
  const forked = replay(rolling, [
    {
      type: 'step.kept',
      at: '2026-01-01T00:00:00.000Z',
      stepId: 'a',
      data: { durationMs: 1, from: { sessionId: 'ses_0', attempt: 1 } },
    },
  ])
  expect(forked.undoable).toEqual([0])
})
