import pg from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  openPostgresStore,
  type PostgresBackend,
  type PostgresStoreOptions,
} from '../../src/store/postgres/postgres-store.ts'
import { ClaimLostError, ConflictError, type Store } from '../../src/store/types.ts'
import { createDatabase } from '../support/postgres.ts'
import { databaseSettings } from './postgres-database.ts'
import {
  appendOne,
  artifactRecord,
  create,
  events,
  move,
  seqs,
  sessionRecord,
  start,
} from './records.ts'

async function emptyDatabase(): Promise<string> {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  return database.url
}

async function open(
  url: string,
  changes: Partial<PostgresStoreOptions> = {},
): Promise<PostgresBackend> {
  const backend = await openPostgresStore({ ...databaseSettings(url), ...changes })
  onTestFinished(() => backend.store.close())
  return backend
}

async function openTwo(): Promise<[PostgresBackend, PostgresBackend]> {
  const url = await emptyDatabase()
  return await Promise.all([open(url), open(url)])
}

/** The ids that the store tells of from now on. */
function changesOf(store: Store): Set<string> {
  const told = new Set<string>()
  store.onChange((ids) => {
    for (const id of ids) told.add(id)
  })
  return told
}

describe('two processes on one database', () => {
  test('bring an empty database up to date when they start at once', async () => {
    const url = await emptyDatabase()
    const [one, two] = await Promise.all([open(url), open(url), open(url), open(url)])
    const session = await create(one!.store)
    expect(await two!.store.session(session.id)).toEqual(session)
  })

  test('refuse an append when the other has moved the log on', async () => {
    const [one, two] = await openTwo()
    const session = await create(one.store)
    await appendOne(two.store, session, 1)
    await expect(appendOne(one.store, session, 1)).rejects.toThrow(ConflictError)
    await appendOne(one.store, session, 2)
    expect(await seqs(two.store, session.id)).toEqual([1, 2, 3])
  })

  test('let one of them win when both append at once', async () => {
    const [one, two] = await openTwo()
    const sessions = await Promise.all(Array.from({ length: 50 }, () => create(one.store)))
    const results = await Promise.allSettled(
      sessions.flatMap((session) => [
        move(one.store, session, 1, 'running'),
        move(two.store, session, 1, 'waiting', { wakeAt: start }),
      ]),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    for (const { id } of sessions) expect(await seqs(one.store, id)).toEqual([1, 2])
    const counts = await one.store.countByStatus()
    expect((counts.running ?? 0) + (counts.waiting ?? 0)).toBe(50)
    expect(counts.queued).toBeUndefined()
  })

  test('refuse what is written under a claim that the other has taken', async () => {
    const [one, two] = await openTwo()
    const { id: sessionId, tenant } = await create(one.store)
    const append = (claim: string, expectedSeq: number) =>
      one.store.append({ sessionId, tenant, expectedSeq, events: events(expectedSeq, 1), claim })
    await expect(append('a:0', 1)).rejects.toThrow(ClaimLostError)
    await one.claims.claim([{ sessionId, claim: 'a:0' }])
    await append('a:0', 1)
    expect(await one.store.extent(sessionId)).toMatchObject({ next: 3, claim: 'a:0' })
    await two.claims.claim([{ sessionId, claim: 'a:1' }])
    await expect(append('a:0', 2)).rejects.toThrow(ClaimLostError)
    await one.store.append({ sessionId, tenant, expectedSeq: 2, events: events(2, 1) })
    expect(await seqs(one.store, sessionId)).toEqual([1, 2, 3])
  })

  test('have no part in a session that has ended, whoever ended it', async () => {
    const [one, two] = await openTwo()
    const [unclaimed, claimed] = [await create(one.store), await create(one.store)]
    await one.claims.claim([{ sessionId: claimed.id, claim: 'a:0' }])
    for (const session of [unclaimed, claimed]) {
      await move(two.store, session, 1, 'cancelled', { endedAt: start })
    }
    const { rows } = await one.pool.query('SELECT owner, claim FROM stepstream.session')
    expect(rows).toEqual([
      { owner: null, claim: null },
      { owner: null, claim: null },
    ])
    // Its driver is told that the log has moved on, and finds the end there.
    const { id: sessionId, tenant } = claimed
    const late = { sessionId, tenant, expectedSeq: 1, events: events(1, 1), claim: 'a:0' }
    await expect(one.store.append(late)).rejects.toThrow(ConflictError)
  })

  test('belong new sessions to the one that created them', async () => {
    const [one, two] = await openTwo()
    const session = await create(one.store)
    const owned = (owner: string) => two.claims.ownedBy(owner, undefined, 10)
    expect(await owned(one.claims.owner)).toMatchObject([
      { sessionId: session.id, claim: null, lastSeq: 1 },
    ])
    expect(await owned(two.claims.owner)).toEqual([])
  })

  test('tell each other which sessions they have written to', async () => {
    const [one, two] = await openTwo()
    const told = changesOf(two.store)
    const own = changesOf(one.store)
    const sessions = await Promise.all(Array.from({ length: 600 }, () => create(one.store)))
    await vi.waitFor(() => expect(told.size).toBe(600), 1000)
    told.clear()
    await Promise.all(sessions.map((session) => appendOne(one.store, session, 1)))
    await vi.waitFor(() => expect(told.size).toBe(600), 1000)
    expect(own.size).toBe(0)
  })

  test('hear of what was written while they could not listen', async () => {
    const [one, two] = await openTwo()
    const session = await create(one.store)
    const told = changesOf(two.store)
    const [row] = await two.lifeline.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await one.queries.rows('SELECT pg_terminate_backend($1)', [row!.pid])
    await appendOne(one.store, session, 1)
    await vi.waitFor(() => expect([...told]).toEqual([session.id]), 3000)
  })

  test('number all events without a gap, each log in its order', async () => {
    const [one, two] = await openTwo()
    const writers = [one, two].map(async ({ store }) => {
      const sessions = await Promise.all(Array.from({ length: 40 }, () => create(store)))
      for (const round of [1, 2, 3, 4, 5]) {
        await Promise.all(sessions.map((session) => appendOne(store, session, round)))
      }
    })
    await Promise.all(writers)
    const rows = await one.queries.rows<{ session: number; seq: number; position: number }>(
      'SELECT session, seq, position FROM stepstream.event ORDER BY position',
    )
    expect(rows.map((row) => row.position)).toEqual(Array.from({ length: 480 }, (_, n) => n + 1))
    const last = new Map<number, number>()
    for (const { session, seq } of rows) {
      expect(seq).toBe((last.get(session) ?? 0) + 1)
      last.set(session, seq)
    }
    const [log] = await one.queries.rows('SELECT position FROM stepstream.log_position')
    expect(log).toEqual({ position: 480 })
  })

  test('let one session through when both bring the same idempotency key', async () => {
    const [one, two] = await openTwo()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const idempotency = {
          key: `k${n % 5}`,
          requestHash: 'h',
          answer: String(n),
          expiresAt: start + 1000,
        }
        const { store } = n % 2 === 0 ? one : two
        return store.createSession({ session: sessionRecord(), events: events(0, 1), idempotency })
      }),
    )
    expect(answers.filter((answer) => answer.created)).toHaveLength(5)
    expect(await one.store.countByStatus()).toEqual({ queued: 5 })
  })

  test('purge at once, and lose no report', async () => {
    const [one, two] = await openTwo()
    const sessions = await Promise.all(
      Array.from({ length: 30 }, () =>
        create(one.store, { status: 'completed', endedAt: start }, 5),
      ),
    )
    const removed = new Set<string>()
    const purge = async ({ store }: PostgresBackend) => {
      const batch = await store.purge({ endedBefore: start + 1, now: start, maxRows: 20 })
      for (const id of batch.removed) removed.add(id)
    }
    await vi.waitFor(async () => {
      await Promise.all([purge(one), purge(two)])
      expect(removed).toEqual(new Set(sessions.map(({ id }) => id)))
    }, 10_000)
    await purge(one)
    await purge(two)
    for (const table of ['session', 'plan', 'event', 'artifact']) {
      const [row] = await one.queries.rows(`SELECT count(*) FROM stepstream.${table}`)
      expect(row).toEqual({ count: 0 })
    }
    expect(await one.store.countByStatus()).toEqual({})
  })
})

