import { describe, expect, test } from 'vitest'
import type { SessionCommand, StepResolution } from '../../src/session/commands.ts'
import { next } from '../../src/session/next.ts'
import { epoch, fail, given, replay, start, succeed, tick, wait } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const resolve = (
  stepId: string,
  action: StepResolution['action'],
  more: Partial<StepResolution> = {},
): SessionCommand => ({ type: 'resolveStep', stepId, action, ...more })

const escalating = plan(sequence('a', 'b'), { onFailure: 'escalate' })
const asked = given(escalating, start, fail('a'))

describe('a failure that is escalated', () => {
  test('leaves the step to a person, and the session says that it waits for one', () => {
    given(escalating, start)
      .when(fail('a'))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 1, data: { escalated: { kind: 'failed' } } },
        { type: 'interaction.created', stepId: 'a', attempt: 1 },
        { type: 'session.waiting', data: { steps: ['a'], escalated: ['a'] } },
      )
    expect(next(asked.state, asked.now)).toMatchObject({ run: [], evaluate: [], due: false })
    expect(next(asked.state, asked.now).wakeAt).toBeUndefined()
  })

  test('lets running siblings finish and starts nothing meanwhile', () => {
    const steps = [
      step('a'),
      step('b'),
      step('c', { dependsOn: ['b'] }),
      step('d', { dependsOn: [] }),
    ]
    const busy = plan(steps, { onFailure: 'escalate', maxParallel: 2 })
    given(busy, start, fail('a'))
      .when(succeed('b'))
      .then(
        { type: 'step.completed', stepId: 'b', attempt: 1 },
        { type: 'session.waiting', data: { escalated: ['a'] } },
      )
      .when(tick)
      .thenNothing()
  })

  test('is not the session’s time', () => {
    const short = plan(sequence('a', 'b'), { onFailure: 'escalate', timeoutMs: 10_000 })
    given(short, start, fail('a'))
      .later(3_600_000)
      .when(tick)
      .thenNothing()
      .when(resolve('a', 'retry'))
      .then(
        { type: 'interaction.answered', stepId: 'a', attempt: 1 },
        { type: 'step.resolved', stepId: 'a' },
        { type: 'step.started', stepId: 'a', attempt: 2 },
        { type: 'session.progress' },
      )
      .later(5000)
      .when(tick)
      .then({ type: 'session.progress' })
  })

  test('comes only when no try is left, and gives a new set of tries', () => {
    const retry = { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 }
    const patient = plan([step('a', { retry })], { onFailure: 'escalate' })
    given(patient, start, fail('a', 1, true))
      .later(10)
      .after(tick)
      .when(fail('a', 2, true))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 2 },
        { type: 'interaction.created', stepId: 'a', attempt: 2 },
        { type: 'session.waiting' },
      )
      .after(resolve('a', 'retry'))
      .when(fail('a', 3, true))
      .then({ type: 'step.retrying', stepId: 'a', attempt: 3 }, { type: 'session.waiting' })
  })

  test('may be of an attempt that a crash cut off', () => {
    given(plan([step('a', { onInterrupted: 'escalate' })]), start)
      .when({ type: 'recover' })
      .then(
        { type: 'step.interrupted', stepId: 'a', attempt: 1 },
        {
          type: 'step.waiting',
          stepId: 'a',
          attempt: 1,
          data: { escalated: { error: { code: 'INTERRUPTED' } } },
        },
        { type: 'interaction.created', stepId: 'a', attempt: 1 },
        { type: 'session.waiting', data: { escalated: ['a'] } },
      )
  })

  test('can be asked for by a step alone', () => {
    const one = plan([step('a', { onFailure: 'escalate' }), step('b', { dependsOn: [] })])
    given(one, start)
      .when(fail('a'))
      .then(
        { type: 'step.waiting', stepId: 'a', attempt: 1 },
        { type: 'interaction.created', stepId: 'a', attempt: 1 },
      )
    given(one, start)
      .when(fail('b'))
      .then({ type: 'step.failed', stepId: 'b', attempt: 1 }, { type: 'session.cancelling' })
  })

  test('ends with a cancel', () => {
    asked
      .when({ type: 'cancel' })
      .then(
        { type: 'session.cancelling' },
        { type: 'step.cancelled', stepId: 'a' },
        { type: 'step.cancelled', stepId: 'b' },
        { type: 'session.cancelled' },
      )
  })
})

