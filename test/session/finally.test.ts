import { describe, expect, test } from 'vitest'
import type { SessionCommand } from '../../src/session/commands.ts'
import { next } from '../../src/session/next.ts'
import { fail, given, start, succeed, tick } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const cancelled = (stepId: string): SessionCommand => ({
  type: 'finishAttempt',
  stepId,
  attempt: 1,
  outcome: { status: 'cancelled' },
})

const decided = (stepId: string, met: boolean): SessionCommand => ({
  type: 'resolveCondition',
  stepId,
  result: { met },
})

const tidy = step('tidy', { finally: true })
const tidying = plan([...sequence('a', 'b'), tidy])

describe('a step that runs last', () => {
  test('begins when all others have settled, and the session ends after it', () => {
    given(tidying, start, succeed('a'))
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'session.finalizing', data: { steps: ['tidy'] } },
        { type: 'step.started', stepId: 'tidy', attempt: 1 },
      )
      .when(succeed('tidy'))
      .then(
        { type: 'step.completed', stepId: 'tidy', attempt: 1 },
        { type: 'session.completed', data: { status: 'completed' } },
      )
  })

  test('runs after a failure, which is still how the session ends', () => {
    given(tidying, start)
      .when(fail('a'))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.finalizing' },
        { type: 'step.started', stepId: 'tidy', attempt: 1 },
      )
      .when(succeed('tidy'))
      .then(
        { type: 'step.completed', stepId: 'tidy', attempt: 1 },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })

  test('runs after a cancel, is not stopped by it, nor by another', () => {
    const cancelling = given(tidying, start)
      .after({ type: 'cancel' })
      .when(cancelled('a'))
      .then(
        { type: 'step.cancelled', stepId: 'a', attempt: 1 },
        { type: 'session.finalizing' },
        { type: 'step.started', stepId: 'tidy', attempt: 1 },
      )
    expect(next(cancelling.state, cancelling.now).run).toMatchObject([{ stop: false }])
    cancelling.when({ type: 'cancel' }).thenNothing()
    cancelling
      .when(succeed('tidy'))
      .then({ type: 'step.completed', stepId: 'tidy', attempt: 1 }, { type: 'session.cancelled' })
  })

  test('goes on when the cancel comes while it runs', () => {
    const last = given(tidying, start, succeed('a'), succeed('b')).when({ type: 'cancel' })
    expect(next(last.state, last.now).run).toMatchObject([{ stepId: 'tidy', stop: false }])
    last
      .when(succeed('tidy'))
      .then({ type: 'step.completed', stepId: 'tidy', attempt: 1 }, { type: 'session.cancelled' })
  })

  test('is tried again also while its session is being cancelled, and keeps its driver', () => {
    const retry = { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 }
    const patient = plan([step('a'), step('tidy', { finally: true, retry })])
    const waiting = given(patient, start, { type: 'cancel' }, cancelled('a'))
      .when(fail('tidy', 1, true))
      .then({ type: 'step.retrying', stepId: 'tidy', attempt: 1 })
    expect(next(waiting.state, waiting.now)).toMatchObject({ keep: true, done: false })
    waiting.later(10).when(tick).then({ type: 'step.started', stepId: 'tidy', attempt: 2 })
  })

  test('that fails leaves errors behind, and changes no other end', () => {
    given(tidying, start, succeed('a'), succeed('b'))
      .when(fail('tidy'))
      .then(
        { type: 'step.failed', stepId: 'tidy', attempt: 1 },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
    given(tidying, start, fail('a'))
      .when(fail('tidy'))
      .then(
        { type: 'step.failed', stepId: 'tidy', attempt: 1 },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })

  test('runs after the rollback', () => {
    const undo = { uses: 'noop', with: {}, retry: onceOnly, timeoutMs: 1000 } as const
    const steps = [
      step('a', { undo: { ...undo, onInterrupted: 'retry' } }),
      step('b', { dependsOn: ['a'] }),
      tidy,
    ]
    given(plan(steps, { onFailure: 'rollback' }), start, succeed('a'), fail('b'))
      .when(succeed('a', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'a', attempt: 2 },
        { type: 'session.finalizing' },
        { type: 'step.started', stepId: 'tidy', attempt: 1 },
      )
      .when(succeed('tidy'))
      .then({ type: 'step.completed', stepId: 'tidy', attempt: 1 }, { type: 'session.failed' })
  })

  test('that has begun is not begun again by a rollback that is asked for then', () => {
    const undo = { uses: 'noop', with: {}, retry: onceOnly, timeoutMs: 1000 } as const
    const steps = [step('a', { undo: { ...undo, onInterrupted: 'retry' } }), tidy]
    given(plan(steps), start, succeed('a'))
      .after({ type: 'rollback' })
      .when(succeed('tidy'))
      .then(
        { type: 'step.completed', stepId: 'tidy', attempt: 1 },
        { type: 'session.rolling_back', data: { cause: 'requested', steps: ['a'] } },
        { type: 'step.undoing', stepId: 'a', attempt: 2 },
      )
      .when(succeed('a', undefined, 2))
      .then(
        { type: 'step.undone', stepId: 'a', attempt: 2 },
        { type: 'session.failed', data: { error: { code: 'ROLLED_BACK' } } },
      )
  })

  test('waits for the last steps before it, whether they succeed or not', () => {
    const steps = [
      step('a'),
      step('first', { finally: true }),
      step('second', { finally: true, dependsOn: ['first'] }),
    ]
    given(plan(steps), start, succeed('a'))
      .when(fail('first'))
      .then(
        { type: 'step.failed', stepId: 'first', attempt: 1 },
        { type: 'step.started', stepId: 'second', attempt: 1 },
      )
  })

  test('has its condition decided then', () => {
    const steps = [step('a'), step('tidy', { finally: true, when: "failed('a')" })]
    const ending = given(plan(steps), start, fail('a'))
    expect(next(ending.state, ending.now).evaluate).toEqual(['tidy'])
    ending
      .when(decided('tidy', false))
      .then({ type: 'step.skipped', stepId: 'tidy' }, { type: 'session.failed' })
  })

  test('has the session’s timeout behind it', () => {
    const short = plan([step('a'), tidy], { timeoutMs: 1000 })
    const late = given(short, start).later(999).after(succeed('a')).later(5000)
    late.when(tick).then({ type: 'session.progress' })
    expect(next(late.state, late.now).wakeAt).toBeUndefined()
  })
})

