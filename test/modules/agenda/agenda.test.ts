import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { createAgenda } from '../../../src/modules/agenda/index.ts'
import type { Agenda } from '../../../src/modules/agenda/types.ts'
import type { Document } from '../../../src/store/documents.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { Store } from '../../../src/store/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'

interface Setup {
  readonly clock: ManualClock
  readonly store: Store
  readonly agenda: Agenda
  /** What was logged. */
  readonly errors: unknown[]
  /** How often the store was asked. */
  readonly looks: () => number
  put(id: string, dueInMs: number, kind?: string): Promise<void>
  /** Moves the clock bit by bit, and lets everything happen that follows from it. */
  pass(ms: number): Promise<void>
}

function setUp(overrides: Partial<Store> = {}): Setup {
  const clock = new ManualClock()
  const store = { ...createMemoryStore(), ...overrides }
  const errors: unknown[] = []
  let looks = 0
  const agenda = createAgenda({
    store: {
      dueDocuments: (now, limit) => {
        looks += 1
        return store.dueDocuments(now, limit)
      },
    },
    clock,
    log: { error: (object: unknown) => void errors.push(object) },
  })
  onTestFinished(() => agenda.stop())
  return {
    clock,
    store,
    agenda,
    errors,
    looks: () => looks,
    async put(id, dueInMs, kind = 'note') {
      await store.putDocument(documentOf(id, clock.now() + dueInMs, kind), 0)
    },
    async pass(ms) {
      await settle()
      for (let left = ms; left > 0; left -= 50) {
        clock.advance(Math.min(left, 50))
        await settle()
      }
    },
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn()
}

function documentOf(id: string, dueAt: number, kind = 'note') {
  return {
    tenant: 'default',
    kind,
    id,
    body: '{}',
    createdAt: 0,
    dueAt,
    sessionId: null,
    expiresAt: null,
  }
}

/** A handler that removes what it is given, and notes when. */
function removing({ store, clock }: Setup) {
  const seen: { id: string; at: number }[] = []
  return {
    seen,
    ids: () => seen.map(({ id }) => id),
    async handle({ tenant, kind, id }: Document): Promise<void> {
      seen.push({ id, at: clock.now() })
      await store.removeDocument(tenant, kind, id)
    },
  }
}

describe('the agenda', () => {
  test('brings what is due at its time, and no sooner', async () => {
    const setup = setUp()
    const startedAt = setup.clock.now()
    const { seen, handle } = removing(setup)
    await setup.put('now', 0)
    await setup.put('soon', 350)
    await setup.put('late', 2700)
    setup.agenda.on('note', handle)
    setup.agenda.start()
    await setup.pass(3000)
    expect(seen.map(({ id, at }) => [id, at - startedAt])).toEqual([
      ['now', 0],
      ['soon', 350],
      ['late', 2700],
    ])
  })

  test('asks the store once a second when there is nothing to do', async () => {
    const setup = setUp()
    setup.agenda.on('note', async () => {})
    setup.agenda.start()
    await setup.pass(10_000)
    expect(setup.looks()).toBe(11)
  })

  test('looks at once when it is told that something is due', async () => {
    const setup = setUp()
    const { ids, handle } = removing(setup)
    setup.agenda.on('note', handle)
    setup.agenda.start()
    await settle()
    await setup.put('now', 0)
    setup.agenda.soon()
    await settle()
    expect(ids()).toEqual(['now'])
  })

  test('takes up what is written while it looks', async () => {
    const setup = setUp()
    const { ids, handle } = removing(setup)
    setup.agenda.on('note', async (document) => {
      await handle(document)
      if (document.id !== 'first') return
      await setup.put('second', 0)
      setup.agenda.soon()
    })
    await setup.put('first', 0)
    setup.agenda.start()
    await settle()
    expect(ids()).toEqual(['first', 'second'])
  })

  test('runs 16 handlers at a time, and never two for one document', async () => {
    const setup = setUp()
    const running = new Map<string, () => void>()
    const begun: string[] = []
    setup.agenda.on('note', async (document) => {
      expect(running.has(document.id)).toBe(false)
      begun.push(document.id)
      await new Promise<void>((resolve) => running.set(document.id, resolve))
      await setup.store.removeDocument('default', 'note', document.id)
      running.delete(document.id)
    })
    for (let n = 0; n < 40; n++) await setup.put(`d${n}`, 0)
    setup.agenda.start()
    await setup.pass(3000)
    expect(running.size).toBe(16)
    while (running.size > 0) {
      for (const end of running.values()) end()
      await settle()
      expect(running.size).toBeLessThanOrEqual(16)
    }
    expect(begun.length).toBe(40)
    expect(new Set(begun).size).toBe(40)
  })

  test('asks a handler that throws again, after a growing while', async () => {
    const setup = setUp()
    const times: number[] = []
    setup.agenda.on('note', async () => {
      times.push(setup.clock.now())
      throw new Error('broken')
    })
    await setup.put('d', 0)
    setup.agenda.start()
    await setup.pass(1_120_000)
    const pauses = times.map((at, index) => (at - (times[index - 1] ?? at)) / 1000)
    expect(pauses).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    expect(setup.errors).toHaveLength(times.length)
  })

  test('does not ask without end where a handler leaves a document as it was', async () => {
    const setup = setUp()
    let asked = 0
    setup.agenda.on('note', async () => {
      asked += 1
    })
    await setup.put('d', 0)
    setup.agenda.start()
    await setup.pass(5000)
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThanOrEqual(6)
    expect(setup.looks()).toBeLessThan(20)
  })

  test('brings a document again that is due again at once', async () => {
    const setup = setUp()
    const versions: number[] = []
    setup.agenda.on('note', async ({ version, ...document }) => {
      versions.push(version)
      const dueAt = version < 3 ? setup.clock.now() : null
      await setup.store.putDocument({ ...document, dueAt }, version)
    })
    await setup.put('d', 0)
    setup.agenda.start()
    await settle()
    expect(versions).toEqual([1, 2, 3])
  })

  test('leaves alone what nobody handles, and is not hidden from the rest by it', async () => {
    const setup = setUp()
    const { ids, handle } = removing(setup)
    for (let n = 0; n < 300; n++) await setup.put(`s${n}`, -1000, 'stranger')
    setup.agenda.on('note', handle)
    setup.agenda.start()
    await setup.put('ours', 0)
    await setup.pass(1000)
    expect(ids()).toEqual(['ours'])
    const before = setup.looks()
    await setup.pass(5000)
    expect(setup.looks() - before).toBe(5)
  })

  test('waits quietly for a store that cannot be reached', async () => {
    let isDown = true
    const inner = createMemoryStore()
    const setup = setUp({
      ...inner,
      dueDocuments: async (now, limit) => {
        if (isDown) throw new StepstreamError('STORAGE_UNAVAILABLE', 'gone')
        return inner.dueDocuments(now, limit)
      },
    })
    const { ids, handle } = removing(setup)
    await setup.put('d', 0)
    setup.agenda.on('note', handle)
    setup.agenda.start()
    await setup.pass(5000)
    expect(setup.looks()).toBe(6)
    isDown = false
    await setup.pass(1000)
    expect(ids()).toEqual(['d'])
    expect(setup.errors).toEqual([])
  })

  test('has no handler under way when it has stopped, and begins none', async () => {
    const setup = setUp()
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    let count = 0
    setup.agenda.on('note', async () => {
      count += 1
      begun.resolve()
      await end.promise
    })
    await setup.put('d', 0)
    setup.agenda.start()
    await begun.promise
    let isStopped = false
    const stopped = setup.agenda.stop().then(() => (isStopped = true))
    await setup.pass(2000)
    expect(isStopped).toBe(false)
    end.resolve()
    await stopped
    setup.agenda.soon()
    await setup.pass(2000)
    expect(count).toBe(1)
    expect(setup.clock.pending).toBe(0)
  })
})
