import pg from 'pg'
import type { Clock } from '../../clock.ts'
import type { Engine } from './engine.ts'
import { isConnectionFault } from './faults.ts'
import { WriteFault } from './write-faults.ts'

export interface WriteStatement {
  /** Prepared once under this name. */
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** The one connection that writes; a lost one is replaced with the next statement. */
export interface WriteConnection {
  /** @throws WriteFault when the database could not be reached or would not write */
  query<Row>(statement: WriteStatement): Promise<readonly Row[]>
  close(): Promise<void>
}

export interface WriteConnectionOptions {
  readonly config: pg.ClientConfig
  readonly clock: Clock
  readonly engine: Engine
  /** Told when the connection was lost or could not be made. */
  readonly onFault: (error: Error) => void
}

const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 2000
const CLOSE_MS = 500

/**
 * A statement is planned once for groups of every size, when the tables may still be empty. What
 * suits a large group hardly costs a small one: rows by their index, joins by hash.
 */
const planForGroups = 'SET jit = off; SET enable_seqscan = off; SET enable_nestloop = off'

export function createWriteConnection(options: WriteConnectionOptions): WriteConnection {
  const { config, clock, engine, onFault } = options
  let current: Promise<pg.Client> | undefined
  let alive: pg.Client | undefined
  let pauseMs = FIRST_PAUSE_MS
  let retryAt = Number.NEGATIVE_INFINITY
  let lastFault = new Error('the database was not reached yet')

  return {
    async query({ name, text, values }) {
      const client = await connected()
      try {
        const { rows } = await client.query({ name, text, values: [...values] })
        return rows
      } catch (cause) {
        if (!isConnectionFault(cause)) throw cause
        // After an error, other than a fatal one, the server has rolled back and goes on.
        const rolledBack = cause instanceof pg.DatabaseError && cause.severity === 'ERROR'
        drop(client)
        onFault(cause as Error)
        throw new WriteFault(cause as Error, !rolledBack)
      }
    },
    async close() {
      const closing = await current?.catch(() => undefined)
      current = undefined
      if (closing === undefined) return
      // A farewell needs a peer that reads it.
      const cancel = clock.setTimer(CLOSE_MS, () => closing.connection.stream.destroy())
      await closing.end()
      cancel()
    },
  }

  async function connected(): Promise<pg.Client> {
    if (current === undefined) {
      if (clock.now() < retryAt) throw new WriteFault(lastFault, false)
      current = connect()
    }
    return current
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client(config)
    // An idle connection that dies is replaced when the next statement comes.
    client.on('error', () => drop(client))
    try {
      await client.connect()
      if (engine.name === 'postgres' || engine.name === 'citus') await client.query(planForGroups)
      alive = client
      pauseMs = FIRST_PAUSE_MS
      return client
    } catch (cause) {
      client.connection.stream.destroy()
      current = undefined
      lastFault = cause as Error
      retryAt = clock.now() + pauseMs
      pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)
      onFault(lastFault)
      throw new WriteFault(lastFault, false)
    }
  }

  function drop(client: pg.Client): void {
    client.connection.stream.destroy()
    if (alive !== client) return
    alive = undefined
    current = undefined
  }
}
