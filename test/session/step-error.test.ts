import { describe, expect, test } from 'vitest'
import { type SessionEvent, stepErrorSchema } from '../../src/session/events.ts'
import { errorIdOf, stepError } from '../../src/session/step-error.ts'
import { fail, given, replay, start, tick, wait } from '../support/decider.ts'
import { plan, sequence, step } from '../support/plans.ts'

const retrying = {
  maxAttempts: 2,
  backoff: 'fixed' as const,
  delayMs: 1000,
  maxDelayMs: 60_000,
  multiplier: 1,
  jitter: false,
}

function errorsOf(events: readonly SessionEvent[]) {
  return events.flatMap((event) => {
    if (event.type === 'interaction.answered' || !('error' in event.data)) return []
    return [{ type: event.type, error: event.data.error }]
  })
}

describe('the error of a step', () => {
  test('says what the table says of its code, beside what the executor knows', () => {
    const id = errorIdOf('ses_1', 'a', 3)
    const causes = [{ code: 'ECONNREFUSED', message: 'refused' }]
    const error = { code: 'NETWORK_ERROR', message: 'no way', retryable: true, causes } as const
    expect(stepError(error, id)).toEqual({
      id: 'ses_1:a:3',
      code: 'NETWORK_ERROR',
      message: 'no way',
      category: 'integration',
      severity: 'medium',
      retryable: true,
      recoverable: true,
      suggestedAction: expect.any(String),
      causes,
    })
  })

  test('has an id of its own for each attempt, and the session’s error is the step’s', () => {
    const { log } = given(plan([step('a', { retry: retrying })]), start, fail('a', 1, true))
      .later(5000)
      .after(tick)
      .after(fail('a', 2, true))
    expect(errorsOf(log).map(({ type, error }) => `${type} ${error.id}`)).toEqual([
      'step.retrying ses_1:a:1',
      'step.failed ses_1:a:2',
      'session.failed ses_1:a:2',
    ])
  })

  test('has one when the service stops, a person lets it fail, or a condition cannot be read', () => {
    const interrupted = given(plan([step('a', { onInterrupted: 'fail' })]), start).after({
      type: 'recover',
    })
    expect(errorsOf(interrupted.log)[0]?.error.id).toBe('ses_1:a:1')
    const resolved = given(plan(sequence('a')), start, wait('a', 9e12)).after({
      type: 'resolveStep',
      stepId: 'a',
      action: 'fail',
    })
    expect(errorsOf(resolved.log)[0]?.error).toMatchObject({
      id: 'ses_1:a:1',
      code: 'FAILED_BY_PERSON',
      recoverable: true,
    })
    const undecided = given(plan([step('a', { when: 'x' })]), start).after({
      type: 'resolveCondition',
      stepId: 'a',
      result: { code: 'EXPRESSION_FAILED', message: 'no x' },
    })
    expect(errorsOf(undecided.log)[0]?.error.id).toBe('ses_1:a:0')
  })

  test('has one when the session runs out of time', () => {
    const { log } = given(plan(sequence('a'), { timeoutMs: 1000 }), start, wait('a', 9e12))
      .later(5000)
      .after(tick)
    expect(errorsOf(log).at(-1)).toMatchObject({
      type: 'session.failed',
      error: { id: 'ses_1:SESSION_TIMEOUT', code: 'SESSION_TIMEOUT' },
    })
  })
})

test('a log from before errors had ids and causes folds, and its errors are still valid', () => {
  const aPlan = plan(sequence('a'))
  const { log, state } = given(aPlan, start, fail('a'))
  const old = JSON.parse(
    JSON.stringify(log, (key, value) =>
      ['id', 'recoverable', 'causes'].includes(key) ? undefined : value,
    ),
  ) as SessionEvent[]
  expect(JSON.stringify(old)).not.toContain('recoverable')
  const folded = replay(aPlan, old)
  expect(folded.status).toBe(state.status)
  const { error } = folded.failure ?? {}
  expect(error).not.toHaveProperty('id')
  expect(stepErrorSchema.parse(error)).toEqual(error)
})
