import { expect, test } from 'vitest'
import type { AttemptOutcome } from '../../src/session/commands.ts'
import type { LoggedEvent } from '../../src/session/events.ts'
import { InteractionHistoryBuilder } from '../../src/session/interaction-history.ts'
import { ask, given, type Scenario, start, succeed } from '../support/decider.ts'
import { onceOnly, plan, step } from '../support/plans.ts'

const work = { kind: 'client', command: 1 } as const

const statesIn = ({ log }: Scenario) => {
  const history = new InteractionHistoryBuilder()
  for (const event of log) history.add(event as LoggedEvent)
  return history.interactions.map(({ state }) => state)
}

test('what a step asked is withdrawn when a person has it run again, before it does', () => {
  const asking = given(plan([step('a')]), start, ask('a', work))
  expect(statesIn(asking)).toEqual(['pending'])
  const again = asking
    .after({ type: 'pause' })
    .after({ type: 'resolveStep', stepId: 'a', action: 'retry' })
  expect(again.state.awaiting).toEqual([])
  expect(statesIn(again)).toEqual(['withdrawn'])
})

test('what an undo asked is withdrawn when its session is cancelled, or it is over', () => {
  const undo = { uses: 'client', with: {}, retry: onceOnly, timeoutMs: 1000 } as const
  const undone = plan([step('a', { undo: { ...undo, onInterrupted: 'retry' } }), step('b')])
  const undoing = given(undone, start, succeed('a'), { type: 'rollback' })
    .after({
      type: 'finishAttempt',
      stepId: 'b',
      attempt: 1,
      outcome: { status: 'cancelled' },
    })
    .after(ask('a', work, 2))
  expect(statesIn(undoing)).toEqual(['pending'])
  const succeeded: AttemptOutcome = { status: 'succeeded' }
  const over = undoing.after({ type: 'finishWait', stepId: 'a', attempt: 2, outcome: succeeded })
  expect(over.log.map(({ type }) => type)).toContain('step.undone')
  expect(statesIn(over)).toEqual(['withdrawn'])
  const ended = undoing.after({ type: 'cancel' })
  expect(ended.state.endedAt).toBeDefined()
  expect(statesIn(ended)).toEqual(['withdrawn'])
})
