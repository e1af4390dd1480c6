import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, start, until } from '../../support/sessions.ts'
import { answer, type Claimed, claim, claimOne, refusal, work } from '../../support/workers.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

/** A service on a store that fails once as a process does that is killed: before a write of a kind. */
async function startFragile() {
  const clock = new ManualClock()
  const inner = createMemoryStore()
  let fatal: (write: string) => boolean = () => false
  let deaths = 0
  const dies = (write: string) => {
    if (!fatal(write)) return
    fatal = () => false
    deaths += 1
    throw new Error('killed')
  }
  const { store } = wrapStore(inner, {
    async append(append) {
      for (const { type } of append.events) dies(`append ${type}`)
      return inner.append(append)
    },
    async putDocument(document, version) {
      dies(`put ${document.kind} ${version}`)
      return inner.putDocument(document, version)
    },
    async removeDocument(tenant, kind, id, version) {
      dies(`remove ${kind}`)
      return inner.removeDocument(tenant, kind, id, version)
    },
  })
  const service = await startService({}, { clock, store })
  return {
    service,
    store: inner,
    clock,
    /** The next write of this kind is the last of its process. */
    dieBefore(write: string) {
      fatal = (candidate) => candidate === write
    },
    deaths: () => deaths,
    /** Moves time on until the queue has something. */
    async comesBack(): Promise<Claimed> {
      let found: readonly Claimed[] = []
      await expect
        .poll(async () => {
          clock.advance(1000)
          found = await claim(service, 'other', { wait: 0, leaseMs: 600_000 })
          return found.length
        })
        .toBe(1)
      return found[0] as Claimed
    },
    async [Symbol.asyncDispose]() {
      const cutOff = setInterval(() => clock.advance(1000), 10)
      await service[Symbol.asyncDispose]()
      clearInterval(cutOff)
    },
  }
}

async function ask(service: Service): Promise<string> {
  const step = { id: 'a', timeout: '1d', ...work() }
  const sessionId = await start(service, { timeout: '2d', steps: [step] })
  await until(service, sessionId, 'session.waiting')
  return sessionId
}

const tickets = (store: Store) => store.oldestDocuments('default', ['queue:q'], 10)
const leases = (store: Store) =>
  store.listDocuments({ tenant: 'default', kind: 'lease', limit: 10 })

describe('when a process is killed', () => {
  test.each(['append interaction.claimed', 'remove queue:q'])(
    'in the middle of a claim, the interaction comes back with the end of its lease (before %s)',
    async (write) => {
      await using fragile = await startFragile()
      const { service, store } = fragile
      const sessionId = await ask(service)
      fragile.dieBefore(write)
      const claimed = await service.post('/v1/interactions/claim', { queue: 'q', workerId: 'w' })
      expect(fragile.deaths()).toBe(1)
      expect(await claimed.json()).not.toMatchObject({ interactions: [{}] })
      expect(await claim(service, 'other', { wait: 0 })).toEqual([])
      const { interactionId } = await fragile.comesBack()
      expect((await answer(service, interactionId, 'other')).status).toBe(202)
      expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
      await expect.poll(async () => [await tickets(store), await leases(store)]).toEqual([[], []])
    },
  )

  test.each(['append interaction.released', 'put queue:q 0', 'put lease 2'])(
    'while it puts an interaction back, another one does (before %s)',
    async (write) => {
      await using fragile = await startFragile()
      const { service } = fragile
      const sessionId = await ask(service)
      const { interactionId } = await claimOne(service, 'w', { leaseMs: 5000 })
      fragile.dieBefore(write)
      expect((await fragile.comesBack()).interactionId).toBe(interactionId)
      expect(fragile.deaths()).toBe(1)
      expect(await refusal(answer(service, interactionId, 'w'))).toEqual([409, 'INTERACTION_LOST'])
      expect((await answer(service, interactionId, 'other')).status).toBe(202)
      const events = await ended(service, sessionId)
      const released = events.filter(({ type }) => type === 'interaction.released')
      expect(released).toHaveLength(1)
    },
  )

  test('before it has put a ticket, nobody misses it for long', async () => {
    await using fragile = await startFragile()
    const { service, store } = fragile
    await ask(service)
    const [ticket] = await tickets(store)
    await store.removeDocument('default', 'queue:q', ticket?.id ?? '')
    expect(await claim(service, 'w', { wait: 0 })).toEqual([])
    expect((await fragile.comesBack()).interactionId).toBe(ticket?.id)
  })

  test('between a claim and its lease, whoever comes next gets it', async () => {
    await using fragile = await startFragile()
    const { service, store } = fragile
    const sessionId = await ask(service)
    const { interactionId } = await claimOne(service, 'w')
    await store.removeDocument('default', 'lease', interactionId)
    expect((await fragile.comesBack()).interactionId).toBe(interactionId)
    expect((await answer(service, interactionId, 'other')).status).toBe(202)
    const claims = (await ended(service, sessionId)).filter(
      ({ type }) => type === 'interaction.claimed' || type === 'interaction.released',
    )
    expect(claims.map(({ type }) => type)).toEqual([
      'interaction.claimed',
      'interaction.released',
      'interaction.claimed',
    ])
  })

  test('before it has taken a ticket away, nobody gets what is over', async () => {
    await using fragile = await startFragile()
    const { service, store } = fragile
    const sessionId = await ask(service)
    fragile.dieBefore('remove queue:q')
    await service.post(`/v1/sessions/${sessionId}/cancel`)
    await ended(service, sessionId)
    await expect.poll(fragile.deaths).toBe(1)
    expect(await tickets(store)).toHaveLength(1)
    expect(await claim(service, 'w', { wait: 0 })).toEqual([])
    expect(await tickets(store)).toEqual([])
  })
})
