import { describe, expect, test } from 'vitest'
import {
  createStepProcessor,
  type StepProcessorOptions,
} from '../../../src/modules/step-processor/index.ts'
import type { SessionCommand } from '../../../src/session/commands.ts'
import { given } from '../../support/decider.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { plan, step } from '../../support/plans.ts'

const asking: SessionCommand = {
  type: 'finishAttempt',
  stepId: 'a',
  attempt: 1,
  outcome: {
    status: 'waiting',
    awaits: { kind: 'interaction', id: 'int_1' },
    interaction: { kind: 'client', queue: 'q', command: 1 },
  },
}

/** A processor of one session, and the sessions that it has woken. */
function processorOf(steps: Parameters<typeof plan>[0]) {
  let scenario = given(plan(steps), { type: 'start' }, asking)
  const woken: string[] = []
  const options = {
    coordinator: {
      async dispatch(_id: string, command: SessionCommand) {
        scenario = scenario.after(command, { mayStart: false })
        return scenario.state
      },
    },
    dispatcher: { wake: (id: string) => woken.push(id) },
    clock: new ManualClock(scenario.now),
  } as unknown as StepProcessorOptions
  return { processor: createStepProcessor(options), woken, status: () => scenario.state.status }
}

async function work({ processor }: ReturnType<typeof processorOf>): Promise<void> {
  await processor.claimInteraction('ses_1', 'int_1', 'w')
  const output = { type: 'step.output', data: { stream: 'stdout', text: 'here' } } as const
  await processor.report('ses_1', { stepId: 'a', attempt: 1 }, [output])
  const release = { interactionId: 'int_1', claim: 1, reason: 'returned' } as const
  await processor.releaseInteraction('ses_1', release)
}

describe('what a worker tells of a session', () => {
  test('wakes nobody while the session is parked', async () => {
    const parked = processorOf([step('a')])
    expect(parked.status()).toBe('waiting')
    await work(parked)
    expect(parked.woken).toEqual([])
  })

  test('wakes whoever drives it while other steps run', async () => {
    const driven = processorOf([step('a'), step('b')])
    expect(driven.status()).toBe('running')
    await work(driven)
    expect(driven.woken).toEqual(['ses_1', 'ses_1', 'ses_1'])
  })
})
