import { describe, expect, it } from 'vitest'
import { createRequestCounter } from '../../src/store/postgres/request-counter.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { migratedDatabase, openQueries, patient } from './postgres-database.ts'

const MINUTE = 60_000

async function setup() {
  const url = await migratedDatabase()
  const { queries } = openQueries(url)
  const clock = new ManualClock()
  const asked: string[] = []
  const counted = {
    rows: <Row>(text: string, values?: readonly unknown[]) => {
      asked.push(text)
      return queries.rows<Row>(text, values)
    },
  }
  const counter = createRequestCounter({ queries: counted, clock })
  const other = createRequestCounter({ queries, clock })
  return { queries, counter, other, clock, asked }
}

describe('the request counter', () => {
  it('counts for each key and window by itself', async () => {
    const { counter } = await setup()
    expect((await counter.count('a', MINUTE)).count).toBe(1)
    expect((await counter.count('a', MINUTE)).count).toBe(2)
    expect((await counter.count('b', MINUTE)).count).toBe(1)
    expect((await counter.count('a', 2 * MINUTE)).count).toBe(1)
  })

  it('says when the window ends', async () => {
    const { counter } = await setup()
    const { ttlMs } = await counter.count('a', MINUTE)
    expect(ttlMs).toBeGreaterThan(MINUTE - 5000)
    expect(ttlMs).toBeLessThanOrEqual(MINUTE)
  })

  it('counts what comes in one turn with one statement, in order', async () => {
    const { counter, asked } = await setup()
    const keys = ['a', 'b', 'a', 'a', 'b']
    const counts = await Promise.all(keys.map((key) => counter.count(key, MINUTE)))
    expect(counts.map(({ count }) => count)).toEqual([1, 1, 2, 3, 2])
    expect(asked).toHaveLength(1)
  })

  it('gives no number twice, whichever replica counts', async () => {
    const { counter, other } = await setup()
    const rounds = Array.from({ length: 40 }, async (_, index) => {
      for (let turn = 0; turn < index % 4; turn += 1) await new Promise(setImmediate)
      const keys = index % 2 === 0 ? ['a', 'b'] : ['b', 'a']
      const counters = index % 3 === 0 ? counter : other
      return Promise.all(keys.map((key) => counters.count(key, MINUTE)))
    })
    const counts = (await Promise.all(rounds)).flat().map(({ count }) => count)
    const twice = Array.from({ length: 40 }, (_, n) => [n + 1, n + 1]).flat()
    expect(counts.toSorted((x, y) => x - y)).toEqual(twice)
  })

  it('begins a new window when the last one is over', async () => {
    const { counter, queries } = await setup()
    await counter.count('a', MINUTE)
    await counter.count('a', MINUTE)
    await queries.rows('UPDATE stepstream.request_count SET window_start = window_start - $1', [
      MINUTE,
    ])
    const { count, ttlMs } = await counter.count('a', MINUTE)
    expect(count).toBe(1)
    expect(ttlMs).toBeGreaterThan(MINUTE - 5000)
  })

  it('removes keys that nobody has counted for long', async () => {
    const { counter, queries, clock } = await setup()
    await counter.count('gone', MINUTE)
    await queries.rows('UPDATE stepstream.request_count SET window_start = 0')
    await counter.count('here', MINUTE)
    clock.advance(10 * MINUTE)
    await counter.count('here', MINUTE)
    await expect
      .poll(() => queries.rows('SELECT key FROM stepstream.request_count'), patient)
      .toEqual([{ key: 'here' }])
  })

  it('refuses all of a statement that fails, and counts again afterwards', async () => {
    const { counter, queries } = await setup()
    await queries.rows('ALTER TABLE stepstream.request_count RENAME TO away')
    const refused = await Promise.allSettled([
      counter.count('a', MINUTE),
      counter.count('b', MINUTE),
    ])
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await queries.rows('ALTER TABLE stepstream.away RENAME TO request_count')
    expect((await counter.count('a', MINUTE)).count).toBe(1)
  })
})
