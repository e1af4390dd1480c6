import type pg from 'pg'
import { isConnectionFault, unavailable } from './faults.ts'

/** Single statements on any connection of the pool. */
export interface Queries {
  /**
   * @param name of a statement that is to be prepared once for each connection
   * @throws StepstreamError STORAGE_UNAVAILABLE when the database cannot be reached
   */
  rows<Row>(text: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>
}

export function createQueries(pool: pg.Pool): Queries {
  // An idle connection that dies has left the pool by then; whoever asks next gets a new one.
  pool.on('error', () => {})
  return {
    async rows(text, values = [], name) {
      try {
        const { rows } = await pool.query({ text, values: [...values], ...(name && { name }) })
        return rows
      } catch (cause) {
        throw isConnectionFault(cause) ? unavailable(cause) : cause
      }
    },
  }
}
