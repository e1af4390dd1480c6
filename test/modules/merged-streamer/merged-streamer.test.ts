import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMergedStreamer } from '../../../src/modules/merged-streamer/index.ts'
import type { Coverage, MergedFollower } from '../../../src/modules/merged-streamer/types.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import type { ReadLog, SessionRecord, Store } from '../../../src/store/types.ts'
import { appendOne, create, move, start } from '../../store/records.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const PAUSE_MS = 20

function setup({ tells = true } = {}) {
  const inner = createMemoryStore()
  const reads: ReadLog[] = []
  const store: Store = {
    ...inner,
    readLog(read) {
      reads.push(read)
      return inner.readLog(read)
    },
  }
  const clock = new ManualClock()
  const merged = createMergedStreamer({ store, clock })
  if (tells) inner.onCommit((commits) => merged.publish(commits))
  return { store, clock, merged, reads }
}

const ofIds = (sessions: readonly SessionRecord[]): Coverage => ({
  tenant: 'default',
  sessions: { ids: sessions.map(({ id }) => id) },
  isComplete: () => true,
})

const ofName = (name: string, isComplete: Coverage['isComplete'] = () => false): Coverage => ({
  tenant: 'default',
  sessions: { filter: { name } },
  isComplete,
})

/** All there is until the follower is to wait, or has ended. */
async function drain(follower: MergedFollower): Promise<number[]> {
  const found: number[] = []
  while (!follower.ended) {
    const pulled = follower.pull(1000)
    if (pulled === undefined) break
    found.push(...(await pulled).map(({ seq }) => seq))
  }
  return found
}

