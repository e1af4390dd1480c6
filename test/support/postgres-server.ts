import { chownSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { createDatabaseOn, type TestDatabase } from './postgres-database.ts'
import { type Keeper, startKeeper } from './postgres-kept.ts'
import { freePort, temporaryDir, unprivilegedUser } from './postgres-place.ts'
import { findPrograms, type PostgresVersion } from './postgres-programs.ts'

export interface PostgresOptions {
  /** @default bundled, or the system's where no bundled one is installed */
  readonly version?: PostgresVersion
  /** @default true; without it commits are fast, and lost when the machine (not only Postgres) goes down */
  readonly fsync?: boolean
}

export interface PostgresServer extends AsyncDisposable {
  /** Its own database `postgres`, as a superuser. */
  readonly url: string
  readonly port: number
  readonly version: string
  /** A database of its own on this server, empty; dropped at dispose. */
  createDatabase(): Promise<TestDatabase>
  /** Ends the server and waits for it; `immediate` is a crash. @default fast */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Starts it again, on the same port and data; returns when it answers. */
  start(): Promise<void>
}

/** A server of its own, for tests that stop it, freeze it or look at its load. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const user = unprivilegedUser()
  const directory = await mkdtemp(join(temporaryDir(user), 'stepstream-postgres-'))
  await using undo = new AsyncDisposableStack()
  const keeper = undo.use(startKeeper({ directory, logFile: join(directory, 'log'), user }))
  const programs = await findPrograms(directory, options.version)
  if (user !== undefined) chownSync(directory, user.uid, user.gid)
  const dataDir = join(directory, 'data')
  await initialize(keeper, join(programs, 'initdb'), dataDir)
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const args = ['-D', dataDir, ...settingsOf(port, options.fsync ?? true)]
  let isUp = false
  let ended: Promise<number | null> = Promise.resolve(0)
  const start = async () => {
    ended = keeper.run(join(programs, 'postgres'), args)
    isUp = true
    await untilReady(url, dataDir, ended).catch((error) => explain(keeper, error))
  }
  await start()
  const version = (await setting(url, 'server_version')) ?? ''
  const owned = undo.move()
  return {
    url,
    port,
    version,
    start,
    async createDatabase() {
      const database = await createDatabaseOn(url)
      const drop = () => database[Symbol.asyncDispose]()
      // One that a test leaves stopped takes its databases with it.
      return { ...database, [Symbol.asyncDispose]: async () => void (isUp && (await drop())) }
    },
    async stop(mode = 'fast') {
      isUp = false
      keeper.signal(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await ended
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function initialize(keeper: Keeper, initdb: string, dataDir: string): Promise<void> {
  const exitCode = await keeper.run(initdb, [
    ...['-D', dataDir, '-U', 'postgres', '-A', 'trust'],
    ...['-E', 'UTF8', '--locale=C', '--no-sync'],
  ])
  if (exitCode !== 0) await explain(keeper, new Error(`initdb exited with ${exitCode}`))
}

/** What is kept for the day on which the machine goes down, or for servers that follow this one. */
const careless = { fsync: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0 }

/** Room for a whole suite: each service keeps some ten connections. */
function settingsOf(port: number, fsync: boolean): readonly string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    ...(fsync ? {} : careless),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Returns once the server answers; throws when it has ended before. */
async function untilReady(
  url: string,
  dataDir: string,
  ended: Promise<number | null>,
): Promise<void> {
  let exit: string | undefined
  const noteEnd = ended.then(
    (exitCode) => {
      exit = `postgres exited with ${exitCode}`
    },
    // Also when that comes after this: whoever asks for the end then learns of it.
    (error: Error) => {
      exit = error.message
    },
  )
  while (exit === undefined) {
    if ((await setting(url, 'data_directory').catch(() => undefined)) === dataDir) return
    await Promise.race([noteEnd, delay(20)])
  }
  throw new Error(exit)
}

/** The value of a server's setting. Whoever else has the port may not answer at all. */
async function setting(url: string, name: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [
      name,
    ])
    return rows[0]?.value
  } finally {
    await client.end()
  }
}

/** The reason of a failure is in what the programs wrote. */
async function explain(keeper: Keeper, error: Error): Promise<never> {
  throw new Error(`${error.message}\n${await keeper.output()}`)
}
