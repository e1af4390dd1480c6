import { expect, test } from 'vitest'
import { explain } from '../../src/session/explain.ts'
import { next } from '../../src/session/next.ts'
import { epoch, given, replay, start, tick } from '../support/decider.ts'
import { plan, step } from '../support/plans.ts'

const hold = { type: 'hold' } as const
const concurrency = { key: 'k', limit: 1, onLimit: 'queue' } as const
const keyed = plan([step('a')], { concurrency })

test('a session that finds no room waits, is not driven, and begins when it is started', () => {
  const waits = given(keyed)
    .when(hold)
    .then({ type: 'session.waiting', data: { steps: [], concurrency: 'k' } })
  expect(waits.state.status).toBe('waiting')
  expect(next(waits.state, waits.now)).toMatchObject({ start: false, due: false, evaluate: [] })
  expect(explain(waits.state, waits.now).session.sentence).toContain('"k"')
  const begun = waits
    .when(start)
    .then({ type: 'session.started' }, { type: 'step.started', stepId: 'a', attempt: 1 })
  expect(replay(keyed, begun.log)).toEqual(begun.state)
})

test('only a queued session with a key is told to wait', () => {
  given(keyed, hold).when(hold).then()
  given(keyed, start).when(hold).then()
  given(keyed, { type: 'pause' }).when(hold).then()
  given(plan([step('a')]))
    .when(hold)
    .then()
})

test('a session that waits for room can be paused, resumed, cancelled and rolled back', () => {
  const paused = given(keyed, hold, { type: 'pause' })
  paused.when(start).then()
  expect(paused.after({ type: 'resume' }).state.status).toBe('queued')
  expect(given(keyed, hold, { type: 'cancel' }).state.status).toBe('cancelled')
  expect(given(keyed, hold, { type: 'rollback' }).state.status).toBe('failed')
})

test('steps are held and let go while their session waits for room', () => {
  const held = given(keyed, hold, { type: 'pauseStep', stepId: 'a' })
  expect(held.state.status).toBe('waiting')
  const free = held
    .when({ type: 'resumeStep', stepId: 'a' })
    .then({ type: 'step.resumed', stepId: 'a' })
  expect(next(free.state, free.now).due).toBe(false)
})

test('with reject it fails, and nothing of it has begun', () => {
  const rejecting = plan([step('a'), step('b', { finally: true })], {
    concurrency: { ...concurrency, onLimit: 'reject' },
    onFailure: 'rollback',
  })
  const single = plan([step('a')], { concurrency: { ...concurrency, onLimit: 'reject' } })
  const { state } = given(single, hold)
  expect(state.status).toBe('failed')
  expect(state.startedAt).toBeUndefined()
  expect(given(rejecting, hold).state.status).toBe('cancelling')
})

test('one that has waited longer than startBy fails, and its timer says when', () => {
  const hurried = plan([step('a')], { concurrency, startByMs: 60_000 })
  const waits = given(hurried, hold)
  expect(next(waits.state, waits.now).wakeAt).toBe(epoch + 60_001)
  waits
    .later(epoch + 60_000 - waits.now)
    .when(tick)
    .then()
  const late = waits.later(epoch + 60_001 - waits.now)
  expect(next(late.state, late.now).due).toBe(true)
  expect(late.after(tick).state.status).toBe('failed')
})