describe('a step whose condition asks how others ended', () => {
  const rescue = step('rescue', { dependsOn: ['a'], when: "failed('a')", tolerant: true })

  test('is decided also after they have failed, though the failure ends the session', () => {
    const failing = given(plan([step('a'), rescue, step('c', { dependsOn: ['rescue'] })]), start)
      .when(fail('a'))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'session.cancelling', data: { cause: 'failure' } },
        { type: 'step.skipped', stepId: 'c', data: { reason: 'session_failed' } },
      )
    expect(next(failing.state, failing.now).evaluate).toEqual(['rescue'])
    const rescuing = failing
      .when(decided('rescue', true))
      .then({ type: 'step.started', stepId: 'rescue', attempt: 1 })
    expect(next(rescuing.state, rescuing.now).run).toMatchObject([{ stop: false }])
    rescuing
      .when(succeed('rescue'))
      .then(
        { type: 'step.completed', stepId: 'rescue', attempt: 1 },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })

  test('begins while siblings are still being stopped, and is not stopped with them', () => {
    const both = given(plan([step('a'), step('b'), rescue]), start, fail('a'))
    expect(both.state.status).toBe('cancelling')
    const begun = both.after(decided('rescue', true))
    expect(next(begun.state, begun.now).run).toMatchObject([
      { stepId: 'b', stop: true },
      { stepId: 'rescue', stop: false },
    ])
    const stopped = begun.when({ type: 'cancel' }).then({ type: 'session.cancelling' })
    expect(next(stopped.state, stopped.now).run).toMatchObject([{ stop: true }, { stop: true }])
  })

  test('runs under continue as well, and is left out by a cancel', () => {
    const going = plan([step('a'), rescue], { onFailure: 'continue' })
    given(going, start, fail('a'))
      .when(decided('rescue', true))
      .then({ type: 'step.started', stepId: 'rescue', attempt: 1 })
    given(going, start)
      .when({ type: 'cancel' })
      .then({ type: 'session.cancelling' }, { type: 'step.cancelled', stepId: 'rescue' })
  })
})

test('a variable is told before the end of the step that sets it, and is there for the next', () => {
  const counting = plan(sequence('a', 'b'), { vars: { total: 0 } })
  const set = given(counting, start)
    .when({
      type: 'finishAttempt',
      stepId: 'a',
      attempt: 1,
      outcome: { status: 'succeeded', set: { total: 2 } },
    })
    .then(
      { type: 'variable.updated', stepId: 'a', attempt: 1, data: { name: 'total', value: 2 } },
      { type: 'step.completed', stepId: 'a', attempt: 1 },
      { type: 'step.started', stepId: 'b', attempt: 1 },
    )
  expect(set.state.variables).toEqual(new Map([['total', { value: 2, setBy: 'a' }]]))
})

describe('an attempt whose outcome a crash left unknown, and for which a person is to be asked,', () => {
  const asking = step('tidy', { finally: true, onInterrupted: 'escalate' })

  test('fails where the session is about to end, since nobody could answer', () => {
    given(plan([step('a'), asking]), start, succeed('a'))
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'tidy', attempt: 1 },
        {
          type: 'step.failed',
          stepId: 'tidy',
          attempt: 1,
          data: { error: { code: 'INTERRUPTED' } },
        },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
  })

  test('fails in a step that looks after a failure as well', () => {
    const after = step('b', {
      dependsOn: ['a'],
      when: "failed('a')",
      tolerant: true,
      onInterrupted: 'escalate',
      onFailure: 'escalate',
    })
    given(plan([step('a'), after]), start, fail('a'), decided('b', true))
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'b', attempt: 1 },
        { type: 'step.failed', stepId: 'b', attempt: 1 },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })
})
