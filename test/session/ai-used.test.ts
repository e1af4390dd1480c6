import { expect, test } from 'vitest'
import type { AttemptReport, SessionCommand } from '../../src/session/commands.ts'
import { given, replay, start, succeed } from '../support/decider.ts'
import { plan, sequence } from '../support/plans.ts'

const of = plan(sequence('a', 'b'))

const report = (stepId: string, ...reports: AttemptReport[]): SessionCommand => ({
  type: 'report',
  stepId,
  attempt: 1,
  reports,
})

const usage = (promptTokens: number, cost?: number): AttemptReport => ({
  type: 'ai.usage',
  data: {
    connection: 'default',
    model: 'm',
    promptTokens,
    completionTokens: 10,
    ...(cost === undefined ? {} : { cost }),
    durationMs: 5,
  },
})

const command = (source: 'ai' | 'step'): AttemptReport => ({
  type: 'browser.command_started',
  data: { commandId: 1, do: 'click', description: 'click', source, action: {} },
})

test('what the AI uses is counted over all steps of a session', () => {
  const used = given(
    of,
    start,
    report('a', usage(100, 0.5), command('ai'), command('step')),
    succeed('a'),
    report('b', usage(50), command('ai')),
  )
  expect(used.state.ai).toEqual({
    calls: 2,
    actions: 2,
    promptTokens: 150,
    completionTokens: 20,
    cost: 0.5,
  })
  expect(replay(of, used.log)).toEqual(used.state)
})

test('a session without it has no count', () => {
  expect(given(of, start, report('a', command('step'))).state.ai).toBeUndefined()
})