describe('a group', () => {
  test('takes appends that follow one another with the status of each', async () => {
    const { store } = await open(await emptyDatabase())
    const session = await create(store)
    const told: unknown[] = []
    store.onCommit((commits) => told.push(...commits.map((commit) => commit.status)))
    await Promise.all([
      appendOne(store, session, 1),
      move(store, session, 2, 'running'),
      move(store, session, 3, 'running', { wakeAt: start }),
      move(store, session, 4, 'waiting', { wakeAt: start + 5 }),
      appendOne(store, session, 5),
    ])
    expect(told).toEqual([undefined, 'running', undefined, 'waiting', undefined])
    expect(await seqs(store, session.id)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await store.session(session.id)).toMatchObject({ status: 'waiting', wakeAt: start + 5 })
    expect(await store.countByStatus()).toEqual({ waiting: 1 })
  })

  test('refuses what was decided on top of a refused append, though its seq fits by chance', async () => {
    const [one, two] = await openTwo()
    const { id: sessionId, tenant } = await create(one.store)
    await one.claims.claim([{ sessionId, claim: 'job:0' }])
    await two.store.append({ sessionId, tenant, expectedSeq: 1, events: events(1, 1, 'two') })
    const append = { sessionId, tenant }
    const results = await Promise.allSettled([
      one.store.append({ ...append, expectedSeq: 1, events: events(1, 1), claim: 'job:0' }),
      one.store.append({ ...append, expectedSeq: 2, events: events(2, 1) }),
    ])
    const conflict = { status: 'rejected', reason: expect.any(ConflictError) }
    expect(results).toEqual([conflict, conflict])
    expect(await seqs(one.store, sessionId)).toEqual([1, 2])
  })

  test('refuses only what Postgres cannot hold', async () => {
    const { store } = await open(await emptyDatabase())
    const sessions = await Promise.all(Array.from({ length: 5 }, () => create(store)))
    const [one, two, three] = sessions as [never, never, never]
    const bad = { ...events(1, 1)[0]!, body: '"\0"' }
    const results = await Promise.allSettled([
      appendOne(store, one, 1),
      appendOne(store, two, 1),
      store.append({
        sessionId: sessions[1]!.id,
        tenant: 'default',
        expectedSeq: 2,
        events: [{ ...bad, seq: 3 }],
      }),
      appendOne(store, three, 1),
      store.createSession({ session: sessionRecord({ name: 'a\0b' }), events: events(0, 1) }),
      store.createSession({ session: sessionRecord({ name: 'a' }), events: events(0, 1) }),
      store.putArtifact(artifactRecord(one, { name: 'a\0b' })),
      store.initSetting('a', '\0'),
      store.initSetting('b', 'c'),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
      ...['rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
    ])
    expect(await seqs(store, sessions[1]!.id)).toEqual([1, 2])
    expect(await store.health()).toEqual({ writable: true })
  })

  test('that waits too long for a lock is refused, and a later one is taken', async () => {
    const url = await emptyDatabase()
    const { store } = await open(url, { statementTimeoutMs: 300 })
    const session = await create(store)
    const blocker = new pg.Client(url)
    await blocker.connect()
    await blocker.query('BEGIN; SELECT * FROM stepstream.session FOR UPDATE')
    await expect(appendOne(store, session, 1)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    await blocker.query('ROLLBACK')
    await blocker.end()
    await appendOne(store, session, 1)
    expect(await seqs(store, session.id)).toEqual([1, 2])
  })
})
