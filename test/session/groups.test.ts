import { describe, expect, test } from 'vitest'
import { next } from '../../src/session/next.ts'
import type { PlannedGroup } from '../../src/session/plan.ts'
import { epoch, fail, given, start, succeed, tick, wait } from '../support/decider.ts'
import { onceOnly, plan, step } from '../support/plans.ts'

/** a, b and c in one group, d after all of them, e beside it. */
function grouped(rules: PlannedGroup, changes: Parameters<typeof step>[1] = {}) {
  const member = { group: 'g', ...changes }
  return plan(
    [
      step('a', member),
      step('b', member),
      step('c', member),
      step('d', { dependsOn: ['a', 'b', 'c'] }),
      step('e'),
    ],
    { groups: { g: rules }, onFailure: 'continue' },
  )
}

describe('a group', () => {
  test('lets only so many of its steps run side by side; others are not held up by it', () => {
    given(grouped({ maxParallel: 1 }))
      .when(start)
      .then(
        { type: 'session.started' },
        { type: 'step.started', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'e', attempt: 1 },
      )
      .when(succeed('e'))
      .then({ type: 'step.completed', stepId: 'e', attempt: 1 })
      .when(succeed('a'))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('holds back conditions and retries that are due, and nothing spins meanwhile', () => {
    const guarded = given(grouped({ maxParallel: 1 }, { when: 'true' }), start)
    expect(next(guarded.state, guarded.now).evaluate).toEqual(['a', 'b', 'c'])
    const one = guarded.after({ type: 'resolveCondition', stepId: 'a', result: { met: true } })
    expect(next(one.state, one.now)).toMatchObject({ evaluate: [], due: false })
    one.when({ type: 'resolveCondition', stepId: 'b', result: { met: true } }).thenNothing()

    const retry = { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 }
    const failing = given(grouped({ maxParallel: 1 }, { retry }), start)
      .when(fail('a', 1, true))
      .then(
        { type: 'step.retrying', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
      .later(10)
    expect(next(failing.state, failing.now).due).toBe(false)
    failing.when(tick).thenNothing()
  })

  test('says what the failure of one of its steps means, unless the step says it', () => {
    given(grouped({ onFailure: 'escalate' }), start)
      .when(fail('a'))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 1 },
        { type: 'interaction.created', stepId: 'a', attempt: 1 },
      )
    given(grouped({ onFailure: 'escalate' }, { onFailure: 'continue' }), start)
      .when(fail('a'))
      .then({ type: 'step.failed', stepId: 'a', attempt: 1 })
  })
})

describe('a group of which one step has to complete', () => {
  const any = grouped({ waitForAll: false })

  test('is followed as soon as one has; the others go on, and change nothing after that', () => {
    given(any, start)
      .when(fail('a'))
      .then({ type: 'step.failed', stepId: 'a', attempt: 1 })
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'step.started', stepId: 'd', attempt: 1 },
      )
      .when(succeed('d'))
      .then({ type: 'step.completed', stepId: 'd', attempt: 1 })
      .after(succeed('e'))
      .when(fail('c'))
      .then(
        { type: 'step.failed', stepId: 'c', attempt: 1 },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
  })

  test('that fails as a whole is followed by nothing', () => {
    given(any, start, fail('a'), fail('b'), succeed('e'))
      .when(fail('c'))
      .then(
        { type: 'step.failed', stepId: 'c', attempt: 1 },
        { type: 'step.skipped', stepId: 'd', data: { reason: 'dependency_failed' } },
        { type: 'session.completed' },
      )
  })

  test('holds up a step that names one of them until that one has completed', () => {
    const steps = [
      step('a', { group: 'g' }),
      step('b', { group: 'g' }),
      step('c', { dependsOn: ['a'] }),
    ]
    given(plan(steps, { groups: { g: { waitForAll: false } } }), start)
      .when(succeed('b'))
      .then({ type: 'step.completed', stepId: 'b', attempt: 1 })
      .when(succeed('a'))
      .then(
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'c', attempt: 1 },
      )
  })

  test('stays passed when a person tries a failed one again', () => {
    given(any, start, fail('a'), succeed('b'), succeed('d'))
      .when({ type: 'resolveStep', stepId: 'a', action: 'retry' })
      .then(
        { type: 'step.resolved', stepId: 'a' },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
      .after(succeed('c'))
      .after(succeed('e'))
      .when(succeed('a', undefined, 2))
      .then({ type: 'step.completed', stepId: 'a', attempt: 2 }, { type: 'session.completed' })
  })
})

describe('a group’s time', () => {
  const timed = (changes?: Parameters<typeof step>[1]) =>
    given(grouped({ timeoutMs: 1000, maxParallel: 2 }, changes), start)

  test('begins with its first step, and ends those that have not begun', () => {
    const begun = timed()
    expect(next(begun.state, begun.now).wakeAt).toBe(epoch + 1000)
    const over = begun
      .later(1000)
      .when(tick)
      .then(
        { type: 'step.failed', stepId: 'c', data: { error: { code: 'GROUP_TIMEOUT' } } },
        {
          type: 'session.progress',
        },
      )
    // What runs has the limit itself.
    expect(next(over.state, over.now).due).toBe(false)
  })

  test('ends waits and delays, and there is no other try after it', () => {
    const retry = { ...onceOnly, maxAttempts: 9, delayMs: 5000, maxDelayMs: 5000 }
    timed({ retry })
      .after(fail('a', 1, true))
      .after(wait('b', epoch + 60_000))
      .later(1000)
      .when(tick)
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'step.failed', stepId: 'b', attempt: 1 },
        { type: 'session.progress' },
      )
    timed({ retry })
      .later(1000)
      .when(fail('a', 1, true))
      .then(
        { type: 'step.failed', stepId: 'a', attempt: 1 },
        { type: 'step.failed', stepId: 'c' },
        { type: 'session.progress' },
      )
  })

  test('begins anew for a step that a person tries again after it', () => {
    const over = timed().later(1000).after(tick).later(5000)
    const again = over
      .after(succeed('a'))
      .when({ type: 'resolveStep', stepId: 'c', action: 'retry' })
      .then(
        { type: 'step.resolved', stepId: 'c' },
        { type: 'step.started', stepId: 'c', attempt: 1 },
      )
    again.when(tick).thenNothing()
  })

  test('leaves a person the time it takes', () => {
    const asked = timed({ onFailure: 'escalate' }).after(fail('a')).after(fail('b')).later(9000)
    const over = asked.when(tick)
    expect(over.state.escalated).toEqual([0, 1, 2])
    over.when(tick).thenNothing()
  })
})
