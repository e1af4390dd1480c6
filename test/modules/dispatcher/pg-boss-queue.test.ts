import { expect, test } from 'vitest'
import { events } from '../../store/records.ts'
import { startPostgres } from '../../support/postgres.ts'
import { type HandDrive, soon } from './hand-driver.ts'
import {
  created,
  type Driven,
  driven,
  type Query,
  queryOn,
  settled,
  site,
} from './pg-boss-replicas.ts'

test('jobs that were lost behind its back are sent again', async () => {
  const { url, query } = await site()
  const full = await driven({ url, maxRunning: 0 })
  const owned = await created(full)
  await inQueue(query, 1)
  const unowned = await created(full)
  await inQueue(query, 2)
  await query("UPDATE stepstream.session SET owner = NULL, status = 'running' WHERE id = $1", [
    unowned,
  ])
  await query('DELETE FROM stepstream_queue.job')
  const free = await driven({ url })
  await free.driver.begun(unowned)
  await expect.poll(() => free.driver.of(owned).length, { timeout: 40_000 }).toBe(1)
}, 60_000)

test('what is driven when it stops goes on elsewhere, at once', async () => {
  const { url } = await site()
  const first = await driven({ url })
  const ids = [await created(first), await created(first)]
  for (const id of ids) await first.driver.begun(id)
  const second = await driven({ url })
  await expect.poll(() => second.claims.others(), soon).toEqual([first.claims.owner])
  const stoppedAt = Date.now()
  await first.stop()
  for (const id of ids) {
    const { beganAt } = await second.driver.begun(id)
    expect(beganAt - stoppedAt).toBeLessThan(2000)
  }
  expect(await second.claims.others()).toEqual([])
})

test('stops while the database is gone', async () => {
  await using server = await startPostgres()
  const { url } = await server.createDatabase()
  const replica = await driven({ url })
  const { turn, letGo, fail } = await replica.driver.begun(await created(replica))
  await server.stop('immediate')
  // As a driver does that is about to start something, and then lets go of what it cannot be sure of.
  const asked = (async () => turn.confirm())().then(
    () => letGo({}),
    (error: Error) => fail(error),
  )
  const stoppedAt = Date.now()
  await replica.dispatcher.stop()
  await asked
  expect(Date.now() - stoppedAt).toBeLessThan(30_000)
}, 60_000)

test('a schedule fires once, however many replicas there are', async () => {
  const { url, query } = await site()
  const replicas = await Promise.all([1, 2, 3].map(() => driven({ url })))
  // A minute is looked at for a minute; one that is nearly over might be missed.
  const now = new Date(Date.now() + 40_000)
  const cron = `${now.getUTCMinutes()} ${now.getUTCHours()} * * *`
  const runs: string[] = []
  for (const { dispatcher, claims } of replicas) {
    await dispatcher.schedule({ name: 'nightly', cron }, async () => {
      runs.push(claims.owner)
      throw new Error('a task that fails is not run again')
    })
  }
  await expect.poll(() => runs.length, { timeout: 70_000 }).toBe(1)
  for (let pass = 0; pass < 2; pass++) await cronPass(query)
  expect(runs).toHaveLength(1)
}, 120_000)

test('a job that gets old is replaced while its session is driven', async () => {
  const { url, query } = await site()
  const replica = await driven({ url, renewAfterMs: 1 })
  const drive = await replica.driver.begun(await created(replica))
  const other = await driven({ url })
  const jobs = () => query("SELECT id, state FROM stepstream_queue.job WHERE name = 'sessions'")
  const [before] = await jobs()
  await expect.poll(async () => (await jobs())[0]?.['id'], soon).not.toBe(before?.['id'])
  await drive.turn.confirm()
  expect(await jobs()).toMatchObject([{ state: 'active' }])
  await finish(replica, drive)
  await inQueue(query, 0)
  expect(other.driver.drives).toHaveLength(0)
}, 60_000)

test('with nothing to do it asks little, however many sessions are parked', async () => {
  await using server = await startPostgres()
  const { url } = await server.createDatabase()
  await driven({ url })
  await driven({ url })
  const query = queryOn(url)
  await settled(url)
  const alone = await transactionsPerSecond(query)
  await query(
    `INSERT INTO stepstream.session (id, tenant, status, total_steps, created_at, wake_at, last_seq)
     SELECT 'ses_parked' || n, 'default', 'waiting', 1, 0, extract(epoch FROM now()) * 1000 + 3600000, 1
     FROM generate_series(1, 10000) AS n`,
  )
  const parked = await transactionsPerSecond(query)
  expect(alone).toBeLessThan(2 * 12)
  expect(parked).toBeLessThan(alone * 1.3 + 1)
}, 90_000)

test('thousands of timers that are due together are all worked off', async () => {
  const { url, query } = await site()
  const replica = await driven({ url, maxRunning: 5000 })
  await query(
    `INSERT INTO stepstream.session (id, tenant, status, total_steps, created_at, wake_at, last_seq)
     SELECT 'ses_due' || n, 'default', 'waiting', 1, 0, extract(epoch FROM now()) * 1000 + 8000, 1
     FROM generate_series(1, 2000) AS n`,
  )
  await expect.poll(() => replica.driver.drives.length, { timeout: 20_000 }).toBe(2000)
  const [row] = await query('SELECT max(wake_at) AS at FROM stepstream.session')
  const late = replica.driver.drives.map(({ beganAt }) => beganAt - Number(row?.['at']))
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-5)
  expect(Math.max(...late)).toBeLessThan(4000)
  await expect
    .poll(
      async () => (await query("SELECT id FROM stepstream_queue.job WHERE name = 'timers'")).length,
      soon,
    )
    .toBe(0)
}, 60_000)

async function inQueue(query: Query, count: number): Promise<void> {
  const jobs = () => query("SELECT id FROM stepstream_queue.job WHERE name = 'sessions'")
  await expect.poll(async () => (await jobs()).length, soon).toBe(count)
}

async function cronPass(query: Query): Promise<void> {
  const last = async () =>
    String((await query('SELECT cron_on FROM stepstream_queue.version'))[0]?.['cron_on'])
  const before = await last()
  await expect.poll(last, { timeout: 20_000 }).not.toBe(before)
}

async function finish({ store }: Driven, { sessionId, turn, letGo }: HandDrive): Promise<void> {
  const { tenant, next } = (await store.extent(sessionId))!
  await store.append({
    sessionId,
    tenant,
    expectedSeq: next - 1,
    events: events(next - 1, 1),
    summary: { status: 'completed', wakeAt: null, endedAt: Date.now() },
    claim: turn.claim!,
  })
  letGo({ seq: next })
}

/** Over some seconds, without the questions of the test. */
async function transactionsPerSecond(query: Query): Promise<number> {
  const count = async () => {
    const [row] = await query(
      'SELECT xact_commit::int AS n, extract(epoch FROM clock_timestamp())::float8 AS at FROM pg_stat_database WHERE datname = current_database()',
    )
    return row as { n: number; at: number }
  }
  const first = await count()
  await new Promise((resolve) => setTimeout(resolve, 12_000))
  const last = await count()
  return (last.n - first.n) / (last.at - first.at)
}
