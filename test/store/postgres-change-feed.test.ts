import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type ChangeFeed, createChangeFeed } from '../../src/store/postgres/change-feed.ts'
import { openLifeline } from '../../src/store/postgres/lifeline.ts'
import type { Queries } from '../../src/store/postgres/queries.ts'
import type { Lifeline } from '../../src/store/replica.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { startPostgres } from '../support/postgres.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import {
  databaseSettings,
  insertSessions,
  migrateDatabase,
  migratedDatabase,
  openQueries,
  patient,
  through,
  write,
} from './postgres-database.ts'

const names = ['ses_a', 'ses_b', 'ses_c'] as const
const [a, b, c] = names

async function withSessions(): Promise<{ url: string; queries: Queries }> {
  const url = await migratedDatabase()
  const { queries } = openQueries(url)
  await insertSessions(
    queries,
    names.map((id) => ({ id })),
  )
  return { url, queries }
}

async function openLine(url: string) {
  const lifeline = await openLifeline({ settings: databaseSettings(url), clock: systemClock })
  onTestFinished(() => lifeline.close())
  return lifeline
}

/** Queries that note the texts of what they are asked. */
function noted(queries: Queries): { queries: Queries; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    queries: {
      rows: (text, ...rest) => {
        asked.push(text)
        return queries.rows(text, ...rest)
      },
    },
  }
}

/** Counts how often the feed has gone to rest until its next poll. */
class FeedClock extends ManualClock {
  rests = 0

  override setTimer(delayMs: number, fire: () => void): () => void {
    if (delayMs <= 1000) this.rests += 1
    return super.setTimer(delayMs, fire)
  }

  /** Moves time on to the next poll, and waits until that is done. */
  async poll(ms = 1000): Promise<void> {
    const before = this.rests
    this.advance(ms)
    await this.rested(before + 1)
  }

