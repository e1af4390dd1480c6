import pg from 'pg'
import type { Clock } from '../../clock.ts'
import { StoreOpenError } from '../store-open-error.ts'
import { clientConfig, type DatabaseSettings, describeDatabase } from './connection-options.ts'
import { type Engine, findEngine } from './engine.ts'
import { isConnectionFault } from './faults.ts'
import { migrate } from './migrate.ts'

export interface ReadyOptions {
  readonly settings: DatabaseSettings
  readonly clock: Clock
  /** How long a database that cannot be reached is waited for. */
  readonly patienceMs: number
  readonly onFault: (error: Error, what: string) => void
}

const PAUSE_MS = 500

/** Refused logins and a database that is not there: waiting mends neither. */
const REFUSED = /^28|^3D000$/

/**
 * Waits until the database can be reached, for it may start together with the service, and brings
 * its schema up to date.
 * @throws StoreOpenError
 */
export async function readyDatabase(options: ReadyOptions): Promise<Engine> {
  const { settings, clock, patienceMs, onFault } = options
  const place = describeDatabase(settings.url)
  // A migration takes as long as it takes, and so does waiting for another process that migrates.
  const config = { ...clientConfig(settings), statement_timeout: 0, query_timeout: 0 }
  const deadline = clock.now() + patienceMs
  for (let attempt = 1; ; attempt++) {
    try {
      return await prepare(config)
    } catch (error) {
      if (error instanceof StoreOpenError) throw error
      const reason = describe(error)
      if (!isConnectionFault(error)) {
        throw new StoreOpenError(`The database ${place} cannot be prepared: ${reason}.`, error)
      }
      if (isRefusal(error)) {
        throw new StoreOpenError(`The database ${place} refuses: ${reason}.`, error)
      }
      if (clock.now() >= deadline) {
        throw new StoreOpenError(`The database ${place} cannot be reached: ${reason}.`, error)
      }
      if (attempt === 1) {
        onFault(error as Error, 'the database cannot be reached yet; waiting for it')
      }
      await new Promise<void>((resolve) => clock.setTimer(PAUSE_MS, resolve))
    }
  }
}

async function prepare(config: pg.ClientConfig): Promise<Engine> {
  const client = new pg.Client(config)
  // What happens to the connection fails the statement that runs.
  client.on('error', () => {})
  try {
    await client.connect()
    const engine = await findEngine({
      rows: async (text, values = []) => (await client.query(text, [...values])).rows,
    })
    await migrate(client, engine)
    return engine
  } finally {
    await client.end()
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && REFUSED.test(error.code ?? '')
}

function describe(error: unknown): string {
  const { message, code } = error as Error & { code?: string }
  // A refusal by each of a host's addresses comes without a message.
  return message || code || 'no answer'
}
