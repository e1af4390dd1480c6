import { startPostgres } from '../support/postgres-server.ts'
import { query } from './query.ts'

/** Starts a server, says where it is, and lives until it is killed. */
const { url } = await startPostgres()
const [row] = await query<{ data: string }>(url, "SELECT current_setting('data_directory') AS data")
process.stdout.write(`${JSON.stringify({ url, directory: row?.data.replace(/\/data$/, '') })}\n`)
