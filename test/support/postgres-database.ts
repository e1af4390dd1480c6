import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** A database of its own; dropped at dispose, whoever is still connected to it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  readonly url: string
}

/** Connections for making and dropping databases, by server: to open one for each would cost as much as they do. */
const administrators = new Map<string, Promise<Administrator>>()

interface Administrator {
  readonly client: Client
  /** How the server is to copy a database. */
  readonly strategy: string
}

/**
 * Makes a database on a server, as the role of the url.
 * @param template what it is a copy of, which nobody may be connected to; by default it is empty
 */
export async function createDatabaseOn(
  serverUrl: string,
  template = 'template0',
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const { strategy } = await administratorOf(serverUrl)
  await runOn(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template} ${strategy}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => runOn(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function runOn(serverUrl: string, statement: string): Promise<void> {
  const { client } = await administratorOf(serverUrl)
  await client.query(statement)
}

function administratorOf(serverUrl: string): Promise<Administrator> {
  const administrator = administrators.get(serverUrl) ?? connect(serverUrl)
  administrators.set(serverUrl, administrator)
  return administrator
}

async function connect(serverUrl: string): Promise<Administrator> {
  const client = new Client({ connectionString: serverUrl })
  const forget = () => administrators.delete(serverUrl)
  // A server that a test stops takes it along; whoever comes next connects anew.
  client.on('error', () => {})
  client.on('end', forget)
  await client.connect().catch((error: unknown) => {
    forget()
    throw error
  })
  // It is nobody's to close, and must keep no process alive.
  ;(client as unknown as { connection: { stream: { unref(): void } } }).connection.stream.unref()
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  )
  // Since 15 each page of a copy is written to the log too, at four times the cost, unless it is told; before it knew but this way.
  const strategy = (rows[0]?.version ?? 0) >= 150_000 ? 'STRATEGY FILE_COPY' : ''
  return { client, strategy }
}
