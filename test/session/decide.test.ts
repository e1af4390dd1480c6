import { describe, expect, test } from 'vitest'
import { next } from '../../src/session/next.ts'
import {
  cancelled,
  choose,
  epoch,
  fail,
  given,
  start,
  succeed,
  tick,
  wait,
} from '../support/decider.ts'
import { plan, sequence, step } from '../support/plans.ts'

const retrying = {
  maxAttempts: 3,
  backoff: 'fixed' as const,
  delayMs: 1000,
  maxDelayMs: 60_000,
  multiplier: 1,
  jitter: false,
}

describe('a sequence', () => {
  const two = plan(sequence('a', 'b'))

  test('starts with its first step', () => {
    given(two)
      .when(start)
      .then({ type: 'session.started' }, { type: 'step.started', stepId: 'a', attempt: 1 })
  })

  test('completes a step and starts the next in one decision', () => {
    given(two, start)
      .when(succeed('a', 1))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 1, data: { output: 1 } },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('completes with its last step', () => {
    given(two, start, succeed('a'))
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'session.completed', data: { status: 'completed', steps: { completed: 2 } } },
      )
  })

  test('stops at the first failure and skips the rest', () => {
    given(two, start)
      .when(fail('a'))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1, data: { kind: 'failed' } },
        { type: 'step.skipped', stepId: 'b', data: { reason: 'dependency_failed', because: 'a' } },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })

  test('goes on after a failure under continue, skipping what depends on it', () => {
    const steps = [...sequence('a', 'b'), step('c')]
    given(plan(steps, { onFailure: 'continue' }), start, succeed('c'))
      .when(fail('a'))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'step.skipped', stepId: 'b', data: { reason: 'dependency_failed', because: 'a' } },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
  })

  test('ignores an outcome of an attempt that is not the one running', () => {
    given(two, start)
      .when(succeed('a', 1, 2))
      .thenNothing()
    given(two, start, succeed('a')).when(succeed('a')).thenNothing()
    given(two, start).when(succeed('b')).thenNothing()
    given(two, start).when(succeed('nowhere')).thenNothing()
  })
})

describe('a graph', () => {
  test('starts what has no parents, up to maxParallel, in the order of the plan', () => {
    given(plan([step('a'), step('b'), step('c')], { maxParallel: 2 }))
      .when(start)
      .then(
        { type: 'session.started' },
        { type: 'step.started', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'step.started', stepId: 'c', attempt: 1 },
      )
  })

  test('starts a join when its last parent has settled', () => {
    const join = plan([step('a'), step('b'), step('c', { dependsOn: ['a', 'b'] })])
    given(join, start)
      .when(succeed('a'))
      .then({ type: 'step.completed', stepId: 'a', attempt: 1 })
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'step.started', stepId: 'c', attempt: 1 },
      )
  })

  test('cancels running siblings at a failure under fail_fast, and ends with the last of them', () => {
    const steps = plan([step('a'), step('b'), step('c', { dependsOn: ['b'] })])
    const failing = given(steps, start)
      .when(fail('a'))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'session.cancelling', data: { cause: 'failure' } },
        { type: 'step.skipped', stepId: 'c' },
      )
    expect(next(failing.state, failing.now)).toMatchObject({
      run: [{ stepId: 'b', attempt: 1, stop: true }],
    })
    failing
      .when(cancelled('b'))
      .then(
        { type: 'step.cancelled', stepId: 'b', attempt: 1, data: { reason: 'session_failed' } },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })

  test('keeps the success of a sibling that ends before it could be stopped', () => {
    given(plan([step('a'), step('b')]), start, fail('a'))
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })
})

describe('a condition', () => {
  const branching = plan([
    step('ask', { branches: { then: ['yes'], else: ['no'] } }),
    step('yes', { dependsOn: ['ask'] }),
    step('no', { dependsOn: ['ask'] }),
    step('deep', { dependsOn: ['no'] }),
    step('join', { dependsOn: ['yes', 'deep'] }),
  ])

  test('skips the branch it does not take and all that hangs on it alone', () => {
    given(branching, start)
      .when(choose('ask', 'then'))
      .then(
        { type: 'step.completed', stepId: 'ask', attempt: 1 },
        {
          type: 'step.skipped',
          stepId: 'no',
          data: { reason: 'branch_not_taken', because: 'ask' },
        },
        { type: 'step.skipped', stepId: 'deep', data: { reason: 'branch_not_taken' } },
        { type: 'step.started', stepId: 'yes', attempt: 1 },
      )
  })

  test('lets a join run when one of its parents lives', () => {
    given(branching, start, choose('ask', 'then'))
      .when(succeed('yes'))
      .then(
        { type: 'step.completed', stepId: 'yes', attempt: 1 },
        { type: 'step.started', stepId: 'join', attempt: 1 },
      )
  })

  test('takes neither branch when it is skipped itself', () => {
    const steps = plan([
      step('ask', { when: 'false', branches: { then: ['yes'], else: [] } }),
      step('yes', { dependsOn: ['ask'] }),
      step('after', { dependsOn: ['ask', 'yes'] }),
    ])
    given(steps, start)
      .when({ type: 'resolveCondition', stepId: 'ask', result: { met: false } })
      .then(
        { type: 'step.skipped', stepId: 'ask', data: { reason: 'condition_false' } },
        { type: 'step.skipped', stepId: 'yes', data: { reason: 'branch_not_taken' } },
        { type: 'step.started', stepId: 'after', attempt: 1 },
      )
  })
})

