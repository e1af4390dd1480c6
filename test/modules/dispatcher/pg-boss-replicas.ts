import pg from 'pg'
import { expect, onTestFinished } from 'vitest'
import { create } from '../../store/records.ts'
import { createReadyDatabase, type TestDatabase } from '../../support/postgres.ts'
import { HandDriver } from './hand-driver.ts'
import { openReplica, type Replica, type ReplicaOptions } from './pg-boss-site.ts'

/** A replica whose sessions a test drives by hand. */
export interface Driven extends Replica {
  readonly driver: HandDriver
  stop(): Promise<void>
}

/** A database with tables, gone after the test. */
export async function site(): Promise<TestDatabase & { query: Query }> {
  const database = await createReadyDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return { ...database, query: queryOn(database.url) }
}

export type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>

export function queryOn(url: string): Query {
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: 'the test' })
  pool.on('error', () => {})
  onTestFinished(() => pool.end())
  return async (text, values) => (await pool.query(text, values)).rows
}

export async function driven(options: ReplicaOptions): Promise<Driven> {
  const replica = await openReplica(options)
  const driver = new HandDriver()
  let ended: Promise<void> | undefined
  const stop = () => {
    driver.release()
    ended ??= replica.dispatcher.stop().then(replica.close)
    return ended
  }
  onTestFinished(stop)
  replica.dispatcher.start(driver.drive)
  return { ...replica, driver, stop }
}

export async function created({ store, dispatcher }: Replica): Promise<string> {
  const { id } = await create(store, { createdAt: Date.now() })
  dispatcher.wake(id, 'created')
  return id
}

/** Returns when the replicas on a database look after one another and after silent ones. */
export async function settled(url: string): Promise<void> {
  const query = queryOn(url)
  const lastPass = async () => {
    // Before the first one there may be no table yet.
    const rows = await query('SELECT monitor_claim_on AS at FROM stepstream_queue.queue').catch(
      () => [],
    )
    return rows.map(({ at }) => String(at)).join()
  }
  const before = await lastPass()
  await expect
    .poll(lastPass, { timeout: 15_000 })
    .toSatisfy((now) => now !== before && /20/.test(now))
}

/** Returns after so many more looks of a replica at whether others live. */
export async function looks(query: Query, count: number): Promise<void> {
  const seen = new Set<string>()
  const ask = async () => {
    const rows = await query(
      "SELECT query_start::text AS at FROM pg_stat_activity WHERE query LIKE '%AS looked WHERE free%' AND pid <> pg_backend_pid()",
    )
    for (const { at } of rows) seen.add(String(at))
    return seen.size
  }
  await expect.poll(ask, { timeout: 20_000, interval: 20 }).toBeGreaterThan(count)
}
