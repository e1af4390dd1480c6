import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { follow } from '../support/follow.ts'
import { addHook, saveWorkflow, sessionsOf } from '../support/hooks.ts'
import { postSession, startedProcess } from './support/started.ts'

test('a kill between the end of a session and the start that follows from it loses nothing', {
  timeout: 90_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  const service = await startedProcess(settings)
  await saveWorkflow(service, 'after', ['Wait 1 ms'])
  await saveWorkflow(service, 'before', ['Wait 1 ms'])
  const events = { types: ['session.completed'], workflow: 'before' }
  const id = await addHook(service, { workflow: 'after', on: { events } })
  const started =
    ({ url }: { url: string }) =>
    async () =>
      (await sessionsOf({ url }, id)).length

  await follow(service.url, await postSession(service, { workflow: 'before' }))
  await expect.poll(started(service), { interval: 1 }).toBe(1)
  // The log was looked into a moment ago, so it is mostly left alone until after the kill.
  await follow(service.url, await postSession(service, { workflow: 'before' }))
  await service.stop('SIGKILL')

  const again = await startedProcess(settings)
  await expect.poll(started(again), { timeout: 60_000 }).toBe(2)
})
