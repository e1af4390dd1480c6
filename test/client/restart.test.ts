import { expect, test } from 'vitest'
import { createStepstream, type Event } from '../../src/client/index.ts'
import { dataDir } from '../store/data-dir.ts'
import { startProcess } from '../support/server-process.ts'

test('a follower outlives the service: killed and started again, it goes on without loss or doubles', async () => {
  const settings = { DATA_DIR: dataDir() }
  const killed = await startProcess(settings)
  const { start, follow, result } = createStepstream({ baseUrl: killed.url })
  const { sessionId } = await start(['Wait 10 ms', 'Wait 500 ms', 'Wait 10 ms'])
  const ended = result(sessionId)

  const seen: Event[] = []
  let restarted: Promise<Awaited<ReturnType<typeof startProcess>>> | undefined
  for await (const event of follow(sessionId)) {
    seen.push(event)
    if (event.type !== 'step.completed' || restarted !== undefined) continue
    await killed.stop('SIGKILL')
    restarted = startProcess({ ...settings, PORT: new URL(killed.url).port })
  }

  expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1))
  expect(seen.at(-1)?.type).toBe('session.completed')
  expect(await ended).toMatchObject({ sessionId, status: 'completed' })
  await (await restarted)?.stop()
})
