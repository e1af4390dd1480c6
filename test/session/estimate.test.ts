import { describe, expect, test } from 'vitest'
import { estimate } from '../../src/session/estimate.ts'
import {
  cancelled,
  epoch,
  fail,
  given,
  Scenario,
  start,
  succeed,
  tick,
  wait,
} from '../support/decider.ts'
import { known, nothingKnown } from '../support/durations.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const seconds = 1000

/** What is estimated at the time that a scenario has come to. */
function estimated({ state, now }: Scenario, durations = nothingKnown) {
  return estimate(state, now, durations)
}

describe('the time a session still needs', () => {
  const chain = plan(sequence('a', 'b', 'c'))
  const earlier = known({ a: 10 * seconds, b: 20 * seconds, c: 30 * seconds })

  test('is what its steps took in earlier sessions, less what has gone by', () => {
    expect(estimated(given(chain), earlier)).toMatchObject({
      remainingMs: 60 * seconds,
      basedOn: 'earlier_sessions',
    })
    const inB = given(chain, start)
      .later(9 * seconds)
      .after(succeed('a'))
      .later(5 * seconds)
    expect(estimated(inB, earlier)).toEqual({
      remainingMs: 45 * seconds,
      obstacle: null,
      basedOn: 'earlier_sessions',
      criticalPath: [
        { stepId: 'b', remainingMs: 15 * seconds, current: true },
        { stepId: 'c', remainingMs: 30 * seconds, current: false },
      ],
      percent: 25,
    })
    expect(estimated(inB.later(60 * seconds), earlier).remainingMs).toBe(30 * seconds)
  })

  test('is reckoned from this session’s average where there was none before', () => {
    const scenario = given(chain, start)
      .later(4 * seconds)
      .after(succeed('a'))
      .later(seconds)
    expect(estimated(scenario)).toMatchObject({
      remainingMs: 7 * seconds,
      basedOn: 'this_session',
      percent: null,
    })
  })

  test('takes what a kind of step says of itself rather than an average of others', () => {
    const steps = [step('a'), step('pause', { uses: 'wait', dependsOn: ['a'] })]
    const planned = known(
      {},
      { planned: ({ uses }) => (uses === 'wait' ? 3600 * seconds : undefined) },
    )
    const queued = given(plan(steps))
    expect(estimated(queued, planned)).toMatchObject({ remainingMs: null, obstacle: 'no_timings' })
    const inWait = given(plan(steps), start).later(seconds).after(succeed('a'))
    expect(estimated(inWait, planned)).toMatchObject({
      remainingMs: 3600 * seconds,
      basedOn: 'plan',
    })
  })

  test('reckons a step that is new in the workflow by those that are known', () => {
    const some = known({ a: 10 * seconds, b: 20 * seconds })
    expect(estimated(given(chain), some)).toMatchObject({
      remainingMs: 45 * seconds,
      basedOn: 'earlier_sessions',
    })
  })

  test('knows the end of a wait, and when a step is tried again', () => {
    const retry = { ...onceOnly, maxAttempts: 2, delayMs: 8 * seconds, maxDelayMs: 8 * seconds }
    const steps = [step('a', { retry }), step('b')]
    const scenario = given(plan(steps), start, wait('b', epoch + 15 * seconds), fail('a', 1, true))
    const scenarioLater = scenario.later(2 * seconds)
    expect(estimated(scenarioLater, known({ a: 5 * seconds, b: seconds }))).toMatchObject({
      remainingMs: 13 * seconds,
      criticalPath: [{ stepId: 'b', remainingMs: 13 * seconds, current: true }],
    })
    expect(estimated(scenarioLater, known({ a: 20 * seconds, b: seconds }))).toMatchObject({
      remainingMs: 26 * seconds,
      criticalPath: [{ stepId: 'a', remainingMs: 26 * seconds, current: true }],
    })
  })

  test('is no shorter than all work shared by the places there are; waits and delays take none', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const took = known(Object.fromEntries(ids.map((id) => [id, 10 * seconds])))
    const work = plan(
      ids.map((id) => step(id)),
      { maxParallel: 2 },
    )
    expect(estimated(given(work, start), took).remainingMs).toBe(30 * seconds)
    const waits = plan(
      ids.map((id) => step(id, { uses: 'wait' })),
      { maxParallel: 2 },
    )
    expect(estimated(given(waits), took).remainingMs).toBe(10 * seconds)
    const begun = given(waits, start, wait('a', epoch + 10 * seconds))
    expect(estimated(begun, took).remainingMs).toBe(10 * seconds)

    const retry = { ...onceOnly, maxAttempts: 2, delayMs: 8 * seconds, maxDelayMs: 8 * seconds }
    const delayed = plan([step('a', { retry }), step('b')], { maxParallel: 1 })
    const retrying = given(delayed, start, fail('a', 1, true))
    expect(estimated(retrying, known({ a: 5 * seconds, b: 2 * seconds })).remainingMs).toBe(
      13 * seconds,
    )
  })

  test('counts the items of a step by what an item takes, shared by the places they have', () => {
    const fan = step('fan', { forEach: { items: '[1]', maxParallel: 2, maxFailures: 0 } })
    const steps = plan([fan, step('after', { dependsOn: ['fan'] })])
    const took = known({ fan: 40 * seconds, 'fan[]': 10 * seconds, after: seconds })
    expect(estimated(given(steps, start), took).remainingMs).toBe(41 * seconds)
    const outcome = { status: 'expanded', items: [1, 2, 3, 4, 5, 6], count: 6 } as const
    const expanded = given(steps, start, {
      type: 'finishAttempt',
      stepId: 'fan',
      attempt: 1,
      outcome,
    })
    const running = expanded.later(4 * seconds)
    expect(estimated(running, took)).toMatchObject({
      remainingMs: 27 * seconds,
      criticalPath: [
        { stepId: 'fan', remainingMs: 26 * seconds, current: true },
        { stepId: 'after' },
      ],
    })
    const rest = running.after(succeed('fan[0]')).after(succeed('fan[1]'))
    expect(estimated(rest, took).remainingMs).toBe(21 * seconds)
  })

  test('cannot be said while somebody has to act, and says why', () => {
    const paused = given(chain, start, { type: 'pause' })
    expect(estimated(paused, earlier)).toMatchObject({ remainingMs: null, obstacle: 'paused' })
    const resumed = paused.after({ type: 'resume' })
    expect(estimated(resumed, earlier)).toMatchObject({ remainingMs: 60 * seconds, obstacle: null })
    const escalating = plan(sequence('a', 'b'), { onFailure: 'escalate' })
    const escalated = given(escalating, start, fail('a'))
    expect(estimated(escalated, earlier)).toMatchObject({
      remainingMs: null,
      obstacle: 'escalated',
    })
    const stopping = given(chain, start, { type: 'cancel' })
    expect(estimated(stopping, earlier)).toMatchObject({ remainingMs: null, obstacle: 'stopping' })
    expect(estimated(stopping.after(cancelled('a')), earlier)).toMatchObject({
      remainingMs: 0,
      obstacle: null,
      percent: 100,
    })
  })

  test('only becomes less as time goes by and steps settle as they used to', () => {
    const took = { a: 10, b: 20, c: 30 }
    let scenario = given(chain, start)
    let before = Number.POSITIVE_INFINITY
    for (const [id, ms] of Object.entries(took)) {
      for (let gone = 0; gone < ms; gone += 5) {
        const { remainingMs } = estimated(scenario, known(took))
        expect(remainingMs).toBeLessThan(before)
        before = remainingMs ?? 0
        scenario = scenario.later(5)
      }
      scenario = scenario.after(succeed(id))
    }
    expect(estimated(scenario, known(took))).toMatchObject({ remainingMs: 0, percent: 100 })
  })
})

