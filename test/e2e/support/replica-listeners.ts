import { query } from '../../support-tests/query.ts'

/** The connections that replicas listen on are those that hold the locks of their names. */
const found = `
  SELECT DISTINCT pid FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** How many replicas listen to what others tell them. */
export async function countListeners(databaseUrl: string): Promise<number> {
  return (await query(databaseUrl, found)).length
}

/** Breaks the connections that replicas listen on, and nothing else; says how many there were. */
export async function terminateListeners(databaseUrl: string): Promise<number> {
  const text = `SELECT pg_terminate_backend(pid) FROM (${found}) AS found`
  return (await query(databaseUrl, text)).length
}