describe('a person', () => {
  test('has a step run again, once however often they ask', () => {
    asked
      .when(resolve('a', 'retry', { actor: 'ops', reason: 'it is back' }))
      .then(
        { type: 'interaction.answered', stepId: 'a', attempt: 1 },
        {
          type: 'step.resolved',
          stepId: 'a',
          data: { action: 'retry', actor: 'ops', reason: 'it is back' },
        },
        { type: 'step.started', stepId: 'a', attempt: 2 },
      )
      .when(resolve('a', 'retry'))
      .thenNothing()
  })

  test('leaves a retry ready for the driver when someone else takes the decision', () => {
    const resolved = asked.when(resolve('a', 'retry'), { mayStart: false })
    resolved.then(
      { type: 'interaction.answered', stepId: 'a', attempt: 1 },
      { type: 'step.resolved', stepId: 'a' },
    )
    expect(next(resolved.state, resolved.now).due).toBe(true)
    resolved.when(tick).then({ type: 'step.started', stepId: 'a', attempt: 2 })
  })

  test('skips a step, and what depends on it goes on', () => {
    asked
      .when(resolve('a', 'skip'))
      .then(
        { type: 'interaction.answered', stepId: 'a', attempt: 1 },
        { type: 'step.resolved', stepId: 'a' },
        { type: 'step.skipped', stepId: 'a', data: { reason: 'resolved' } },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
  })

  test('completes a step with an output', () => {
    const completed = asked.when(resolve('a', 'complete', { output: { n: 1 } }))
    completed.then(
      { type: 'interaction.answered', stepId: 'a', attempt: 1 },
      { type: 'step.resolved', stepId: 'a' },
      { type: 'step.completed', stepId: 'a', attempt: 1, data: { output: { n: 1 } } },
      { type: 'step.started', stepId: 'b', attempt: 1 },
    )
    expect(completed.state.steps[0]?.output).toEqual({ n: 1 })
  })

  test('lets a step fail, with the error that it had, and is not asked again', () => {
    asked.when(resolve('a', 'fail')).then(
      { type: 'interaction.answered', stepId: 'a', attempt: 1 },
      { type: 'step.resolved', stepId: 'a' },
      {
        type: 'step.failed',
        stepId: 'a',
        attempt: 1,
        data: { error: { code: 'UNEXPECTED_STATUS' } },
      },
      { type: 'step.skipped', stepId: 'b' },
      { type: 'session.failed', data: { stepId: 'a' } },
    )
  })

  test('settles a step that waits for a time or for its next try', () => {
    given(plan(sequence('a', 'b')), start, wait('a', epoch + 3_600_000))
      .when(resolve('a', 'complete'))
      .then(
        { type: 'step.resolved', stepId: 'a' },
        { type: 'step.completed', stepId: 'a', attempt: 1 },
        { type: 'step.started', stepId: 'b', attempt: 1 },
      )
    given(plan([step('a')]), start, wait('a', epoch + 3_600_000))
      .when(resolve('a', 'fail', { reason: 'too late' }))
      .then(
        { type: 'step.resolved', stepId: 'a' },
        {
          type: 'step.failed',
          stepId: 'a',
          attempt: 1,
          data: { error: { code: 'FAILED_BY_PERSON', message: 'too late' } },
        },
        { type: 'session.failed' },
      )
  })

  test('is refused where there is nothing to settle', () => {
    asked.thenRefuses(resolve('b', 'skip'), 'ILLEGAL_TRANSITION')
    asked.thenRefuses(resolve('nobody', 'skip'), 'STEP_NOT_FOUND')
    given(escalating, start).thenRefuses(resolve('a', 'complete'), 'ILLEGAL_TRANSITION')
    given(escalating, start, succeed('a')).thenRefuses(resolve('a', 'retry'), 'ILLEGAL_TRANSITION')
    asked.after(resolve('a', 'fail')).thenRefuses(resolve('a', 'retry'), 'SESSION_ENDED')
  })
})

describe('a step that failed while its session goes on', () => {
  const steps = [
    step('a'),
    step('b', { dependsOn: ['a'] }),
    step('c', { dependsOn: ['b'] }),
    step('d', { dependsOn: [] }),
    step('e', { dependsOn: ['c', 'd'] }),
  ]
  const tolerant = plan(steps, { onFailure: 'continue' })
  const failed = given(tolerant, start, fail('a'))

  test('is retried with all that was skipped because of it', () => {
    expect(failed.state.counts).toMatchObject({ failed: 1, skipped: 2 })
    const again = failed.after(resolve('a', 'retry'))
    expect(again.state.counts).toMatchObject({ failed: 0, skipped: 0 })
    const ended = again
      .after(succeed('d'))
      .after(succeed('a', undefined, 2))
      .after(succeed('b'))
      .after(succeed('c'))
      .when(succeed('e'))
    ended.then(
      { type: 'step.completed', stepId: 'e', attempt: 1 },
      { type: 'session.completed', data: { status: 'completed', steps: { completed: 5 } } },
    )
    expect(replay(tolerant, ended.log)).toEqual(ended.state)
  })

  test('is skipped or completed instead, and its dependants run', () => {
    for (const action of ['skip', 'complete'] as const) {
      const settled = failed.after(resolve('a', action))
      expect(settled.log.at(-1)).toMatchObject({ type: 'step.started', stepId: 'b' })
    }
  })

  test('fails again as it did before', () => {
    const again = failed.after(resolve('a', 'retry')).after(fail('a', 2))
    expect(again.state.counts).toMatchObject({ failed: 1, skipped: 2 })
    again
      .when(succeed('d'))
      .then(
        { type: 'step.completed', stepId: 'd', attempt: 1 },
        { type: 'step.skipped', stepId: 'e' },
        { type: 'session.completed', data: { status: 'completed_with_errors' } },
      )
  })

  test('of ten thousand in a row brings all of them back at once', () => {
    const names = Array.from({ length: 10_000 }, (_, n) => `s${n}`)
    const long = plan([...sequence(...names), step('other', { dependsOn: [] })], {
      onFailure: 'continue',
    })
    const back = given(long, start, fail('s0')).after(resolve('s0', 'retry'))
    expect(back.state.counts.skipped).toBe(0)
  })
})
