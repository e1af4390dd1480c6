import type { Queries } from './queries.ts'

/** Which database it is that speaks Postgres, and what of Postgres it has. */
export interface Engine {
  readonly name: 'postgres' | 'citus' | 'cockroachdb' | 'yugabytedb'
  /** As it calls itself. */
  readonly version: string
  /** LISTEN and NOTIFY. */
  readonly notify: boolean
  readonly advisoryLocks: boolean
}

/** @throws StepstreamError STORAGE_UNAVAILABLE */
export async function findEngine(queries: Pick<Queries, 'rows'>): Promise<Engine> {
  const [row] = await queries.rows<{ version: string }>('SELECT version() AS version')
  const version = row?.version ?? ''
  if (version.includes('CockroachDB')) return without('cockroachdb', version)
  if (version.includes('-YB-')) return without('yugabytedb', version)
  const citus = await queries.rows("SELECT 1 FROM pg_extension WHERE extname = 'citus'")
  const name = citus.length > 0 ? 'citus' : 'postgres'
  return { name, version, notify: true, advisoryLocks: true }
}

function without(name: Engine['name'], version: string): Engine {
  return { name, version, notify: false, advisoryLocks: false }
}
