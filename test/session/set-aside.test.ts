import { expect, test } from 'vitest'
import type { SessionCommand } from '../../src/session/commands.ts'
import { next } from '../../src/session/next.ts'
import { fail, given, replay, type Scenario, start, succeed, tick } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const crash: SessionCommand = { type: 'recover' }
const takeUp: SessionCommand = { type: 'takeUp' }

/** As a process does that takes a session up after another has crashed. */
const crashes = (scenario: Scenario, times: number): Scenario =>
  Array.from({ length: times }).reduce<Scenario>((so) => so.after(crash).after(tick), scenario)

const poison = plan(sequence('a', 'b'), { maxRecoveries: 2 })

test('a step that crashes cut off too often in a row sets its session aside', () => {
  const twice = crashes(given(poison, start), 2)
  expect(twice.state.status).toBe('running')
  const aside = twice.when(crash).then(
    { type: 'step.interrupted', stepId: 'a', attempt: 3 },
    {
      type: 'session.paused',
      data: { setAside: true, reason: 'step a was cut off by a crash 3 times in a row' },
    },
  )
  expect(next(aside.state, aside.now)).toMatchObject({ run: [], due: false })
  expect(replay(poison, aside.log)).toEqual(aside.state)
  const again = aside
    .when(takeUp)
    .then({ type: 'session.resumed' }, { type: 'step.started', stepId: 'a', attempt: 4 })
  expect(crashes(again, 2).state.status).toBe('running')
})

test('an attempt that ends in between begins the count anew', () => {
  const retry = { ...onceOnly, maxAttempts: 9 }
  const patient = plan([step('a', { retry })], { maxRecoveries: 2 })
  const failed = crashes(given(patient, start), 2)
    .after(fail('a', 3, true))
    .after(tick)
  expect(crashes(failed, 2).state.status).toBe('running')
  expect(crashes(failed, 3).state.status).toBe('paused')
})

test('five times are allowed when nobody says how often', () => {
  const usual = given(plan([step('a')]), start)
  expect(crashes(usual, 5).state.status).toBe('running')
  expect(crashes(usual, 6).state.status).toBe('paused')
})

test('what somebody has paused is not for recover, and recovering what runs changes nothing', () => {
  given(poison, start, { type: 'pause' }).thenRefuses(takeUp, 'ILLEGAL_TRANSITION')
  given(poison, start).when(takeUp).thenNothing()
  given(poison, { type: 'cancel' }).thenRefuses(takeUp, 'SESSION_ENDED')
})

test('a session that is set aside can be cancelled and rolled back', () => {
  const aside = crashes(given(poison, start), 3)
  expect(aside.after({ type: 'cancel' }).state.status).toBe('cancelled')
  expect(aside.after({ type: 'rollback' }).state.status).toBe('failed')
})

test('an undo that crashes cut off too often fails, and the session comes to its end', () => {
  const undo = { uses: 'noop', with: {}, retry: onceOnly, timeoutMs: 1000 } as const
  const steps = [
    step('a', { undo: { ...undo, onInterrupted: 'retry' } }),
    step('b', { dependsOn: ['a'] }),
  ]
  const rolling = given(
    plan(steps, { onFailure: 'rollback', maxRecoveries: 1 }),
    start,
    succeed('a'),
    fail('b'),
  )
  crashes(rolling, 1)
    .when(crash)
    .then(
      { type: 'step.interrupted', stepId: 'a', attempt: 3 },
      {
        type: 'step.undo_failed',
        stepId: 'a',
        attempt: 3,
        data: { error: { code: 'INTERRUPTED' } },
      },
      { type: 'session.failed' },
    )
})
