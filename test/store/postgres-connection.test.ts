import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { clientConfig, describeDatabase } from '../../src/store/postgres/connection-options.ts'
import { isConnectionFault, unavailable } from '../../src/store/postgres/faults.ts'
import { createDatabase, startPostgres } from '../support/postgres.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { dataDir } from './data-dir.ts'
import { databaseSettings, openQueries, patient, through } from './postgres-database.ts'

function tlsOf(url: string, changes: Parameters<typeof databaseSettings>[1] = {}) {
  return clientConfig(databaseSettings(`postgres://me@db.local/main${url}`, changes)).ssl
}

describe('the settings of a connection', () => {
  it('take address and login from the URL', () => {
    const config = clientConfig(databaseSettings('postgres://me:p%40ss@db.local:6000/main'))
    expect(config).toMatchObject({
      host: 'db.local',
      port: 6000,
      user: 'me',
      password: 'p@ss',
      database: 'main',
      application_name: 'stepstream',
      connectionTimeoutMillis: 2000,
      statement_timeout: 10_000,
      query_timeout: 11_000,
      keepAlive: true,
    })
  })

  it.each([
    ['', false],
    ['?sslmode=disable', false],
    ['?sslmode=allow', false],
    ['?sslmode=prefer', { rejectUnauthorized: false }],
    ['?sslmode=require&application_name=x', { rejectUnauthorized: false }],
    ['?application_name=x&sslmode=verify-ca', { rejectUnauthorized: true }],
    ['?sslmode=verify-full', { rejectUnauthorized: true }],
    ['?ssl=true', { rejectUnauthorized: true }],
  ])('read %j as TLS %j', (query, expected) => {
    expect(tlsOf(query)).toEqual(expected)
  })

  it('let DATABASE_TLS go before the URL', () => {
    expect(tlsOf('?sslmode=verify-full', { tls: 'off' })).toBe(false)
    expect(tlsOf('?sslmode=disable', { tls: 'require' })).toEqual({ rejectUnauthorized: false })
    expect(tlsOf('', { tls: 'verify' })).toEqual({ rejectUnauthorized: true })
  })

  it('keep what else the URL says', () => {
    const url = 'postgres://me@db.local/main?sslmode=require&options=-c%20work_mem%3D8MB'
    expect(clientConfig(databaseSettings(url)).options).toBe('-c work_mem=8MB')
  })

  it('refuse an sslmode that there is not, and a certificate that cannot be read', () => {
    expect(() => tlsOf('?sslmode=maybe')).toThrow('sslmode is none of disable, allow')
    expect(() => tlsOf('', { tls: 'verify', caFile: '/none.pem' })).toThrow('DATABASE_CA_FILE')
  })

  it('refuse a URL without telling its password', () => {
    const url = 'postgres://me:secret@db.local:notaport/main'
    expect(() => clientConfig(databaseSettings(url))).toThrow(/^DATABASE_URL cannot be used/)
    expect(() => clientConfig(databaseSettings(url))).not.toThrow(/secret/)
  })

  it('describe a database without the login', () => {
    expect(describeDatabase('postgres://me:secret@db.local:6000/main?sslmode=require')).toBe(
      'db.local:6000/main',
    )
    expect(describeDatabase('postgres://me:secret@db.local/main')).toBe('db.local:5432/main')
    expect(describeDatabase('postgres://me:secret@db.local:notaport/main')).not.toMatch(/secret/)
  })
})

