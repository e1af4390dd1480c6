import type { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresBytes } from '../../../src/modules/artifacts/postgres.ts'
import { migrations } from '../../../src/store/postgres/migrations.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres.ts'
import { artifactBytesContract, type BytesUnderTest } from './contract.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres({ fsync: false })
})
afterAll(() => server[Symbol.asyncDispose]())

artifactBytesContract('bytes in Postgres', openTestDatabase)

describe('bytes in Postgres', () => {
  const key = { sessionId: 'ses_1', id: 'art_1' }

  test('are kept in pieces of 256 KiB, and none as one empty piece', async () => {
    await using place = await openTestDatabase()
    await place.replicas[0].write(key, Buffer.alloc(600 * 1024))
    await place.replicas[0].write({ ...key, id: 'art_2' }, Buffer.alloc(0))
    expect(await place.chunks()).toEqual([
      { id: 'art_1', no: 0, length: 262_144 },
      { id: 'art_1', no: 1, length: 262_144 },
      { id: 'art_1', no: 2, length: 90_112 },
      { id: 'art_2', no: 0, length: 0 },
    ])
  })

  test('are written whole or not at all, and the connection that failed is not used again', async () => {
    await using place = await openTestDatabase()
    const [pool] = place.pools
    await pool.query('ALTER TABLE stepstream.artifact_chunk ADD CHECK (no < 2)')
    const writing = place.replicas[0].write(key, Buffer.alloc(600 * 1024))
    await expect(writing).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await place.chunks()).toEqual([])
    expect(pool.totalCount - pool.idleCount).toBe(0)
    await place.replicas[0].write(key, Buffer.alloc(10))
    expect(await place.chunks()).toHaveLength(1)
  })

  test('survive a connection that is ended in the middle of a write', async () => {
    await using place = await openTestDatabase()
    const [pool, other] = place.pools
    const writing = await writeUntilStuck(place)
    await other.query(`SELECT pg_terminate_backend(pid) ${stuckWriters}`)
    await expect(writing()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await place.chunks()).toEqual([])
    expect(pool.totalCount - pool.idleCount).toBe(0)
  })

  test('survive a server that crashes in the middle of a write', async () => {
    await using place = await openTestDatabase()
    const [pool] = place.pools
    const writing = await writeUntilStuck(place)
    const refused = expect(writing()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await server.stop('immediate')
    await refused
    await server.start()
    expect(await place.chunks()).toEqual([])
    expect(pool.totalCount - pool.idleCount).toBe(0)
  })

  test('go with their session in batches, however many they are', async () => {
    await using place = await openTestDatabase()
    await place.pools[0].query(
      `INSERT INTO stepstream.artifact_chunk
         SELECT session, 'art_' || no, 0, 'x' FROM generate_series(1, 1001) no, (VALUES ('ses_1'), ('ses_2')) s (session)`,
    )
    await Promise.all(place.replicas.map((replica) => replica.removeSession('ses_1')))
    expect(await place.chunks()).toHaveLength(1001)
    expect(await place.replicas[0].read({ sessionId: 'ses_2', id: 'art_1' })).toHaveLength(1)
  })

  test('fail a stream when they are removed while it is read', async () => {
    await using place = await openTestDatabase()
    await place.replicas[0].write(key, Buffer.alloc(4 * 1024 * 1024))
    const chunks = (await place.replicas[0].open(key))!.iterator()
    await chunks.next()
    await place.replicas[1].removeSession(key.sessionId)
    await expect(buffer(chunks)).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    })
  })

  test('can be read by more readers at once than there are connections', async () => {
    await using place = await openTestDatabase()
    await place.replicas[0].write(key, Buffer.alloc(2 * 1024 * 1024, 7))
    const streams = await Promise.all(Array.from({ length: 20 }, () => place.replicas[0].open(key)))
    const slow = streams.map((stream) => stream?.iterator())
    for (const chunks of slow) await chunks?.next()
    expect(await place.replicas[0].read(key)).toHaveLength(2 * 1024 * 1024)
    for (const stream of streams) stream?.destroy()
  })
})

/** Those that wait in the trigger. */
const stuckWriters = `FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event = 'PgSleep'`

/** Begins a write that stops before its second piece; returns what waits for its end. */
async function writeUntilStuck({ pools, replicas }: TestBytes): Promise<() => Promise<void>> {
  await pools[1].query(
    `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
     CREATE TRIGGER wait BEFORE INSERT ON stepstream.artifact_chunk
       FOR EACH ROW WHEN (NEW.no = 1) EXECUTE FUNCTION wait()`,
  )
  const writing = replicas[0].write({ sessionId: 'ses_1', id: 'art_1' }, Buffer.alloc(600 * 1024))
  // Its end is looked at later.
  writing.catch(() => {})
  await expect.poll(async () => (await pools[1].query(`SELECT ${stuckWriters}`)).rowCount).toBe(1)
  return () => writing
}

interface TestBytes extends BytesUnderTest {
  readonly pools: readonly [Pool, Pool]
  chunks(): Promise<readonly { id: string; no: number; length: number }[]>
}

async function openTestDatabase(): Promise<TestBytes> {
  const database = await server.createDatabase()
  const clients: PoolClient[] = []
  const openPool = () => {
    const pool = new Pool({ connectionString: database.url, max: 3 })
    pool.on('error', () => {})
    pool.on('connect', (client) => clients.push(client))
    return pool
  }
  const pools = [openPool(), openPool()] as const
  await pools[0].query(['CREATE SCHEMA stepstream', ...migrations].join(';'))
  const replicas = [
    createPostgresBytes({ pool: pools[0] }),
    createPostgresBytes({ pool: pools[1] }),
  ] as const
  return {
    pools,
    replicas,
    goAway: () => server.stop('immediate'),
    comeBack: () => server.start(),
    bytesRead: () => sum(clients.map((client) => socketOf(client).bytesRead)),
    held: () => sum(pools.map((pool) => pool.totalCount - pool.idleCount)),
    async chunks() {
      const { rows } = await pools[1].query(
        'SELECT id, no, length(bytes) FROM stepstream.artifact_chunk ORDER BY id, no',
      )
      return rows
    },
    async [Symbol.asyncDispose]() {
      for (const replica of replicas) await replica.close()
      for (const pool of pools) await pool.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

function socketOf(client: PoolClient): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
