import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { childrenOf, statusOf, stepOf } from '../support/children.ts'
import { follow } from '../support/follow.ts'
import { asService } from '../support/schedules.ts'
import { type HeldRequest, startHeldServer } from './support/held-server.ts'
import { postSession, startedProcess } from './support/started.ts'

const PARENTS = 12

test('no kill between the ends of children and their parents’ learning of them leaves a parent waiting', {
  timeout: 120_000,
}, async () => {
  const settings = { DATA_DIR: dataDir() }
  await using server = await startHeldServer()
  const service = await startedProcess(settings)
  const steps = [{ id: 'call', uses: 'webhook', with: { method: 'GET', url: server.url } }]
  const parents = await Promise.all(
    Array.from({ length: PARENTS }, () =>
      postSession(service, { steps: [{ id: 'sub', uses: 'workflow', with: { workflow: steps } }] }),
    ),
  )
  const calls: HeldRequest[] = []
  for (const _ of parents) calls.push(await server.next())
  const families = await Promise.all(
    parents.map(
      async (parent) => [parent, (await childrenOf(asService(service), parent))[0]] as const,
    ),
  )
  const first = Promise.race(families.map(([, child = '']) => follow(service.url, child)))
  for (const call of calls) call.release()
  await first
  await service.stop('SIGKILL')

  const again = await startedProcess(settings)
  const reader = asService(again)
  // Calls that the kill cut off are made again.
  void (async () => {
    for (;;) (await server.next()).release()
  })()
  for (const [parent, child = ''] of families) {
    await follow(again.url, parent)
    expect(await statusOf(reader, parent)).toBe('completed')
    expect(await childrenOf(reader, parent)).toEqual([child])
    expect((await stepOf(reader, parent, 'sub')).output).toMatchObject({ sessionId: child })
  }
})
