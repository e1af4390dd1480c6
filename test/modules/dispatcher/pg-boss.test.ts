import { expect, test } from 'vitest'
import { create } from '../../store/records.ts'
import { startPostgres } from '../../support/postgres.ts'
import { soon } from './hand-driver.ts'
import { created, driven, looks, settled, site } from './pg-boss-replicas.ts'
import { startReplicaChild } from './replica-child.ts'

test('several start at once on an empty database, and share what there is', async () => {
  const { url } = await site()
  const replicas = await Promise.all([1, 2, 3].map(() => driven({ url, maxRunning: 2 })))
  const [first] = replicas
  const ids = await Promise.all(Array.from({ length: 6 }, () => created(first!)))
  for (const { driver } of replicas) await expect.poll(() => driver.drives.length, soon).toBe(2)
  const all = replicas.flatMap(({ driver }) => driver.drives.map(({ sessionId }) => sessionId))
  expect(all.toSorted()).toEqual(ids.toSorted())
  expect(first!.log).toEqual([])
})

test('a killed process’ sessions are driven elsewhere within three seconds', async () => {
  const { url } = await site()
  const other = await driven({ url, maxRunning: 0 })
  await using victim = startReplicaChild(url)
  const id = await created(other)
  const never = await create(other.store, { createdAt: Date.now(), status: 'waiting' })
  await victim.said(`drive ${id}`)
  const heir = await driven({ url })
  await settled(url)
  victim.child.kill('SIGKILL')
  const killedAt = Date.now()
  const drive = await heir.driver.begun(id)
  expect(drive.beganAt - killedAt).toBeLessThan(3000)
  expect(heir.driver.of(never.id)).toHaveLength(0)
  await expect.poll(() => heir.claims.others(), soon).toEqual([other.claims.owner])
})

test('a frozen process’ sessions are driven elsewhere within 15 s, and it lets go when it thaws', async () => {
  const { url, query } = await site()
  const creator = await driven({ url, maxRunning: 0 })
  await using frozen = startReplicaChild(url)
  const id = await created(creator)
  await frozen.said(`drive ${id}`)
  const heir = await driven({ url })
  await settled(url)
  frozen.child.kill('SIGSTOP')
  const frozenAt = Date.now()
  await expect.poll(() => heir.driver.of(id).length, { timeout: 16_000 }).toBe(1)
  const drive = await heir.driver.begun(id)
  expect(drive.beganAt - frozenAt).toBeLessThan(15_000)
  frozen.child.kill('SIGCONT')
  expect(await frozen.said(`lost ${id}`)).toContain('ClaimLostError')
  await drive.turn.confirm()
  const rows = await query('SELECT claim FROM stepstream.session WHERE id = $1', [id])
  expect(rows).toEqual([{ claim: drive.turn.claim }])
  const jobs = await query("SELECT state FROM stepstream_queue.job WHERE name = 'sessions'")
  expect(jobs).toEqual([{ state: 'active' }])
}, 60_000)

test('who only loses its lifeline keeps what it drives', async () => {
  const { url, query } = await site()
  const holder = await driven({ url })
  const id = await created(holder)
  const drive = await holder.driver.begun(id)
  const ids = await Promise.all([created(holder), created(holder)])
  for (const each of ids) await holder.driver.begun(each)
  const other = await driven({ url })
  await settled(url)
  for (let round = 0; round < 3; round++) {
    const [lock] = await query(
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = $1",
      [holder.claims.owner],
    )
    await query('SELECT pg_terminate_backend($1)', [lock!['pid']])
    await expect.poll(() => holder.lifeline.connected, soon).toBe(true)
    await drive.turn.confirm()
    // More than a death needs to be noticed.
    await looks(query, 4)
  }
  await drive.turn.confirm()
  expect([holder.driver.drives.length, other.driver.drives.length]).toEqual([3, 0])
}, 60_000)

test('a restart of the database takes nothing from anybody', async () => {
  await using server = await startPostgres()
  const { url } = await server.createDatabase()
  const replicas = [await driven({ url }), await driven({ url })] as const
  const ids = await Promise.all(replicas.map(created))
  const drives = await Promise.all(
    ids.map(async (id) => {
      await expect.poll(() => replicas.flatMap(({ driver }) => driver.of(id)).length, soon).toBe(1)
      return replicas.flatMap(({ driver }) => driver.of(id))[0]!
    }),
  )
  await server.stop('immediate')
  const waiting = Promise.all(drives.map(({ turn }) => turn.confirm()))
  await server.start()
  await waiting
  await settled(url)
  for (const { turn } of drives) await turn.confirm()
  expect(replicas.flatMap(({ driver }) => driver.drives)).toHaveLength(2)
  const id = await created(replicas[0])
  await expect.poll(() => replicas.flatMap(({ driver }) => driver.of(id)).length, soon).toBe(1)
}, 60_000)