describe('a connection with TLS', () => {
  it('is made as the settings say', async ({ skip }) => {
    await using server = await startPostgres()
    const certificate = await useTls(server.url)
    skip(certificate === undefined, 'openssl, or a server with TLS, is missing here')
    const caFile = certificate ?? ''
    const encrypted = async (changes: Parameters<typeof databaseSettings>[1], url = server.url) => {
      const [row] = await openQueries(url, changes).queries.rows<{ ssl: boolean }>(
        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      )
      return row?.ssl
    }
    const refused = { code: 'STORAGE_UNAVAILABLE' }
    expect(await encrypted({ tls: 'off' })).toBe(false)
    expect(await encrypted({ tls: 'require' })).toBe(true)
    expect(await encrypted({ tls: 'verify', caFile })).toBe(true)
    expect(await encrypted({}, `${server.url}?sslmode=require`)).toBe(true)
    await expect(encrypted({ tls: 'verify' })).rejects.toMatchObject(refused)
    await expect(encrypted({}, `${server.url}?sslmode=verify-full`)).rejects.toMatchObject(refused)
    // The certificate names 127.0.0.1 only.
    const byName = server.url.replace('127.0.0.1', 'localhost')
    await expect(encrypted({ tls: 'verify', caFile }, byName)).rejects.toMatchObject(refused)
  })

  it('is refused by a server without it', async () => {
    await using database = await createDatabase()
    const { queries } = openQueries(database.url, { tls: 'require' })
    await expect(queries.rows('SELECT 1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})

/** Gives a server a certificate of its own making; answers with its file, or undefined where that cannot be done. */
async function useTls(url: string): Promise<string | undefined> {
  const folder = dataDir()
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=stepstream'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ])
  if (made.status !== 0) return undefined
  const client = new pg.Client(url)
  await client.connect()
  try {
    // The server writes its files itself: it accepts a key only from its own user.
    for (const [file, name] of [
      [key, 'server.key'],
      [certificate, 'server.crt'],
    ] as const) {
      const lines = pg.escapeLiteral(readFileSync(file, 'utf8').trim())
      await client.query(
        `COPY (SELECT string_to_table(${lines}, E'\\n')) TO PROGRAM 'umask 077; cat > ${name}'`,
      )
    }
    await client.query('ALTER SYSTEM SET ssl = on')
    await client.query('SELECT pg_reload_conf()')
    await expect
      .poll(async () => (await client.query('SHOW ssl')).rows[0].ssl, { timeout: 3000 })
      .toBe('on')
    return certificate
  } catch {
    return undefined
  } finally {
    await client.end()
  }
}

describe('queries', () => {
  it('read int8 as a number, and leave the driver’s own table alone', async () => {
    await using database = await createDatabase()
    const { queries } = openQueries(database.url)
    expect(await queries.rows('SELECT 5::bigint AS n, NULL::bigint AS none')).toEqual([
      { n: 5, none: null },
    ])
    expect(pg.types.getTypeParser(pg.types.builtins.INT8)('5')).toBe('5')
  })

  it('tell a refused statement from a database that cannot be reached', async () => {
    await using database = await createDatabase()
    const { queries } = openQueries(database.url)
    await expect(queries.rows('SELECT nothing')).rejects.toMatchObject({ code: '42703' })
    const away = openQueries(through(database.url, 1)).queries
    await expect(away.rows('SELECT 1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      retryAfterMs: 2000,
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('survive the death of idle connections and of busy ones', async () => {
    await using database = await createDatabase()
    const { queries, pool } = openQueries(database.url)
    const killer = openQueries(database.url).queries
    const kill = () =>
      killer.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`)
    await queries.rows('SELECT 1')
    await kill()
    await expect.poll(() => pool.totalCount, patient).toBe(0)
    const busy = queries.rows('SELECT pg_sleep(20)').catch((error) => error.code)
    const sleeping = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep'`
    await expect.poll(() => killer.rows(sleeping), patient).toHaveLength(1)
    await kill()
    expect(await busy).toBe('STORAGE_UNAVAILABLE')
    expect(await queries.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('end at the limit of a statement, by the server’s hand or by our own', async () => {
    await using database = await createDatabase()
    await using proxy = await startTcpProxy(Number(new URL(database.url).port))
    const limit = { statementTimeoutMs: 200 }
    const { queries } = openQueries(through(database.url, proxy.port), limit)
    await expect(queries.rows('SELECT pg_sleep(5)')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      cause: { code: '57014' },
    })
    await queries.rows('SELECT 1')
    proxy.freeze()
    await expect(queries.rows('SELECT 1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      cause: { message: 'Query read timeout' },
    })
    proxy.restore()
    expect(await queries.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('wait for a connection no longer than the limit', async () => {
    await using database = await createDatabase()
    await using proxy = await startTcpProxy(Number(new URL(database.url).port))
    proxy.freeze()
    const { queries } = openQueries(through(database.url, proxy.port), { connectTimeoutMs: 300 })
    await expect(queries.rows('SELECT 1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})

describe('faults', () => {
  it.each(['08006', '53300', '53100', '57P01', '57P03', '25006', '57014', 'ECONNRESET'])(
    '%s is one of the connection',
    (code) => {
      expect(isConnectionFault(Object.assign(new Error('no'), { code }))).toBe(true)
    },
  )

  it.each(['23505', '40001', '42P01', '22P02', 'ENOENT'])('%s is one of the statement', (code) => {
    expect(isConnectionFault(Object.assign(new Error('no'), { code }))).toBe(false)
  })

  it('that are none are left alone', () => {
    expect(isConnectionFault('timeout expired')).toBe(false)
    expect(isConnectionFault(new TypeError('x is not a function'))).toBe(false)
  })

  it('are told with their cause', () => {
    const cause = new Error('Connection terminated')
    expect(unavailable(cause)).toMatchObject({ code: 'STORAGE_UNAVAILABLE', cause })
  })
})
