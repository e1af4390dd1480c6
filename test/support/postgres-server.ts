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
  let ended: Promise<number | null> = Promise.resolve(0)
  const start = async () => {
    ended = keeper.run(join(programs, 'postgres'), args)
    await untilReady(url, ended).catch((error) => explain(keeper, error))
  }
  await start()
  const version = await versionOf(url)
  const owned = undo.move()
  return {
    url,
    port,
    version,
    start,
    createDatabase: () => createDatabaseOn(url),
    async stop(mode = 'fast') {
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

/** Room for a whole suite: each service keeps some ten connections. */
function settingsOf(port: number, fsync: boolean): readonly string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    fsync: fsync ? 'on' : 'off',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Returns once a connection succeeds; throws when the server has ended before. */
async function untilReady(url: string, ended: Promise<number | null>): Promise<void> {
  let exit: string | undefined
  const noteEnd = ended.then((exitCode) => {
    exit = `postgres exited with ${exitCode}`
  })
  while (exit === undefined) {
    if (await answers(url)) return
    await Promise.race([noteEnd, delay(20)])
  }
  throw new Error(exit)
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end()
  }
}

async function versionOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
  await client.end()
  return rows[0]?.server_version ?? ''
}

/** The reason of a failure is in what the programs wrote. */
async function explain(keeper: Keeper, error: Error): Promise<never> {
  throw new Error(`${error.message}\n${await keeper.output()}`)
}
