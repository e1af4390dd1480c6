import { describe, expect, test } from 'vitest'
import { progressOf as progressAt } from '../../src/session/progress.ts'
import type { SessionState } from '../../src/session/state.ts'
import { epoch, fail, given, start, succeed } from '../support/decider.ts'
import { nothingKnown } from '../support/durations.ts'
import { plan, sequence, step } from '../support/plans.ts'

const threeSteps = plan(sequence('a', 'b', 'c'))

/** As it was when something last happened, with nothing known of other sessions. */
const progressOf = (state: SessionState) => progressAt(state, state.lastActivity, nothingKnown)

describe('the progress of a session', () => {
  test('that is queued names its first step and estimates nothing', () => {
    expect(progressOf(given(threeSteps).state)).toEqual({
      sessionId: 'ses_1',
      totalSteps: 3,
      completedSteps: 0,
      counts: { total: 3, completed: 0, failed: 0, skipped: 0, cancelled: 0 },
      currentStepIndex: 0,
      currentStepName: 'a',
      currentSteps: [],
      overallProgress: 0,
      estimatedProgress: null,
      averageStepDuration: null,
      estimatedTimeRemaining: null,
      estimatedEnd: null,
      noEstimate: 'no_timings',
      basedOn: 'nothing',
      criticalPath: [],
      lastActivity: new Date(epoch).toISOString(),
    })
  })

  test('counts what has settled and reckons the rest by the average', () => {
    const scenario = given(threeSteps, start).later(4000).after(succeed('a'))
    expect(progressOf(scenario.state)).toMatchObject({
      completedSteps: 1,
      currentStepIndex: 1,
      currentStepName: 'b',
      currentSteps: ['b'],
      overallProgress: 33.3,
      averageStepDuration: 4000,
      estimatedTimeRemaining: 8000,
      estimatedEnd: new Date(epoch + 12_000).toISOString(),
      noEstimate: null,
      basedOn: 'this_session',
      criticalPath: [
        { stepId: 'b', remainingMs: 4000, current: true },
        { stepId: 'c', remainingMs: 4000, current: false },
      ],
      lastActivity: new Date(epoch + 4000).toISOString(),
    })
  })

  test('names a step by its sentence, and all that run side by side', () => {
    const sideBySide = plan([step('a', { uses: 'wait', text: 'Wait 2 seconds' }), step('b')])
    expect(progressOf(given(sideBySide, start).state)).toMatchObject({
      currentStepName: 'Wait 2 seconds',
      currentSteps: ['a', 'b'],
    })
  })

  test('of an ended session is complete, with nothing remaining, also after a failure', () => {
    const completed = given(threeSteps, start, succeed('a'), succeed('b'), succeed('c'))
    const failed = given(threeSteps, start, fail('a'))
    for (const { state } of [completed, failed]) {
      expect(progressOf(state)).toMatchObject({
        currentStepIndex: null,
        currentStepName: null,
        currentSteps: [],
        overallProgress: 100,
        estimatedTimeRemaining: 0,
        estimatedEnd: new Date(epoch).toISOString(),
        noEstimate: null,
        criticalPath: [],
      })
    }
    expect(progressOf(failed.state).counts).toMatchObject({ completed: 0, failed: 1, skipped: 2 })
  })
})
