import { describe, expect, test } from 'vitest'
import type { SessionCommand } from '../../src/session/commands.ts'
import { groupDeadlineOf } from '../../src/session/groups.ts'
import { next } from '../../src/session/next.ts'
import type { PlannedForEach } from '../../src/session/plan.ts'
import {
  ask,
  choose,
  epoch,
  fail,
  given,
  replay,
  start,
  succeed,
  tick,
  wait,
} from '../support/decider.ts'
import { onceOnly, plan, step } from '../support/plans.ts'

const forEach = (changes: Partial<PlannedForEach> = {}): PlannedForEach => ({
  items: 'inputs.list',
  maxParallel: 2,
  maxFailures: 0,
  ...changes,
})

const expanded = (stepId: string, count: number): SessionCommand => ({
  type: 'finishAttempt',
  stepId,
  attempt: 1,
  outcome: { status: 'expanded', items: Array.from({ length: count }, (_, n) => n), count },
})

const fanned = plan([step('a', { forEach: forEach() }), step('b', { dependsOn: ['a'] })])

describe('a step for each item', () => {
  const inGroup = (onFailure: 'continue' | 'escalate', items: PlannedForEach = forEach()) =>
    plan([step('a', { group: 'g', forEach: items }), step('b', { dependsOn: ['a'] })], {
      groups: { g: { timeoutMs: 1000 } },
      onFailure,
    })

  test('has its items end with the time of its group, whether they wait or have yet to begin', () => {
    const over = given(inGroup('continue'), start, expanded('a', 3), ask('a[0]'))
      .later(1000)
      .when(tick)
      .then(
        {
          type: 'step.failed',
          stepId: 'a',
          attempt: 1,
          data: { error: { code: 'GROUP_TIMEOUT' } },
        },
        {
          type: 'step.failed',
          stepId: 'a[0]',
          attempt: 1,
          data: { error: { code: 'GROUP_TIMEOUT' } },
        },
        { type: 'step.failed', stepId: 'a[2]', data: { error: { code: 'GROUP_TIMEOUT' } } },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.progress' },
      )
    // What runs has the limit itself, and no other try.
    over
      .when(fail('a[1]', 1, true))
      .then({ type: 'step.failed', stepId: 'a[1]', attempt: 1 }, { type: 'session.completed' })
  })

  test('that a person tries again after the time of its group has that time anew', () => {
    const again: SessionCommand = { type: 'resolveStep', stepId: 'a', action: 'retry' }
    const asked = given(inGroup('escalate'), start, expanded('a', 3)).later(1000).after(tick)
    const retried = asked
      .when(again)
      .then(
        { type: 'interaction.answered', stepId: 'a', attempt: 1 },
        { type: 'step.resolved', stepId: 'a' },
      )
    expect(groupDeadlineOf(retried.state, 0)).toBeUndefined()
    // It is open until also those have settled that were under way all the time.
    retried
      .when(succeed('a[0]'))
      .then(
        { type: 'step.completed', stepId: 'a[0]', attempt: 1 },
        { type: 'step.started', stepId: 'a[2]', attempt: 1 },
      )
      .after(succeed('a[2]'))
      .when(succeed('a[1]'))
      .then(
        { type: 'step.completed', stepId: 'a[1]', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
  })

  test('is not left out by a condition that answers once it runs for them', () => {
    const steps = [
      step('if', { uses: 'condition', branches: { then: ['a'], else: [] } }),
      step('a', { dependsOn: ['if'], when: 'true', tolerant: true, forEach: forEach() }),
    ]
    const met: SessionCommand = { type: 'resolveCondition', stepId: 'a', result: { met: true } }
    given(plan(steps, { onFailure: 'continue' }), start, fail('if'), met, expanded('a', 1))
      .after({ type: 'resolveStep', stepId: 'if', action: 'retry' })
      .when(choose('if', 'else', 2))
      .then({ type: 'step.completed', stepId: 'if', attempt: 2 })
      .when(succeed('a[0]'))
      .then(
        { type: 'step.completed', stepId: 'a[0]', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
  })

  test('finds its items, runs for each, so many side by side, and then collects', () => {
    const begun = given(fanned, start)
      .when(expanded('a', 3))
      .then(
        { type: 'step.expanded', stepId: 'a', attempt: 1, data: { count: 3, items: [0, 1, 2] } },
        { type: 'step.started', stepId: 'a[0]', attempt: 1 },
        { type: 'step.started', stepId: 'a[1]', attempt: 1 },
      )
    expect(begun.state.counts.total).toBe(5)
    begun
      .when(succeed('a[1]'))
      .then(
        { type: 'step.completed', stepId: 'a[1]', attempt: 1 },
        { type: 'step.started', stepId: 'a[2]', attempt: 1 },
      )
      .after(succeed('a[2]'))
      .when(succeed('a[0]'))
      .then(
        { type: 'step.completed', stepId: 'a[0]', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
      .when(succeed('a', ['x', 'y', 'z'], 2))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 2, data: { output: ['x', 'y', 'z'] } },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('may have none', () => {
    given(fanned, start)
      .when(expanded('a', 0))
      .then(
        { type: 'step.expanded', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
  })

  test('lets so many items fail, and the session tells of them', () => {
    const lenient = plan([step('a', { forEach: forEach({ maxFailures: 1 }) })])
    given(lenient, start, expanded('a', 2), fail('a[0]'), succeed('a[1]'))
      .when(succeed('a', [null, 1], 2))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 2 },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
  })

  test('begins no more items once too many have failed', () => {
    const failing = given(fanned, start, expanded('a', 5))
      .when(fail('a[1]'))
      .then(
        { type: 'step.failed', stepId: 'a[1]', attempt: 1 },
        { type: 'step.skipped', stepId: 'a[2]', data: { because: 'a[1]' } },
        { type: 'step.skipped', stepId: 'a[3]' },
        { type: 'step.skipped', stepId: 'a[4]' },
      )
      .when(succeed('a[0]'))
      .then(
        { type: 'step.completed', stepId: 'a[0]', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
    failing
      .when(fail('a', 2))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 2 },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.failed', data: { stepId: 'a' } },
      )
  })

  test('runs those again that failed when a person wants it tried again', () => {
    const asking = plan([step('a', { forEach: forEach(), onFailure: 'escalate' })])
    const asked = given(asking, start, expanded('a', 4), fail('a[1]'), succeed('a[0]'))
      .when(fail('a', 2))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 2 },
        { type: 'interaction.created', stepId: 'a', attempt: 2 },
        { type: 'session.waiting' },
      )
      .when({ type: 'resolveStep', stepId: 'a', action: 'retry' })
      .then(
        { type: 'interaction.answered', stepId: 'a', attempt: 2 },
        { type: 'step.resolved', stepId: 'a' },
        { type: 'step.started', stepId: 'a[1]', attempt: 2 },
        { type: 'step.started', stepId: 'a[2]', attempt: 1 },
      )
      .after(succeed('a[1]', undefined, 2))
      .after(succeed('a[2]'))
      .when(succeed('a[3]'))
      .then(
        { type: 'step.completed', stepId: 'a[3]', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 3 },
      )
    expect(replay(asking, asked.log)).toEqual(asked.state)
    expect(asked.state.counts).toMatchObject({ total: 5, completed: 4, failed: 0, skipped: 0 })
  })

  test('is stopped with its items', () => {
    given(fanned, start, expanded('a', 4))
      .when({ type: 'cancel' })
      .then(
        { type: 'session.cancelling' },
        { type: 'step.cancelled', stepId: 'a' },
        { type: 'step.cancelled', stepId: 'b' },
        { type: 'step.cancelled', stepId: 'a[2]' },
        { type: 'step.cancelled', stepId: 'a[3]' },
      )
  })

  test('has its items undone, the last that completed first', () => {
    const undo = { uses: 'noop', with: {}, retry: onceOnly, timeoutMs: 1, onInterrupted: 'retry' }
    const steps = [
      step('a', { forEach: forEach(), undo: undo as never }),
      step('b', { dependsOn: ['a'] }),
    ]
    given(
      plan(steps, { onFailure: 'rollback' }),
      start,
      expanded('a', 2),
      succeed('a[1]'),
      succeed('a[0]'),
      succeed('a', [], 2),
    )
      .when(fail('b'))
      .then(
        { type: 'step.failed', stepId: 'b', attempt: 1 },
        { type: 'session.rolling_back', data: { steps: ['a[0]', 'a[1]'] } },
        { type: 'step.undoing', stepId: 'a[0]', attempt: 2 },
      )
  })

  test('finds its items anew after a crash, and collects anew, whatever its onInterrupted', () => {
    const careful = plan([step('a', { forEach: forEach(), onInterrupted: 'fail' })])
    given(careful, start)
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
    given(careful, start, expanded('a', 1))
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a[0]', attempt: 1 },
        { type: 'step.failed', stepId: 'a[0]', attempt: 1 },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
  })
})

describe('a step that is repeated', () => {
  const polling = plan([
    step('a', { repeat: { until: 'true', delayMs: 1000, maxTimes: 3 } }),
    step('b', { dependsOn: ['a'] }),
  ])
  const again = (attempt: number): SessionCommand => ({
    type: 'finishAttempt',
    stepId: 'a',
    attempt,
    outcome: { status: 'again', output: attempt },
  })

  test('is done again after its delay, until it is told that it is over', () => {
    const first = given(polling, start)
      .when(again(1))
      .then(
        { type: 'step.repeating', stepId: 'a', attempt: 1, data: { times: 1, output: 1 } },
        { type: 'session.waiting', data: { until: new Date(epoch + 1000).toISOString() } },
      )
    expect(next(first.state, first.now).wakeAt).toBe(epoch + 1000)
    first
      .later(1000)
      .when(tick)
      .then({ type: 'step.started', stepId: 'a', attempt: 2 }, { type: 'session.progress' })
      .when(succeed('a', 'done', 2))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 2 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('fails when it was done as often as it may', () => {
    given(polling, start, again(1))
      .later(1000)
      .after(tick)
      .after(again(2))
      .later(1000)
      .after(tick)
      .when(again(3))
      .then(
        {
          type: 'step.failed',
          stepId: 'a',
          attempt: 3,
          data: { error: { code: 'REPEATS_USED_UP' } },
        },
        { type: 'step.skipped', stepId: 'b' },
        { type: 'session.failed' },
      )
  })

  test('has what follows from a wait found out before it completes, again after a crash', () => {
    const setting = plan([step('a', { set: { n: '1' } }), step('b', { dependsOn: ['a'] })])
    const concluding = given(setting, start, wait('a', epoch + 1000))
      .later(1000)
      .when(tick)
      .then({ type: 'step.concluding', stepId: 'a', attempt: 1 }, { type: 'session.progress' })
    expect(next(concluding.state, concluding.now).run).toMatchObject([
      { stepId: 'a', attempt: 1, conclude: true },
    ])
    const again = concluding
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1 },
        { type: 'step.concluding', stepId: 'a', attempt: 1 },
      )
    expect(replay(setting, again.log)).toEqual(again.state)
    again
      .when({
        type: 'finishAttempt',
        stepId: 'a',
        attempt: 1,
        outcome: { status: 'succeeded', set: { n: 1 } },
      })
      .then(
        { type: 'variable.updated', stepId: 'a', attempt: 1 },
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })
})
