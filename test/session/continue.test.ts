import { expect, test } from 'vitest'
import type { AttemptOutcome, SessionCommand } from '../../src/session/commands.ts'
import type { InteractionRequest } from '../../src/session/events.ts'
import { next } from '../../src/session/next.ts'
import { fail, given, replay, type Scenario, start, succeed } from '../support/decider.ts'
import { onceOnly, plan, sequence, step } from '../support/plans.ts'

const command = { do: 'click', name: 'Pay' }

/** The attempt of a step asks somebody, and would go on. */
function ask(stepId: string, attempt = 1, more: Partial<InteractionRequest> = {}): SessionCommand {
  const outcome: AttemptOutcome = {
    status: 'waiting',
    awaits: { kind: 'interaction', id: `int_${attempt}` },
    interaction: { kind: 'approval', prompt: '?', resumes: true, command, ...more },
  }
  return { type: 'finishAttempt', stepId, attempt, outcome }
}

const goOn = (stepId: string, attempt = 1): SessionCommand => ({
  type: 'finishWait',
  stepId,
  attempt,
  outcome: { status: 'continue' },
  answered: { interactionId: `int_${attempt}`, decision: 'approve', actor: 'ana', digest: 'd' },
})

const of = plan(sequence('a', 'b'))

const answeredIn = ({ state }: Scenario) => state.steps[0]?.answered

test('a step goes on with the answer to what it asked, as the next attempt', () => {
  const again = given(of, start, ask('a'), goOn('a'))
  again.then(
    { type: 'interaction.answered', stepId: 'a', attempt: 1 },
    { type: 'step.continuing', stepId: 'a', attempt: 1, data: { interactionId: 'int_1' } },
    { type: 'step.started', stepId: 'a', attempt: 2 },
  )
  expect(again.state.steps[0]).toMatchObject({ status: 'running', failures: 0 })
  expect(answeredIn(again)).toEqual({
    interactionId: 'int_1',
    attempt: 1,
    decision: 'approve',
    actor: 'ana',
    command,
  })
  expect([again.state.awaiting, again.state.people]).toEqual([[], []])
  expect(replay(of, again.log)).toEqual(again.state)
})

test('it asks as often as it needs to, and its tries are as many as before', () => {
  const retry = { ...onceOnly, maxAttempts: 2 }
  const asking = given(
    plan([step('a', { retry })]),
    start,
    ask('a'),
    goOn('a'),
    ask('a', 2),
    goOn('a', 2),
  )
  const failed = asking.after(fail('a', 3, true))
  failed.then({ type: 'step.retrying', stepId: 'a', attempt: 3 }, { type: 'session.waiting' })
  asking
    .after(succeed('a', 'done', 3))
    .then({ type: 'step.completed', stepId: 'a', attempt: 3 }, { type: 'session.completed' })
})

test('it goes on when its session does, where that is paused', () => {
  const paused = given(of, start, ask('a'), { type: 'pause' }, goOn('a'))
  expect(paused.state.steps[0]?.status).toBe('pending')
  const resumed = paused.after({ type: 'resume' })
  expect(resumed.log.at(-1)).toMatchObject({ type: 'step.started', stepId: 'a', attempt: 2 })
})

test('it does not go on in a session that is being stopped', () => {
  const stopped = given(of, start, ask('a'), { type: 'cancel' })
  expect(stopped.state.status).toBe('cancelled')
  expect(next(stopped.state, stopped.now).run).toEqual([])
})

test('silence is no approval', () => {
  const until = given(of, start).now + 1000
  const outcome: AttemptOutcome = {
    status: 'waiting',
    until,
    awaits: { kind: 'interaction', id: 'int_1' },
    interaction: { kind: 'approval', prompt: '?', resumes: true, onTimeout: 'approve' },
  }
  const asking = given(of, start, { type: 'finishAttempt', stepId: 'a', attempt: 1, outcome })
  const late = asking.later(2000).after({ type: 'tick' })
  expect(late.state.steps[0]).toMatchObject({ status: 'failed', error: { code: 'STEP_TIMEOUT' } })
})
