import pg from 'pg'
import type { PostgresServer } from '../../test/support/postgres-server.ts'
import { familyCpuSeconds, parentOf } from './cpu.ts'

/** A database of its own, and a connection that looks at it from outside. */
export interface BenchDatabase extends AsyncDisposable {
  readonly url: string
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** What all processes of the server have used so far. */
  cpuSeconds(): number
}

export async function createBenchDatabase(server: PostgresServer): Promise<BenchDatabase> {
  await using undo = new AsyncDisposableStack()
  const { url } = undo.use(await server.createDatabase())
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  undo.defer(() => client.end())
  const { rows: own } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const postmaster = parentOf(own[0]?.pid ?? 0)
  const owned = undo.move()
  return {
    url,
    async rows<Row>(text: string, values: readonly unknown[] = []) {
      const { rows } = await client.query(text, [...values])
      return rows as Row[]
    },
    cpuSeconds: () => familyCpuSeconds(postmaster),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