describe('session.progress', () => {
  test('is told once a second at the most, and at the least, in a burst of 10,000 steps', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `s${index}`)
    let scenario = given(
      plan(
        ids.map((id) => step(id)),
        { maxParallel: 4 },
      ),
      start,
    )
    const progress = []
    for (const [index, id] of ids.entries()) {
      scenario = new Scenario(scenario.state, epoch + index).after(succeed(id))
      progress.push(...scenario.log.filter(({ type }) => type === 'session.progress'))
    }
    expect(progress.map(({ at }) => Date.parse(at) - epoch)).toEqual(
      Array.from({ length: 9 }, (_, index) => (index + 1) * seconds),
    )
    expect(progress[4]).toMatchObject({ data: { completed: 5001, percent: 50 } })
  })

  test('goes on while a single long step reports its own progress', () => {
    let scenario = given(plan(sequence('a', 'b')), start)
    const said = { type: 'report', stepId: 'a', attempt: 1 } as const
    const told: string[] = []
    for (let tenth = 1; tenth <= 50; tenth++) {
      scenario = scenario
        .later(100)
        .after({ ...said, reports: [{ type: 'step.progress', data: { percent: tenth * 2 } }] })
    }
    for (const event of scenario.log) told.push(event.type)
    expect(told.filter((type) => type === 'step.progress')).toHaveLength(50)
    expect(told.filter((type) => type === 'session.progress')).toHaveLength(5)
    expect(scenario.after(tick).log).toHaveLength(scenario.log.length)
  })
})
