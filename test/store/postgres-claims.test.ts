import { describe, expect, it } from 'vitest'
import { createSessionClaims } from '../../src/store/postgres/claims.ts'
import type { Queries } from '../../src/store/postgres/queries.ts'
import { insertSessions, migratedDatabase, openQueries, patient } from './postgres-database.ts'

const lockWaits = `SELECT 1 FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`

async function setup() {
  const { queries, pool } = openQueries(await migratedDatabase(), { poolSize: 5 })
  const mine = createSessionClaims({ owner: '1', queries })
  const theirs = createSessionClaims({ owner: '2', queries })
  return { queries, pool, mine, theirs }
}

function row(queries: Queries, id: string): Promise<unknown> {
  return queries
    .rows('SELECT owner, claim FROM stepstream.session WHERE id = $1', [id])
    .then(([first]) => first)
}

describe('replicas', () => {
  it('are known to the others from their registration until somebody removes them', async () => {
    const { mine, theirs } = await setup()
    await mine.register()
    await theirs.register()
    await theirs.register()
    expect(await mine.others()).toEqual(['2'])
    expect(await theirs.others()).toEqual(['1'])
    await mine.unregister('2')
    expect(await mine.others()).toEqual([])
  })
})

describe('claiming', () => {
  it('takes sessions from whoever had them and says what they are', async () => {
    const { queries, mine } = await setup()
    await insertSessions(queries, [
      { id: 'ses_a', status: 'queued' },
      { id: 'ses_b', owner: '2', claim: 'old', wakeAt: 7, priority: -100 },
    ])
    const heads = await mine.claim([
      { sessionId: 'ses_b', claim: 'b:0' },
      { sessionId: 'ses_a', claim: 'a:0' },
    ])
    expect(heads.toSorted((a, b) => (a.sessionId < b.sessionId ? -1 : 1))).toEqual([
      { sessionId: 'ses_a', status: 'queued', wakeAt: null, priority: 0, lastSeq: 1 },
      { sessionId: 'ses_b', status: 'running', wakeAt: 7, priority: -100, lastSeq: 1 },
    ])
    expect(await row(queries, 'ses_b')).toEqual({ owner: '1', claim: 'b:0' })
  })

  it('leaves out sessions that ended, that are being removed or that do not exist', async () => {
    const { queries, mine } = await setup()
    await insertSessions(queries, [
      { id: 'ses_ended', status: 'completed', endedAt: 5 },
      { id: 'ses_hidden', purge: 'purging' },
    ])
    const claims = ['ses_ended', 'ses_hidden', 'ses_none'].map((sessionId) => ({
      sessionId,
      claim: 'x:0',
    }))
    expect(await mine.claim(claims)).toEqual([])
    expect(await row(queries, 'ses_ended')).toEqual({ owner: null, claim: null })
  })

  it('takes nothing when nothing is asked for', async () => {
    const { mine } = await setup()
    expect(await mine.claim([])).toEqual([])
  })

  it('never deadlocks when two replicas claim the same sessions in opposite orders', async () => {
    const { queries, pool, mine, theirs } = await setup()
    // Enough others that each row is fetched by itself.
    await queries.rows(`
      INSERT INTO stepstream.session (id, tenant, status, total_steps, created_at, last_seq)
      SELECT 'ses_' || n, 'default', 'waiting', 1, 0, 1 FROM generate_series(1, 5000) AS n`)
    await insertSessions(queries, [{ id: 'ses_a' }, { id: 'ses_b' }, { id: 'ses_c' }])
    await queries.rows('ANALYZE stepstream.session')
    const claims = ['ses_a', 'ses_b', 'ses_c'].map((sessionId) => ({ sessionId, claim: 'x:0' }))
    const holder = await pool.connect()
    await holder.query('BEGIN')
    await holder.query(`SELECT FROM stepstream.session WHERE id = 'ses_b' FOR UPDATE`)
    const both = Promise.all([mine.claim(claims), theirs.claim(claims.toReversed())])
    await expect.poll(() => queries.rows(lockWaits), patient).toHaveLength(2)
    await holder.query('COMMIT')
    holder.release()
    expect((await both).map((heads) => heads.length)).toEqual([3, 3])
  })
})

