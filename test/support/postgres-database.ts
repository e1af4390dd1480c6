import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** A database of its own; dropped at dispose, whoever is still connected to it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  readonly url: string
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
  await runOn(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => runOn(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function runOn(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
