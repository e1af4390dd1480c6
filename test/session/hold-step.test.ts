import { expect, test } from 'vitest'
import type { SessionCommand } from '../../src/session/commands.ts'
import { next } from '../../src/session/next.ts'
import { fail, given, replay, start, succeed, tick } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const pause = (stepId: string): SessionCommand => ({ type: 'pauseStep', stepId, actor: 'ada' })
const resume = (stepId: string): SessionCommand => ({ type: 'resumeStep', stepId })
const advance: SessionCommand = { type: 'advance' }

const three = plan(sequence('a', 'b', 'c'))

test('a paused step does not begin until it is resumed, and the session waits for people', () => {
  const held = given(three, start)
    .when(pause('b'))
    .then({ type: 'step.paused', stepId: 'b', data: { actor: 'ada' } })
    .when(succeed('a'))
    .then(
      { type: 'step.completed', stepId: 'a', attempt: 1 },
      { type: 'session.waiting', data: { steps: ['b'], held: ['b'] } },
    )
  expect(next(held.state, held.now)).toMatchObject({ run: [], due: false, evaluate: [] })
  expect(next(held.state, held.now).wakeAt).toBeUndefined()
  held
    .later(86_400_000)
    .when(tick)
    .thenNothing()
    .when(resume('b'))
    .then(
      { type: 'step.resumed', stepId: 'b' },
      { type: 'step.started', stepId: 'b', attempt: 1 },
      { type: 'session.progress' },
    )
    .after(succeed('b'))
    .when(succeed('c'))
    .then({ type: 'step.completed', stepId: 'c', attempt: 1 }, { type: 'session.completed' })
})

test('a resume by somebody who does not drive is acted on by whoever does', () => {
  const held = given(three, start, pause('b'), succeed('a')).after(resume('b'), { mayStart: false })
  expect(next(held.state, held.now).due).toBe(true)
  held.when(tick).then({ type: 'step.started', stepId: 'b', attempt: 1 })
})

test('a step that runs goes on when it is paused, and is not tried again meanwhile', () => {
  const retry = { ...onceOnly, maxAttempts: 2, delayMs: 10, maxDelayMs: 10 }
  const held = given(plan([step('a', { retry })]), start, pause('a'))
  expect(next(held.state, held.now).run).toMatchObject([{ stepId: 'a', stop: false }])
  const failed = held.after(fail('a', 1, true)).later(10)
  expect(next(failed.state, failed.now).due).toBe(false)
  failed.when(tick).thenNothing()
  failed.after(resume('a')).when(tick).then({ type: 'step.started', stepId: 'a', attempt: 2 })
})

test('a step that is held between two tries keeps its session waiting for people, without a limit', () => {
  const retry = { ...onceOnly, maxAttempts: 3, delayMs: 10, maxDelayMs: 10 }
  const failed = given(plan([step('a', { retry })], { timeoutMs: 1000 }), start, fail('a', 1, true))
  expect(next(failed.state, failed.now).wakeAt).toBe(failed.now + 10)
  const held = failed
    .when(pause('a'))
    .then(
      { type: 'step.paused', stepId: 'a' },
      { type: 'session.waiting', data: { steps: ['a'], held: ['a'] } },
    )
    .later(86_400_000)
  expect(next(held.state, held.now)).toMatchObject({ due: false })
  expect(next(held.state, held.now).wakeAt).toBeUndefined()
  held
    .when(advance)
    .then(
      { type: 'step.resumed', stepId: 'a' },
      { type: 'session.progress' },
      { type: 'session.waiting' },
    )
    .when(tick)
    .then({ type: 'step.started', stepId: 'a', attempt: 2 })
})

test('a condition is not decided while its step is paused', () => {
  const guarded = given(plan([step('a', { when: 'true' })]), start, pause('a'))
  expect(next(guarded.state, guarded.now).evaluate).toEqual([])
})

test('breakBefore pauses a step from the start, and one step on holds what comes after it', () => {
  const broken = plan(
    sequence('a', 'b', 'c').map((each, n) => (n === 0 ? { ...each, breakBefore: true } : each)),
  )
  const stopped = given(broken, start)
  expect(stopped.state.status).toBe('waiting')
  const on = stopped
    .when(advance)
    .then(
      { type: 'step.paused', stepId: 'b' },
      { type: 'step.resumed', stepId: 'a' },
      { type: 'step.started', stepId: 'a', attempt: 1 },
    )
    .when(succeed('a'))
    .then(
      { type: 'step.completed', stepId: 'a', attempt: 1 },
      { type: 'session.waiting', data: { held: ['b'] } },
    )
    .when(advance)
    .then(
      { type: 'step.paused', stepId: 'c' },
      { type: 'step.resumed', stepId: 'b' },
      { type: 'step.started', stepId: 'b', attempt: 1 },
    )
  expect(replay(broken, on.log)).toEqual(on.state)
})

test('what changes nothing is told as such, and what cannot be is refused', () => {
  const held = given(three, start, pause('b'))
  held.when(pause('b')).thenNothing()
  held.when(resume('c')).thenNothing()
  held.thenRefuses(pause('x'), 'STEP_NOT_FOUND')
  held.thenRefuses(advance, 'ILLEGAL_TRANSITION')
  held.after(succeed('a')).thenRefuses(pause('a'), 'ILLEGAL_TRANSITION')
  const ended = given(three, { type: 'cancel' })
  ended.thenRefuses(pause('a'), 'SESSION_ENDED')
  ended.thenRefuses(advance, 'SESSION_ENDED')
})

test('a cancel ends a session whose steps are paused, and what runs last runs, paused or not', () => {
  const tidying = plan([step('a'), step('tidy', { finally: true })])
  given(tidying, pause('tidy'), start, succeed('a'))
    .when({ type: 'cancel' })
    .then({ type: 'session.cancelling' }, { type: 'step.started', stepId: 'tidy', attempt: 1 })
  given(three, start, pause('b'), succeed('a'))
    .when({ type: 'cancel' })
    .then(
      { type: 'session.cancelling' },
      { type: 'step.cancelled', stepId: 'b' },
      { type: 'step.cancelled', stepId: 'c' },
      { type: 'session.cancelled' },
    )
})