  async rested(times: number): Promise<void> {
    await expect
      .poll(() => this.rests, { interval: 5, timeout: 5000 })
      .toBeGreaterThanOrEqual(times)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A feed whose clock stands still, and the ids that it told. */
async function openFeed(queries: Queries, lifeline: Lifeline | undefined, owner = '1') {
  const clock = new FeedClock()
  const feed = await createChangeFeed({ owner, lifeline, queries, clock })
  onTestFinished(() => feed.close())
  const told = note(feed)
  if (lifeline) await clock.rested(2)
  return { feed, clock, told, poll: () => clock.poll(lifeline ? 1000 : 200) }
}

function note(feed: ChangeFeed): string[] {
  const told: string[] = []
  feed.onChange((ids) => told.push(...ids))
  return told
}

describe('a change feed', () => {
  it('tells what others write as they commit it, and not what this process writes', async () => {
    const { url, queries } = await withSessions()
    const { told } = await openFeed(queries, await openLine(url))
    await write(queries, '2', [a, b])
    await write(queries, '1', [a, c])
    await write(queries, '2', [c])
    await expect.poll(() => told, patient).toEqual([a, b, c])
  })

  it('begins with what is written after it was opened', async () => {
    const { url, queries } = await withSessions()
    await write(queries, '2', [a])
    const { told, poll } = await openFeed(queries, await openLine(url))
    await poll()
    await poll()
    expect(told).toEqual([])
  })

  it('reads what lies before a message whose beginning it has not heard of', async () => {
    const { url, queries } = await withSessions()
    const { told } = await openFeed(queries, await openLine(url))
    await write(queries, '2', [a], { silent: true })
    await write(queries, '2', [b])
    await expect.poll(() => told.toSorted(), patient).toEqual([a, b, b])
  })

  it('reads what it has not heard of for a whole poll', async () => {
    const { url, queries } = await withSessions()
    const { told, poll } = await openFeed(queries, await openLine(url))
    await write(queries, '2', [a], { silent: true })
    await poll()
    expect(told).toEqual([])
    await poll()
    expect(told).toEqual([a])
    await poll()
    expect(told).toEqual([a])
  })

  it('hears each part of a message that was too long for one', async () => {
    const { url, queries } = await withSessions()
    const { told, poll } = await openFeed(queries, await openLine(url))
    const to = await write(queries, '2', [a, b], { silent: true })
    await queries.rows('SELECT pg_notify($1, $2), pg_notify($1, $3)', [
      'stepstream_log',
      `2 ${to - 2} ${to} ${a}`,
      `2 ${to - 2} ${to} ${b}`,
    ])
    await expect.poll(() => told, patient).toEqual([a, b])
    await poll()
    await poll()
    expect(told).toEqual([a, b])
  })

  it('reads the last message again when the line broke, as a part may be missing', async () => {
    const { url, queries } = await withSessions()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const lifeline = await openLine(through(url, proxy.port))
    const { told } = await openFeed(queries, lifeline)
    const to = await write(queries, '2', [a, b], { silent: true })
    await queries.rows("SELECT pg_notify('stepstream_log', $1)", [`2 ${to - 2} ${to} ${a}`])
    await expect.poll(() => told, patient).toEqual([a])
    proxy.cut()
    await expect.poll(() => lifeline.connected, patient).toBe(false)
    proxy.restore()
    await expect.poll(() => told.toSorted(), { timeout: 5000 }).toEqual([a, a, b])
  })

  it('reads at once after a reconnect what was written meanwhile', async () => {
    const { url, queries } = await withSessions()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const lifeline = await openLine(through(url, proxy.port))
    const { told } = await openFeed(queries, lifeline)
    proxy.cut()
    await expect.poll(() => lifeline.connected, patient).toBe(false)
    await write(queries, '2', [a])
    await write(queries, '2', [b])
    expect(told).toEqual([])
    proxy.restore()
    await expect.poll(() => told.toSorted(), { timeout: 5000 }).toEqual([a, b])
  })

  it('finds by polling alone what was written, where the database cannot notify', async () => {
    const { queries } = await withSessions()
    const { told, poll } = await openFeed(queries, undefined)
    await write(queries, '2', [a])
    await poll()
    expect(told).toEqual([a])
  })

  it('reads one row for each poll while nothing happens', async () => {
    const { url, queries } = await withSessions()
    const { asked, queries: counted } = noted(queries)
    const { poll } = await openFeed(counted, await openLine(url))
    for (let round = 0; round < 5; round += 1) await poll()
    expect(asked).toEqual(Array(7).fill('SELECT position FROM stepstream.log_position'))
  })

  it('reads a long stretch in pages and tells it in slices', async () => {
    const { url, queries } = await withSessions()
    const ids = Array.from({ length: 12_000 }, (_, n) => `ses_${String(n).padStart(6, '0')}`)
    await queries.rows(
      `INSERT INTO stepstream.session (id, tenant, status, total_steps, created_at, last_seq)
       SELECT id, 'default', 'running', 1, 0, 1 FROM unnest($1::text[]) AS id`,
      [ids],
    )
    const { asked, queries: counted } = noted(queries)
    const { feed, told, poll } = await openFeed(counted, await openLine(url))
    let largest = 0
    feed.onChange((slice) => (largest = Math.max(largest, slice.length)))
    await write(queries, '2', ids, { silent: true })
    await poll()
    await poll()
    await expect.poll(() => new Set(told).size, patient).toBe(12_000)
    expect(asked.filter((text) => text.includes('stepstream.event'))).toHaveLength(3)
    expect(largest).toBeLessThanOrEqual(500)
  })

  it('skips sessions that were removed meanwhile, and goes on', async () => {
    const { url, queries } = await withSessions()
    const { told, poll } = await openFeed(queries, await openLine(url))
    await write(queries, '2', [a, b], { silent: true })
    await queries.rows('DELETE FROM stepstream.session WHERE id = $1', [a])
    await poll()
    await poll()
    expect(told).toEqual([b])
    await poll()
    expect(told).toEqual([b])
  })

  it('tells a doubt at once', async () => {
    const { queries } = await withSessions()
    const { feed, told } = await openFeed(queries, undefined)
    feed.doubt([a])
    expect(told).toEqual([a])
  })

  it('ignores messages that are none', async () => {
    const { url, queries } = await withSessions()
    const { told } = await openFeed(queries, await openLine(url))
    await queries.rows(`SELECT pg_notify('stepstream_log', 'rubbish')`)
    await write(queries, '2', [c])
    await expect.poll(() => told, patient).toEqual([c])
  })

  it('follows a log that has lost its end in a failover', async () => {
    const { url, queries } = await withSessions()
    const { told, poll } = await openFeed(queries, await openLine(url))
    await write(queries, '2', [a, b, c])
    await expect.poll(() => told, patient).toEqual([a, b, c])
    await queries.rows('DELETE FROM stepstream.event WHERE position > 1')
    await queries.rows('UPDATE stepstream.log_position SET position = 1')
    await poll()
    await write(queries, '2', [c], { silent: true })
    await poll()
    await poll()
    expect(told).toEqual([a, b, c, c])
  })

  it('tells two replicas of each other', async () => {
    const { url, queries } = await withSessions()
    const feeds = await Promise.all(
      ['1', '2'].map(async (owner) => openFeed(queries, await openLine(url), owner)),
    )
    await Promise.all([
      ...Array.from({ length: 5 }, () => write(queries, '1', [a])),
      ...Array.from({ length: 5 }, () => write(queries, '2', [b])),
    ])
    await expect
      .poll(() => feeds.map(({ told }) => new Set(told)), patient)
      .toEqual([new Set([b]), new Set([a])])
  })
})

describe('the health of a change feed', () => {
  it('says why the database cannot be reached, until it can', async () => {
    await using server = await startPostgres()
    await migrateDatabase(server.url)
    const { queries } = openQueries(server.url)
    await insertSessions(queries, [{ id: a }])
    const lifeline = await openLine(server.url)
    const { feed, told, poll } = await openFeed(queries, lifeline)
    expect(feed.health()).toBeUndefined()
    await server.stop('immediate')
    await poll()
    expect(feed.health()).toMatch(/ECONNREFUSED|terminat/)
    await server.start()
    await write(queries, '2', [a], { silent: true })
    await poll()
    expect(feed.health()).toBeUndefined()
    await poll()
    expect(told).toContain(a)
  })

  it('says so when there is no answer', async () => {
    const { url, queries: direct } = await withSessions()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const { queries } = openQueries(through(url, proxy.port), { statementTimeoutMs: 1000 })
    const { feed, clock, poll, told } = await openFeed(queries, undefined)
    proxy.freeze()
    clock.advance(200)
    clock.advance(3000)
    expect(feed.health()).toBe('the database has not answered for 3 s')
    await write(direct, '2', [a])
    await clock.rested(2)
    expect(feed.health()).toBe('Query read timeout')
    proxy.restore()
    await poll()
    expect(feed.health()).toBeUndefined()
    expect(told).toEqual([a])
  })

  it('is quiet after it was closed', async () => {
    const { url, queries } = await withSessions()
    const lifeline = await openLine(url)
    const { feed, told, clock } = await openFeed(queries, lifeline)
    const heard: string[] = []
    lifeline.listen('stepstream_log', (payload) => heard.push(payload))
    await feed.close()
    await write(queries, '2', [a])
    await expect.poll(() => heard, patient).toHaveLength(1)
    clock.advance(10_000)
    expect(clock.pending).toBe(0)
    expect(told).toEqual([])
  })
})
