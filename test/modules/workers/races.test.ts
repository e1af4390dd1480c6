import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { startService } from '../../support/service.ts'
import { start, until } from '../../support/sessions.ts'
import {
  answer,
  beat,
  type Claimed,
  claim,
  claimOne,
  refusal,
  work,
} from '../../support/workers.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

interface Gate {
  /** Resolves when the write is at the gate. */
  readonly reached: Promise<void>
  open(): void
}

/** A service whose writes of documents a test can hold up: before they are made, or before they are told of. */
async function startHeld() {
  const clock = new ManualClock()
  const inner = createMemoryStore()
  let held: { write: string; reach(): void; opened: Promise<void> } | undefined
  const pass = async <T>(write: string, make: () => Promise<T>): Promise<T> => {
    await wait(`before ${write}`)
    const made = await make()
    await wait(`after ${write}`)
    return made
  }
  const wait = async (write: string) => {
    if (held?.write !== write) return
    const { reach, opened } = held
    held = undefined
    reach()
    await opened
  }
  const overrides: Partial<Store> = {
    putDocument: (document, version) =>
      pass(`put ${document.kind}`, () => inner.putDocument(document, version)),
    removeDocument: (tenant, kind, id, version) =>
      pass(`remove ${kind}`, () => inner.removeDocument(tenant, kind, id, version)),
  }
  const { store } = wrapStore(inner, overrides)
  const service = await startService({}, { clock, store })
  const elsewhere = await startService({}, { clock, store: inner })
  const steps = [{ id: 'a', timeout: '1d', ...work() }]
  const sessionId = await start(service, { timeout: '2d', steps })
  await until(service, sessionId, 'session.waiting')
  return {
    service,
    clock,
    sessionId,
    /** Holds up the next such write. */
    hold(write: string): Gate {
      const reached = Promise.withResolvers<void>()
      const opened = Promise.withResolvers<void>()
      held = { write, reach: reached.resolve, opened: opened.promise }
      return { reached: reached.promise, open: opened.resolve }
    },
    /** Moves time on until another worker has it, who asks another process. */
    async goesTo(worker: string): Promise<Claimed> {
      let found: readonly Claimed[] = []
      await expect
        .poll(async () => {
          clock.advance(1000)
          found = await claim(elsewhere, worker, { wait: 0, leaseMs: 600_000 })
          return found.length
        })
        .toBe(1)
      return found[0] as Claimed
    },
    async [Symbol.asyncDispose]() {
      const cutOff = setInterval(() => clock.advance(1000), 10)
      await Promise.all([service, elsewhere].map((one) => one[Symbol.asyncDispose]()))
      clearInterval(cutOff)
    },
  }
}

describe('whoever has lost a lease', () => {
  test('does not get it back by a heartbeat that was on its way', async () => {
    await using held = await startHeld()
    const { service } = held
    const { interactionId } = await claimOne(service, 'slow')
    // Long enough for a heartbeat to write the lease anew.
    held.clock.advance(10_000)
    const gate = held.hold('before put lease')
    const late = beat(service, interactionId, 'slow', {
      output: [{ stream: 'stdout', text: 'here' }],
    })
    await gate.reached
    await held.goesTo('next')
    gate.open()
    expect(await refusal(late)).toEqual([409, 'INTERACTION_LOST'])
    expect((await beat(service, interactionId, 'next')).status).toBe(200)
    expect((await answer(service, interactionId, 'next')).status).toBe(202)
  })

  test('does not get it by a claim that was on its way', async () => {
    await using held = await startHeld()
    const { service } = held
    const gate = held.hold('after put lease')
    const late = claim(service, 'slow', { wait: 0 })
    await gate.reached
    const { interactionId } = await held.goesTo('next')
    gate.open()
    expect(await late).toEqual([])
    expect((await beat(service, interactionId, 'next')).status).toBe(200)
    expect((await answer(service, interactionId, 'next')).status).toBe(202)
  })
})

test('what is paused and resumed at once is there for workers', async () => {
  await using held = await startHeld()
  const { service, sessionId } = held
  const gate = held.hold('before remove queue:q')
  await service.post(`/v1/sessions/${sessionId}/pause`)
  await gate.reached
  await service.post(`/v1/sessions/${sessionId}/resume`)
  await until(service, sessionId, 'session.resumed')
  gate.open()
  await expect.poll(async () => (await claim(service, 'w', { wait: 0 })).length).toBe(1)
})
