import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReadyDatabase } from './postgres.ts'
import { type ServerProcess, startProcess } from './server-process.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** One of several real service processes on one database. */
export interface Replica extends ServerProcess {
  /** Its own line to the database. */
  readonly proxy: TcpProxy
  /** The `application_name` of all its connections. */
  readonly name: string
  /** Ends the process, unless it has ended, and starts another in its place; `url`, `child` and `output` are the new one's. @default SIGKILL */
  restart(signal?: NodeJS.Signals): Promise<void>
}

export interface Replicas extends AsyncDisposable, Iterable<Replica> {
  /** Throws where there is no such replica. */
  at(index: number): Replica
  /** Of the database they share, past the proxies. */
  readonly databaseUrl: string
}

export interface ReplicaOptions {
  /** @default one for each replica, as on machines of their own */
  readonly dataDir?: 'separate' | 'shared'
  /** A database of the test's own, which it drops itself. @default a fresh one on the shared test server, with the tables of a service that has been there */
  readonly databaseUrl?: string
}

/** Starts so many replicas at once; all are gone, with their data, after disposal. */
export async function startReplicas(
  count: number,
  settings: Readonly<Record<string, string>> = {},
  options: ReplicaOptions = {},
): Promise<Replicas> {
  await using undo = new AsyncDisposableStack()
  const databaseUrl = options.databaseUrl ?? undo.use(await createReadyDatabase()).url
  const folder = await mkdtemp(join(tmpdir(), 'stepstream-replicas-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  const starting = Array.from({ length: count }, async (_, index) => {
    const data = options.dataDir === 'shared' ? 'data' : `data-${index}`
    const name = `replica-${index}`
    return undo.use(await startReplica(name, join(folder, data), databaseUrl, settings))
  })
  await Promise.allSettled(starting)
  const replicas = await Promise.all(starting)
  const owned = undo.move()
  return {
    databaseUrl,
    at(index) {
      const replica = replicas[index]
      if (replica === undefined) throw new RangeError(`there is no replica ${index}`)
      return replica
    },
    [Symbol.iterator]: () => replicas.values(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function startReplica(
  name: string,
  dataDir: string,
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<Replica & AsyncDisposable> {
  await mkdir(dataDir, { recursive: true })
  const url = new URL(databaseUrl)
  await using undo = new AsyncDisposableStack()
  const proxy = undo.use(await startTcpProxy(Number(url.port || 5432), url.hostname))
  url.host = `127.0.0.1:${proxy.port}`
  url.searchParams.set('application_name', name)
  const start = () =>
    startProcess({ DATA_DIR: dataDir, DATABASE_POOL: '3', ...settings, DATABASE_URL: url.href })
  let current = await start()
  const owned = undo.move()
  const stop = (signal?: NodeJS.Signals) => current.stop(signal)
  return {
    get url() {
      return current.url
    },
    get child() {
      return current.child
    },
    output: () => current.output(),
    proxy,
    name,
    stop,
    async restart(signal) {
      await stop(signal)
      current = await start()
    },
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
      await owned.disposeAsync()
    },
  }
}
