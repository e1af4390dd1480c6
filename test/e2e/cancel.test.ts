import { expect, test } from 'vitest'
import { follow, typesOf } from '../support/follow.ts'
import { handExecutor } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'

test('a cancel stops a step however close it comes to the step’s start', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor] })
  const { stepProcessor } = service.app
  // A few turns of the queue of promises more each time, over the whole way to the running step.
  for (let turns = 0; turns < 60; turns++) {
    const sessionId = await stepProcessor.init([{ uses: 'hand' }])
    for (let passed = 0; passed < turns; passed++) await Promise.resolve()
    await stepProcessor.cancel(sessionId)
    const types = typesOf(await follow(service.url, sessionId))
    expect(types.slice(-2)).toEqual(['step.cancelled step1', 'session.cancelled'])
  }
})
