import { expect, test } from 'vitest'
import { Presence } from '../../../src/modules/workers/presence.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function start() {
  const clock = new ManualClock()
  const store = createMemoryStore()
  const presence = new Presence({ store, clock, log: { warn: expect.unreachable } })
  return {
    clock,
    /** Resolves when it is noted. */
    async seen(queue: string) {
      presence.seen({ tenant: 'default', id: 'w' }, queue, 0)
      await presence.stop()
    },
    async queues() {
      const [worker] = await presence.list('default', undefined, 10)
      return worker?.queues
    },
  }
}

test('of a worker that asks ever other queues the last hundred are kept in mind', async () => {
  const { clock, seen, queues } = start()
  for (let n = 0; n < 150; n++) {
    clock.advance(1)
    await seen(`q${n}`)
  }
  const last = Array.from({ length: 100 }, (_, n) => `q${n + 50}`)
  expect(await queues()).toEqual(last.toSorted())
})

test('a queue may have any name', async () => {
  const { seen, queues } = start()
  for (const queue of ['q', 'constructor', '__proto__']) await seen(queue)
  expect(await queues()).toEqual(['__proto__', 'constructor', 'q'])
})
