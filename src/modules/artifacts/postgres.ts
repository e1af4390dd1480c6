import type { Pool, PoolClient } from 'pg'
import { cut, removedMeanwhile, streamOf } from './pieces.ts'
import { safeName } from './safe-name.ts'
import type { ArtifactBytes, ArtifactKey } from './types.ts'
import { orUnavailable } from './unavailable.ts'

export interface PostgresBytesOptions {
  /** Connections to the database of the store, whose schema has the table; whoever made it ends it. */
  readonly pool: Pick<Pool, 'connect' | 'query'>
}

/** Small enough to be read at once by many, large enough that few statements do. */
const PIECE_BYTES = 256 * 1024

/** Removed by one statement: some 64 MiB at most, well within its time-out. */
const BATCH_PIECES = 256

interface FirstPiece {
  readonly bytes: Buffer
  /** The number of the last piece; the first is 0. */
  readonly last: number
}

/**
 * Bytes in the database, in pieces: written in one transaction, streamed by one statement each.
 * Every fault of the database is told as `STORAGE_UNAVAILABLE`, not those of the connection only:
 * the statements never change, so none can be refused for what is in them.
 */
export function createPostgresBytes({ pool }: PostgresBytesOptions): ArtifactBytes {
  return {
    async write(key, bytes) {
      const names = namesOf(key)
      await orUnavailable(
        'written',
        inTransaction(pool, async (client) => {
          for (const [no, piece] of cut(bytes, PIECE_BYTES).entries()) {
            await client.query(insertPiece, [...names, no, piece])
          }
        }),
      )
    },
    async open(key) {
      const names = namesOf(key)
      const { rows } = await orUnavailable('read', pool.query<FirstPiece>(selectFirst, names))
      const [first] = rows
      return first && streamOf(piecesFrom(names, first))
    },
    async read(key) {
      const names = namesOf(key)
      const { rows } = await orUnavailable('read', pool.query<{ bytes: Buffer }>(selectAll, names))
      return rows.length === 0 ? undefined : Buffer.concat(rows.map(({ bytes }) => bytes))
    },
    async remove(key) {
      await orUnavailable('removed', pool.query(deleteOne, namesOf(key)))
    },
    async removeSession(sessionId) {
      await orUnavailable('removed', removeAll(safeName(sessionId)))
    },
    async close() {},
  }

  async function removeAll(sessionId: string): Promise<void> {
    for (let more = true; more; ) {
      const { rows } = await pool.query<{ more: boolean }>(deleteSome, [sessionId, BATCH_PIECES])
      more = rows[0]?.more ?? false
    }
  }

  async function* piecesFrom(names: readonly [string, string], { bytes, last }: FirstPiece) {
    yield bytes
    for (let no = 1; no <= last; no++) {
      const reading = pool.query<{ bytes: Buffer }>(selectPiece, [...names, no])
      const [piece] = (await orUnavailable('read', reading)).rows
      if (piece === undefined) throw removedMeanwhile()
      yield piece.bytes
    }
  }
}

const insertPiece = `
  INSERT INTO stepstream.artifact_chunk (session_id, id, no, bytes) VALUES ($1, $2, $3, $4)`

const selectFirst = `
  SELECT bytes, (
    SELECT max(no) FROM stepstream.artifact_chunk WHERE session_id = $1 AND id = $2
  ) AS last
  FROM stepstream.artifact_chunk WHERE session_id = $1 AND id = $2 AND no = 0`

const selectPiece = `
  SELECT bytes FROM stepstream.artifact_chunk WHERE session_id = $1 AND id = $2 AND no = $3`

const selectAll = `
  SELECT bytes FROM stepstream.artifact_chunk WHERE session_id = $1 AND id = $2 ORDER BY no`

const deleteOne = 'DELETE FROM stepstream.artifact_chunk WHERE session_id = $1 AND id = $2'

/** Says whether there were any when it began: none deleted may mean that another process does it. */
const deleteSome = `
  WITH removed AS (
    DELETE FROM stepstream.artifact_chunk WHERE session_id = $1 AND (id, no) IN (
      SELECT id, no FROM stepstream.artifact_chunk WHERE session_id = $1 LIMIT $2
    )
  )
  SELECT EXISTS (SELECT FROM stepstream.artifact_chunk WHERE session_id = $1) AS more`

function namesOf({ sessionId, id }: ArtifactKey): [string, string] {
  return [safeName(sessionId), safeName(id)]
}

/** A connection on which anything failed is closed, which takes the transaction back. */
async function inTransaction(
  pool: Pick<Pool, 'connect'>,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect()
  client.on('error', toldByItsStatement)
  let committed = false
  try {
    await client.query('BEGIN')
    await work(client)
    await client.query('COMMIT')
    committed = true
  } finally {
    client.off('error', toldByItsStatement)
    client.release(!committed)
  }
}

/** A connection that breaks refuses the statement that runs, or else the next one, which is enough. */
function toldByItsStatement(): void {}