describe('when', () => {
  const guarded = plan([step('a', { when: 'inputs.go' }), step('b', { dependsOn: ['a'] })])

  test('asks for the value before the step may start', () => {
    const scenario = given(guarded).when(start).then({ type: 'session.started' })
    expect(next(scenario.state, scenario.now).evaluate).toEqual(['a'])
  })

  test('starts the step when it is met', () => {
    given(guarded, start)
      .when({ type: 'resolveCondition', stepId: 'a', result: { met: true } })
      .then({ type: 'step.started', stepId: 'a', attempt: 1 })
  })

  test('skips the step when it is not, and the list goes on', () => {
    given(guarded, start)
      .when({ type: 'resolveCondition', stepId: 'a', result: { met: false } })
      .then(
        { type: 'step.skipped', stepId: 'a', data: { reason: 'condition_false' } },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('fails the step when it cannot be evaluated', () => {
    given(guarded, start)
      .when({
        type: 'resolveCondition',
        stepId: 'a',
        result: { code: 'EXPRESSION_FAILED', message: 'no such key' },
      })
      .then(
        { type: 'step.failed', stepId: 'a', data: { kind: 'error' } },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.failed' },
      )
  })

  test('has no effect on a step that was decided before', () => {
    given(guarded, start, { type: 'resolveCondition', stepId: 'a', result: { met: true } })
      .when({ type: 'resolveCondition', stepId: 'a', result: { met: false } })
      .thenNothing()
  })
})

describe('retry', () => {
  const flaky = plan([step('a', { retry: retrying })])

  test('waits out the delay, then tries again', () => {
    given(flaky, start)
      .when(fail('a', 1, true))
      .then(
        { type: 'step.retrying', stepId: 'a', attempt: 1, data: { delayMs: 1000 } },
        { type: 'session.waiting', data: { steps: ['a'] } },
      )
      .when(tick)
      .thenNothing()
      .later(1000)
      .when(tick)
      .then({ type: 'step.started', stepId: 'a', attempt: 2 }, { type: 'session.progress' })
  })

  test('gives up after maxAttempts, the first included', () => {
    given(flaky, start, fail('a', 1, true))
      .later(1000)
      .after(tick)
      .after(fail('a', 2, true))
      .later(1000)
      .after(tick)
      .when(fail('a', 3, true))
      .then({ type: 'step.failed', stepId: 'a', attempt: 3 }, { type: 'session.failed' })
  })

  test('does not repeat what is not retryable', () => {
    given(flaky, start)
      .when(fail('a', 1, false))
      .then({ type: 'step.failed', stepId: 'a', attempt: 1 }, { type: 'session.failed' })
  })

  test('waits at least as long as Retry-After asks', () => {
    given(flaky, start)
      .when(fail('a', 1, true, 5000))
      .then(
        { type: 'step.retrying', stepId: 'a', attempt: 1, data: { delayMs: 5000 } },
        { type: 'session.waiting' },
      )
  })
})

describe('a wait', () => {
  const waiting = plan(sequence('pause', 'after'))

  test('parks the session until its time has come', () => {
    const parked = given(waiting, start)
      .when(wait('pause', epoch + 5000))
      .then({ type: 'step.waiting', stepId: 'pause', attempt: 1 }, { type: 'session.waiting' })
    expect(parked.state.status).toBe('waiting')
    expect(next(parked.state, parked.now)).toMatchObject({ run: [], wakeAt: epoch + 5000 })
    parked
      .later(5000)
      .when(tick)
      .then(
        { type: 'step.completed', stepId: 'pause', attempt: 1 },
        { type: 'step.started', stepId: 'after', attempt: 1 },
        { type: 'session.progress' },
      )
  })
})

describe('pause and resume', () => {
  const two = plan(sequence('a', 'b'))

  test('a pause lets the running attempt finish and starts nothing', () => {
    given(two, start)
      .when({ type: 'pause', reason: 'lunch' })
      .then({ type: 'session.paused', data: { reason: 'lunch' } })
      .when(succeed('a'))
      .then({ type: 'step.completed', stepId: 'a', attempt: 1 })
      .when({ type: 'resume' })
      .then({ type: 'session.resumed' }, { type: 'step.started', stepId: 'b', attempt: 1 })
  })

  test('a repeated pause and a resume of a running session have no effect', () => {
    given(two, start, { type: 'pause' }).when({ type: 'pause' }).thenNothing()
    given(two, start).when({ type: 'resume' }).thenNothing()
  })

  test('timers rest while paused and fire on resume', () => {
    const paused = given(two, start, wait('a', epoch + 1000), { type: 'pause' }).later(10_000)
    expect(next(paused.state, paused.now)).toMatchObject({ due: false })
    paused.when(tick).thenNothing()
    paused
      .when({ type: 'resume' })
      .then(
        { type: 'session.resumed' },
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
        { type: 'session.progress' },
      )
  })

  test('paused time does not count against the session timeout', () => {
    const timed = plan(sequence('a', 'b'), { timeoutMs: 5000 })
    const resumed = given(timed, start)
      .later(3000)
      .after({ type: 'pause' })
      .later(60_000)
      .after({ type: 'resume' })
    resumed.later(1999).when(tick).then({ type: 'session.progress' })
    resumed
      .later(2000)
      .when(tick)
      .then(
        { type: 'session.cancelling', data: { cause: 'timeout' } },
        { type: 'step.skipped', stepId: 'b' },
      )
  })

  test('a session can be paused before its turn comes, and starts after the resume', () => {
    given(two, { type: 'pause' })
      .when(start)
      .thenNothing()
      .when({ type: 'resume' })
      .then({ type: 'session.resumed' })
      .when(start)
      .then({ type: 'session.started' }, { type: 'step.started', stepId: 'a', attempt: 1 })
  })

  test('a session whose last step ends while it is paused ends', () => {
    given(plan([step('a')]), start, { type: 'pause' })
      .when(succeed('a'))
      .then({ type: 'step.completed', stepId: 'a', attempt: 1 }, { type: 'session.completed' })
  })
})

describe('cancel', () => {
  const two = plan(sequence('a', 'b'))

  test('settles what has not started and waits for the running attempt to stop', () => {
    given(two, start)
      .when({ type: 'cancel', reason: 'enough' })
      .then(
        { type: 'session.cancelling', data: { cause: 'requested', reason: 'enough' } },
        { type: 'step.cancelled', stepId: 'b' },
      )
      .when({ type: 'cancel' })
      .thenNothing()
      .when(cancelled('a'))
      .then(
        { type: 'step.cancelled', stepId: 'a', attempt: 1, data: { reason: 'session_cancelled' } },
        { type: 'session.cancelled', data: { reason: 'enough' } },
      )
      .when({ type: 'cancel' })
      .thenNothing()
  })

  test('ends at once a session that is queued, paused or waiting', () => {
    const ends = [
      { type: 'session.cancelling' },
      { type: 'step.cancelled', stepId: 'a' },
      { type: 'step.cancelled', stepId: 'b' },
      { type: 'session.cancelled' },
    ]
    given(two)
      .when({ type: 'cancel' })
      .then(...ends)
    given(two, { type: 'pause' })
      .when({ type: 'cancel' })
      .then(...ends)
    given(two, start, wait('a', epoch + 1000))
      .when({ type: 'cancel' })
      .then(...ends)
  })

  test('is not undone by a late outcome, and nothing retries', () => {
    given(plan([step('a', { retry: retrying })]), start, { type: 'cancel' })
      .when(fail('a', 1, true))
      .then({ type: 'step.failed', stepId: 'a', attempt: 1 }, { type: 'session.cancelled' })
  })

  test('of a session that is failing ends it as cancelled', () => {
    given(plan([step('a'), step('b')]), start, fail('a'))
      .when({ type: 'cancel' })
      .then({ type: 'session.cancelling', data: { cause: 'requested' } })
      .when(cancelled('b'))
      .then({ type: 'step.cancelled', stepId: 'b', attempt: 1 }, { type: 'session.cancelled' })
  })

  test('an ended session refuses control', () => {
    const ended = given(plan([step('a')]), start, succeed('a'))
    ended.thenRefuses({ type: 'cancel' }, 'SESSION_ENDED')
    ended.thenRefuses({ type: 'pause' }, 'SESSION_ENDED')
    ended.thenRefuses({ type: 'resume' }, 'SESSION_ENDED')
  })

  test('a session that is being cancelled can be neither paused nor resumed', () => {
    const cancelling = given(two, start, { type: 'cancel' })
    cancelling.thenRefuses({ type: 'pause' }, 'ILLEGAL_TRANSITION')
    cancelling.thenRefuses({ type: 'resume' }, 'ILLEGAL_TRANSITION')
  })
})

describe('an interrupted attempt', () => {
  test('runs again where that is safe, without using up an attempt', () => {
    const steps = plan([
      step('a', { onInterrupted: 'retry', retry: { ...retrying, maxAttempts: 2 } }),
    ])
    given(steps, start)
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1, data: { reason: 'crash' } },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
      .when(fail('a', 2, true))
      .then({ type: 'step.retrying', stepId: 'a', attempt: 2 }, { type: 'session.waiting' })
  })

  test('fails where its effect is unknown', () => {
    given(plan([step('a', { onInterrupted: 'fail' })]), start)
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1 },
        { type: 'step.failed', stepId: 'a', attempt: 1, data: { error: { code: 'INTERRUPTED' } } },
        { type: 'session.failed' },
      )
  })

  test('is refused its late outcome', () => {
    given(plan([step('a')]), start, { type: 'recover' })
      .when(succeed('a', 1, 1))
      .thenNothing()
  })

  test('of a cancelled session ends it', () => {
    given(plan([step('a')]), start, { type: 'cancel' })
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1 },
        { type: 'step.cancelled', stepId: 'a', attempt: 1 },
        { type: 'session.cancelled' },
      )
  })

  test('is recorded at shutdown and starts again only after it', () => {
    const down = given(plan([step('a')]), start)
      .when(
        { type: 'finishAttempt', stepId: 'a', attempt: 1, outcome: { status: 'interrupted' } },
        { mayStart: false },
      )
      .then({ type: 'step.interrupted', stepId: 'a', attempt: 1, data: { reason: 'shutdown' } })
    expect(next(down.state, down.now).due).toBe(true)
    down.when(tick).then({ type: 'step.started', stepId: 'a', attempt: 2 })
  })
})

