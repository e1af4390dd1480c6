import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createStepstream, type Event } from '../../src/client/index.ts'
import { functionExecutor } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { readLog } from './support/json-log.ts'
import { postSession } from './support/started.ts'

const SESSIONS = 1000
const MOST_RUNNING = 50

test('a thousand sessions posted at once all complete, no more than allowed at a time', {
  timeout: 180_000,
}, async () => {
  const running = new Map<string, number>()
  let most = 0
  const full = Promise.withResolvers<void>()
  const counting = functionExecutor('counting', async (input, { sessionId }) => {
    running.set(sessionId, (running.get(sessionId) ?? 0) + 1)
    most = Math.max(most, running.size)
    if (running.size === MOST_RUNNING) full.resolve()
    // Nobody goes on before every place is taken once.
    await full.promise
    for (let turns = 0; turns < 3; turns++) await turn()
    const left = (running.get(sessionId) ?? 0) - 1
    if (left === 0) running.delete(sessionId)
    else running.set(sessionId, left)
    return { status: 'succeeded', output: input }
  })
  await using service = await startService(
    { MAX_SESSIONS_RUNNING: String(MOST_RUNNING) },
    { executors: [counting] },
  )
  const workflow = {
    steps: [
      { id: 'a', uses: 'counting' },
      { id: 'b', uses: 'counting', dependsOn: ['a'] },
      { id: 'c', uses: 'counting', dependsOn: ['a'] },
      { id: 'd', uses: 'counting', dependsOn: ['b', 'c'], with: { sum: '{{ 1 + 2 }}' } },
    ],
  }

  const ids = await Promise.all(
    Array.from({ length: SESSIONS }, () => postSession(service, workflow)),
  )
  expect(new Set(ids).size).toBe(SESSIONS)
  // With a thousand streams at once, the service may close one that it has nothing to fill with yet.
  const client = createStepstream({ baseUrl: service.url })
  const eventsOf = async (id: string) => {
    const events: Event[] = []
    for await (const event of client.follow(id)) events.push(event)
    return events
  }
  const followed = await Promise.all(ids.map(eventsOf))

  expect(most).toBe(MOST_RUNNING)
  for (const events of followed) {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events.at(-1)).toMatchObject({
      type: 'session.completed',
      data: { status: 'completed', steps: { total: 4, completed: 4 } },
    })
  }
  for (const index of Array.from({ length: 20 }, (_, n) => n * (SESSIONS / 20))) {
    expect(followed[index]).toEqual(await readLog(service.url, ids[index] ?? ''))
  }
})