describe('a follower of several sessions', () => {
  test('is woken by a commit to one of them and by no other', async () => {
    const { store, merged, clock } = setup()
    const [a, b, other] = [await create(store), await create(store), await create(store)]
    const follower = merged.follow(ofIds([a, b]), 0)
    let wakes = 0
    follower.onWake(() => (wakes += 1))
    expect(await drain(follower)).toEqual([1, 2])
    clock.advance(PAUSE_MS)
    await appendOne(store, other, 1)
    expect(wakes).toBe(0)
    await appendOne(store, b, 1)
    expect(wakes).toBe(1)
    expect(await drain(follower)).toEqual([5])
    clock.advance(PAUSE_MS)
    await appendOne(store, a, 1)
    expect([wakes, follower.lag]).toEqual([2, 0])
  })

  test('is woken by what others wrote, and with a filter by whatever is written', async () => {
    const { store, merged, clock } = setup({ tells: false })
    const named = await create(store, { name: 'x' })
    const followers = [merged.follow(ofIds([named]), 0), merged.follow(ofName('x'), 0)]
    let wakes = 0
    for (const follower of followers) {
      follower.onWake(() => (wakes += 1))
      expect(await drain(follower)).toEqual([1])
    }
    clock.advance(PAUSE_MS)
    await appendOne(store, named, 1)
    merged.changed([named.id])
    expect(wakes).toBe(2)
    for (const follower of followers) expect(await drain(follower)).toEqual([2])
    clock.advance(PAUSE_MS)
    const later = await create(store, { name: 'x' })
    merged.changed([later.id])
    expect(wakes).toBe(3)
    expect(await drain(followers[1] as MergedFollower)).toEqual([3])
  })

  test('reads together with the others of the same sessions, and leaves nothing behind', async () => {
    const { store, merged, reads } = setup()
    const sessions = [await create(store), await create(store)]
    const followers = Array.from({ length: 50 }, () => merged.follow(ofIds(sessions), 0))
    const pages = await Promise.all(followers.map((follower) => follower.pull(1000)))
    expect(new Set(pages).size).toBe(1)
    expect(reads).toHaveLength(1)
    expect(merged.stats()).toEqual({ followers: 50, streams: 1 })
    for (const follower of followers) follower.close()
    expect(merged.stats()).toEqual({ followers: 0, streams: 0 })
  })

  test('looks at the end of a busy log once in a while', async () => {
    const { store, merged, clock, reads } = setup()
    const session = await create(store)
    const follower = merged.follow(ofIds([session]), 0)
    const found = await drain(follower)
    for (let seq = 1; seq <= 10; seq++) {
      await appendOne(store, session, seq)
      found.push(...(await drain(follower)))
    }
    expect([found, reads.length]).toEqual([[1], 1])
    clock.advance(PAUSE_MS)
    expect(await drain(follower)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(reads).toHaveLength(2)
    follower.close()
    expect(clock.pending).toBe(0)
  })

  test('ends when the sessions have ended, whether they are named or can be no more', async () => {
    const { store, merged, clock } = setup()
    const [a, b] = [await create(store, { name: 'x' }), await create(store, { name: 'x' })]
    let isComplete = false
    const named = merged.follow(ofIds([a, b]), 0)
    const found = merged.follow(
      ofName('x', () => isComplete),
      0,
    )
    const end = (session: SessionRecord) =>
      move(store, session, 1, 'completed', { endedAt: start + 1 })
    await end(a)
    expect([await drain(named), named.ended]).toEqual([[1, 2, 3], false])
    expect([await drain(found), found.ended]).toEqual([[1, 2, 3], false])
    clock.advance(PAUSE_MS)
    await end(b)
    expect([await drain(named), named.ended]).toEqual([[4], true])
    expect([await drain(found), found.ended]).toEqual([[4], false])
    isComplete = true
    const again = merged.follow(
      ofName('x', () => isComplete),
      4,
    )
    merged.changed([a.id])
    clock.advance(PAUSE_MS)
    expect([await drain(again), again.ended]).toEqual([[], true])
    clock.advance(PAUSE_MS)
    expect([await drain(found), found.ended]).toEqual([[], true])
  })

  test('gets each event once, whatever the order of writes, wakes and reads', async () => {
    const acts = ['write', 'pull', 'pull', 'answer', 'answer', 'tell', 'tick'] as const
    const step = fc.record({ act: fc.constantFrom(...acts), which: fc.nat({ max: 2 }) })
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 80 }),
      async (steps) => {
        const { store, merged, clock, answer } = stepped()
        const sessions = [await create(store), await create(store), await create(store)]
        const seqs = sessions.map(() => 1)
        const coverages = [ofIds(sessions), ofIds(sessions), ofName('nobody')]
        const readers = coverages.map((coverage) => new Reader(merged.follow(coverage, 0)))
        const untold: string[] = []
        for (const { act, which } of steps) {
          const session = sessions[which] as SessionRecord
          if (act === 'write') {
            await appendOne(store, session, seqs[which] ?? 1)
            seqs[which] = (seqs[which] ?? 1) + 1
            untold.push(session.id)
          }
          if (act === 'pull') readers[which]?.pull()
          if (act === 'answer') await answer()
          if (act === 'tell') merged.changed(untold.splice(0))
          if (act === 'tick') clock.advance(7)
        }
        merged.changed(untold.splice(0))
        do {
          while (await answer());
          clock.advance(PAUSE_MS)
          for (const reader of readers) reader.pull()
        } while (readers.some(({ rests }) => !rests))
        const total = seqs.reduce((sum, seq) => sum + seq, 0)
        const all = Array.from({ length: total }, (_, index) => index + 1)
        expect(readers.map(({ found }) => found)).toEqual([all, all, []])
      },
    )
    await fc.assert(property, { numRuns: 200 })
  })
})

/** A streamer whose reads look into the store, and answer, one step at a time. */
function stepped() {
  const { store, clock } = setup({ tells: false })
  const held: (() => void)[] = []
  const hold = () => new Promise<void>((resolve) => held.push(resolve))
  const merged = createMergedStreamer({
    clock,
    store: {
      ...store,
      async readLog(read) {
        await hold()
        const page = await store.readLog(read)
        await hold()
        return page
      },
    },
  })
  /** Lets the read that has waited longest take its next step; false when there is none. */
  const answer = async () => {
    const release = held.shift()
    release?.()
    await new Promise(setImmediate)
    return release !== undefined
  }
  return { store, clock, merged, answer }
}

/** Pulls when it is told to, one page at a time, and only when it has something to pull. */
class Reader {
  readonly found: number[] = []
  readonly #follower: MergedFollower
  #isAwake = true
  #isReading = false

  constructor(follower: MergedFollower) {
    this.#follower = follower
    follower.onWake(() => (this.#isAwake = true))
  }

  get rests(): boolean {
    return !this.#isAwake && !this.#isReading
  }

  pull(): void {
    if (!this.#isAwake || this.#isReading) return
    const pulled = this.#follower.pull(30)
    this.#isAwake = pulled !== undefined
    // It must not end the reading that a wake within this turn begins.
    if (pulled === undefined) return
    this.#isReading = true
    void Promise.resolve(pulled).then((events) => {
      this.found.push(...events.map(({ seq }) => seq))
      this.#isReading = false
    })
  }
}