describe('reports', () => {
  test('of the running attempt are recorded, others dropped', () => {
    const reports = [
      { type: 'step.output' as const, data: { stream: 'stdout' as const, text: 'hi' } },
    ]
    given(plan([step('a')]), start)
      .when({ type: 'report', stepId: 'a', attempt: 1, reports })
      .then({ type: 'step.output', stepId: 'a', attempt: 1 })
      .when({ type: 'report', stepId: 'a', attempt: 2, reports })
      .thenNothing()
  })
})

describe('the session timeout', () => {
  test('stops running attempts and fails the session', () => {
    given(plan([step('a')], { timeoutMs: 1000 }), start)
      .later(1000)
      .when(tick)
      .then({ type: 'session.cancelling', data: { cause: 'timeout' } })
      .when(cancelled('a'))
      .then(
        { type: 'step.cancelled', stepId: 'a', attempt: 1 },
        { type: 'session.failed', data: { error: { code: 'SESSION_TIMEOUT' } } },
      )
  })

  test('does not count the time that a due timer was left waiting', () => {
    const timed = plan(sequence('nap', 'after'), { timeoutMs: 5000 })
    const late = given(timed, start, wait('nap', epoch + 1000)).later(60_000)
    const awake = late
      .when(tick)
      .then(
        { type: 'step.completed', stepId: 'nap', attempt: 1 },
        { type: 'step.started', stepId: 'after', attempt: 1 },
        { type: 'session.progress' },
      )
    awake.later(3999).when(tick).then({ type: 'session.progress' })
    awake
      .later(4000)
      .when(tick)
      .then({ type: 'session.cancelling', data: { cause: 'timeout' } })
  })

  test('does not count the time after a crash', () => {
    const recovered = given(plan([step('a')], { timeoutMs: 5000 }), start)
      .later(60_000)
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
        { type: 'session.progress' },
      )
    recovered.later(4999).when(tick).then({ type: 'session.progress' })
    recovered.later(5000).when(tick).then({ type: 'session.cancelling' })
  })

  test('does not count the time between a shutdown and the next start', () => {
    const interrupted = { status: 'interrupted' } as const
    const down = given(plan([step('a')], { timeoutMs: 5000 }), start)
      .later(1000)
      .after(
        { type: 'finishAttempt', stepId: 'a', attempt: 1, outcome: interrupted },
        { mayStart: false },
      )
      .later(60_000)
      .when(tick)
      .then({ type: 'step.started', stepId: 'a', attempt: 2 }, { type: 'session.progress' })
    down.later(3999).when(tick).then({ type: 'session.progress' })
    down.later(4000).when(tick).then({ type: 'session.cancelling' })
  })
})