describe('releasing', () => {
  it('gives up what is held and tells what the session is at that moment', async () => {
    const { queries, mine } = await setup()
    await insertSessions(queries, [{ id: 'ses_a' }])
    await mine.claim([{ sessionId: 'ses_a', claim: 'a:0' }])
    await queries.rows(
      `UPDATE stepstream.session SET status = 'waiting', wake_at = 9, last_seq = 4`,
    )
    expect(await mine.release([{ sessionId: 'ses_a', claim: 'a:0' }])).toEqual([
      { sessionId: 'ses_a', status: 'waiting', wakeAt: 9, priority: 0, lastSeq: 4 },
    ])
    expect(await row(queries, 'ses_a')).toEqual({ owner: null, claim: null })
  })

  it('tells of a write that is committed while it waits for the row', async () => {
    const { queries, pool, mine } = await setup()
    await insertSessions(queries, [{ id: 'ses_a', owner: '1', claim: 'a:0' }])
    const writer = await pool.connect()
    await writer.query('BEGIN')
    await writer.query(`UPDATE stepstream.session SET last_seq = 2, status = 'completed'`)
    const released = mine.release([{ sessionId: 'ses_a', claim: 'a:0' }])
    await expect.poll(() => queries.rows(lockWaits), patient).toHaveLength(1)
    await writer.query('COMMIT')
    writer.release()
    expect(await released).toMatchObject([{ status: 'completed', lastSeq: 2 }])
  })

  it('leaves alone what was claimed anew since', async () => {
    const { queries, mine, theirs } = await setup()
    await insertSessions(queries, [{ id: 'ses_a' }, { id: 'ses_b' }])
    await mine.claim([
      { sessionId: 'ses_a', claim: 'a:0' },
      { sessionId: 'ses_b', claim: 'b:0' },
    ])
    await theirs.claim([{ sessionId: 'ses_a', claim: 'a:1' }])
    await mine.claim([{ sessionId: 'ses_b', claim: 'b:1' }])
    const released = await mine.release([
      { sessionId: 'ses_a', claim: 'a:0' },
      { sessionId: 'ses_b', claim: 'b:0' },
    ])
    expect(released).toEqual([])
    expect(await row(queries, 'ses_a')).toEqual({ owner: '2', claim: 'a:1' })
    expect(await row(queries, 'ses_b')).toEqual({ owner: '1', claim: 'b:1' })
  })
})

describe('the sessions of an owner', () => {
  it('are listed in pages, without those that ended', async () => {
    const { queries, mine } = await setup()
    await insertSessions(queries, [
      { id: 'ses_a', owner: '2', claim: 'a:0' },
      { id: 'ses_b', owner: '2', status: 'completed', endedAt: 1 },
      { id: 'ses_c', owner: '2', status: 'queued' },
      { id: 'ses_d', owner: '1' },
    ])
    const first = await mine.ownedBy('2', undefined, 1)
    expect(first).toMatchObject([{ sessionId: 'ses_a', claim: 'a:0', lastSeq: 1 }])
    const rest = await mine.ownedBy('2', 'ses_a', 10)
    expect(rest).toMatchObject([{ sessionId: 'ses_c', claim: null, status: 'queued' }])
  })

  it('are taken away only where they are still held under the same claim', async () => {
    const { queries, mine } = await setup()
    await insertSessions(queries, [
      { id: 'ses_a', owner: '2', claim: 'a:0' },
      { id: 'ses_b', owner: '2' },
      { id: 'ses_c', owner: '2', claim: 'c:1' },
      { id: 'ses_d', owner: '3', claim: 'd:0' },
    ])
    await mine.disown('2', [
      { sessionId: 'ses_a', claim: 'a:0' },
      { sessionId: 'ses_b', claim: null },
      { sessionId: 'ses_c', claim: 'c:0' },
      { sessionId: 'ses_d', claim: 'd:0' },
    ])
    expect(await row(queries, 'ses_a')).toEqual({ owner: null, claim: null })
    expect(await row(queries, 'ses_b')).toEqual({ owner: null, claim: null })
    expect(await row(queries, 'ses_c')).toEqual({ owner: '2', claim: 'c:1' })
    expect(await row(queries, 'ses_d')).toEqual({ owner: '3', claim: 'd:0' })
  })
})

describe('sessions without an owner', () => {
  it('are those that can run and those whose timer was due, oldest first, in pages', async () => {
    const { queries, mine } = await setup()
    await insertSessions(queries, [
      { id: 'ses_e', status: 'queued' },
      { id: 'ses_a', status: 'running', wakeAt: 5 },
      { id: 'ses_b', status: 'waiting', wakeAt: 10 },
      { id: 'ses_c', status: 'waiting', wakeAt: 11 },
      { id: 'ses_d', status: 'queued', owner: '2' },
      { id: 'ses_f', status: 'completed', endedAt: 3 },
      { id: 'ses_g', status: 'paused' },
      { id: 'ses_h', status: 'cancelling', purge: 'purging' },
    ])
    const ids = async (after: string | undefined, limit: number) =>
      (await mine.unowned(10, after, limit)).map(({ sessionId }) => sessionId)
    expect(await ids(undefined, 10)).toEqual(['ses_a', 'ses_b', 'ses_e'])
    expect(await ids(undefined, 2)).toEqual(['ses_a', 'ses_b'])
    expect(await ids('ses_b', 2)).toEqual(['ses_e'])
  })
})
