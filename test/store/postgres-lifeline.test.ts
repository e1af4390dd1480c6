import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type OpenLifeline, openLifeline } from '../../src/store/postgres/lifeline.ts'
import { createDatabase, startPostgres } from '../support/postgres.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { databaseSettings, patient, through } from './postgres-database.ts'

const LOCK = '4711'

async function database(): Promise<string> {
  const created = await createDatabase()
  onTestFinished(() => created[Symbol.asyncDispose]())
  return created.url
}

/** A lifeline that notes what it tells, and takes its lock again with each connection. */
async function open(url: string) {
  const lifeline = await openLifeline({ settings: databaseSettings(url), clock: systemClock })
  onTestFinished(() => lifeline.close())
  const told: string[] = []
  lifeline.listen('news', (payload) => told.push(payload))
  lifeline.onConnect(() => told.push('connected'))
  lifeline.onLost(() => told.push('lost'))
  await expect.poll(() => told, patient).toEqual(['connected'])
  return { lifeline, told }
}

async function lockOn(lifeline: OpenLifeline): Promise<void> {
  await lifeline.query('SELECT pg_advisory_lock($1)', [LOCK])
}

/** Somebody else on the same database, not through the proxy. */
async function observer(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function notify(client: pg.Client, payload: string): Promise<void> {
  await client.query('SELECT pg_notify($1, $2)', ['news', payload])
}

async function lockIsFree(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS free', [LOCK])
  if (rows[0].free) await client.query('SELECT pg_advisory_unlock($1)', [LOCK])
  return rows[0].free
}

async function backend(lifeline: OpenLifeline): Promise<number> {
  const [row] = await lifeline.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return row!.pid
}

describe('a lifeline', () => {
  it('answers queries, one after the other, and hands on messages', async () => {
    const url = await database()
    const { lifeline, told } = await open(url)
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => lifeline.query<{ n: number }>('SELECT $1::int AS n', [n])),
    )
    expect(answers.flat()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }])
    await notify(await observer(url), 'hello')
    await expect.poll(() => told, patient).toEqual(['connected', 'hello'])
  })

  it('survives a statement that is refused', async () => {
    const { lifeline, told } = await open(await database())
    await expect(lifeline.query('SELECT nothing')).rejects.toThrow('nothing')
    expect(await lifeline.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(told).toEqual(['connected'])
  })

  it('asks the server to give up on this host within seconds', async () => {
    const { lifeline } = await open(await database())
    expect(await lifeline.query('SHOW tcp_keepalives_idle')).toEqual([{ tcp_keepalives_idle: '2' }])
    expect(await lifeline.query('SHOW tcp_user_timeout')).toEqual([{ tcp_user_timeout: '8000' }])
  })

  it('tells of a loss once, connects again and listens again', async () => {
    const url = await database()
    const { lifeline, told } = await open(url)
    await lockOn(lifeline)
    const other = await observer(url)
    expect(await lockIsFree(other)).toBe(false)
    await other.query('SELECT pg_terminate_backend($1)', [await backend(lifeline)])
    await expect.poll(() => told, patient).toEqual(['connected', 'lost', 'connected'])
    expect(await lockIsFree(other)).toBe(true)
    await notify(other, 'again')
    await expect.poll(() => told, patient).toEqual(['connected', 'lost', 'connected', 'again'])
  })

  it('refuses queries while it is cut off', async () => {
    const url = await database()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const { lifeline, told } = await open(through(url, proxy.port))
    proxy.cut()
    await expect.poll(() => lifeline.connected, patient).toBe(false)
    await expect(lifeline.query('SELECT 1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    proxy.restore()
    await expect.poll(() => told, { timeout: 5000 }).toEqual(['connected', 'lost', 'connected'])
  })

  it('notices within seconds that nothing comes any more, and that it does again', async () => {
    const url = await database()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const { lifeline, told } = await open(through(url, proxy.port))
    await lockOn(lifeline)
    proxy.freeze()
    const answer = lifeline.query('SELECT 1').catch((error) => error.code)
    await expect.poll(() => told, { timeout: 4500 }).toEqual(['connected', 'lost'])
    expect(await answer).toBe('STORAGE_UNAVAILABLE')
    // The line is gone on this side; the server learns of it when bytes pass again.
    proxy.restore()
    await expect.poll(() => told, { timeout: 8000 }).toEqual(['connected', 'lost', 'connected'])
    await expect.poll(async () => lockIsFree(await observer(url)), patient).toBe(true)
  })

  it('notices a freeze while nobody asks anything', async () => {
    const url = await database()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const { told } = await open(through(url, proxy.port))
    proxy.freeze()
    await expect.poll(() => told, { timeout: 6000 }).toEqual(['connected', 'lost'])
  })

  it('takes an answer that was late because this process was busy', async () => {
    const { lifeline, told } = await open(await database())
    const answer = lifeline.query('SELECT 1 AS one')
    await new Promise((resolve) => setImmediate(resolve))
    const until = performance.now() + 3200
    while (performance.now() < until);
    expect(await answer).toEqual([{ one: 1 }])
    expect(told).toEqual(['connected'])
  })

  it('comes back after the server was restarted, however it went down', async () => {
    await using server = await startPostgres()
    const { lifeline, told } = await open(server.url)
    for (const mode of ['fast', 'immediate'] as const) {
      await server.stop(mode)
      await expect.poll(() => lifeline.connected, patient).toBe(false)
      await server.start()
      await expect.poll(() => lifeline.connected, { timeout: 5000 }).toBe(true)
    }
    expect(told).toEqual(['connected', 'lost', 'connected', 'lost', 'connected'])
    await notify(await observer(server.url), 'back')
    await expect.poll(() => told.at(-1), patient).toBe('back')
  })

  it('goes on when a listener throws', async () => {
    const url = await database()
    const { lifeline, told } = await open(url)
    const fault = new Promise((resolve) => process.once('uncaughtException', resolve))
    const theirs = process.rawListeners('uncaughtException').slice(0, -1)
    for (const listener of theirs) process.off('uncaughtException', listener as () => void)
    onTestFinished(() => {
      for (const listener of theirs) process.on('uncaughtException', listener as () => void)
    })
    lifeline.listen('other', () => {
      throw new Error('of the listener')
    })
    lifeline.listen('other', (payload) => told.push(payload))
    const other = await observer(url)
    await lifeline.query('SELECT 1')
    await other.query("SELECT pg_notify('other', 'heard')")
    expect(await fault).toMatchObject({ message: 'of the listener' })
    expect(told).toEqual(['connected', 'heard'])
    expect(lifeline.connected).toBe(true)
  })

  it('fails to open where nobody listens', async () => {
    await using proxy = await startTcpProxy(1)
    proxy.cut()
    const settings = databaseSettings(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`)
    await expect(openLifeline({ settings, clock: systemClock })).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
  })

  it('closes while the line is frozen, and while it tries to connect', async () => {
    const url = await database()
    await using proxy = await startTcpProxy(Number(new URL(url).port))
    const { lifeline } = await open(through(url, proxy.port))
    const other = (await open(through(url, proxy.port))).lifeline
    proxy.freeze()
    await lifeline.close()
    await expect.poll(() => other.connected, { timeout: 6000 }).toBe(false)
    await other.close()
    expect(other.connected).toBe(false)
  })
})
