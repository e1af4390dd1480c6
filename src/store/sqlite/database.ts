import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/** The one file that knows `node:sqlite`, whose interface may still change. */
export interface Database {
  prepare(sql: string): Statement
  /** Runs statements without parameters or results. */
  exec(sql: string): void
  /** Whether a transaction is open. */
  readonly inTransaction: boolean
  close(): void
}

/** A prepared statement; rows are objects by column name, read as `Row`. */
export interface Statement {
  /** Runs it and says how many rows changed. */
  run(...parameters: Parameter[]): { readonly changes: number; readonly lastId: number }
  get<Row>(...parameters: Parameter[]): Row | undefined
  all<Row>(...parameters: Parameter[]): Row[]
  iterate<Row>(...parameters: Parameter[]): Iterable<Row>
}

export type Parameter = SQLInputValue

/** How long a statement waits for a lock that a foreign tool holds. */
const BUSY_TIMEOUT_MS = 1000

/** Opens a database file; made if missing unless `readOnly`. */
export function openDatabase(
  file: string,
  { readOnly = false, busyTimeoutMs = BUSY_TIMEOUT_MS } = {},
): Database {
  const database = new DatabaseSync(file, { readOnly, timeout: busyTimeoutMs })
  return {
    prepare: (sql) => toStatement(database.prepare(sql)),
    exec: (sql) => database.exec(sql),
    get inTransaction() {
      return database.isTransaction
    },
    close: () => database.close(),
  }
}

function toStatement(statement: StatementSync): Statement {
  return {
    run(...parameters) {
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { changes: Number(changes), lastId: Number(lastInsertRowid) }
    },
    get: <Row>(...parameters: Parameter[]) => statement.get(...parameters) as Row | undefined,
    all: <Row>(...parameters: Parameter[]) => statement.all(...parameters) as Row[],
    iterate: <Row>(...parameters: Parameter[]) =>
      statement.iterate(...parameters) as Iterable<unknown> as Iterable<Row>,
  }
}

const CONSTRAINT = 19
const BUSY = 5
const NOT_A_DATABASE = 26

/** PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB: https://sqlite.org/rescode.html */
const storageCodes: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26])

/** Whether the disk or the file is to blame, not the statement. */
export function isStorageFault(error: unknown): boolean {
  const code = primaryCode(error)
  return code !== undefined && storageCodes.has(code)
}

/** Whether a unique key refused a row. */
export function isConstraintFault(error: unknown): boolean {
  return primaryCode(error) === CONSTRAINT
}

/** Whether someone else holds the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY
}

/** Whether the file holds something else. */
export function isNotADatabase(error: unknown): boolean {
  return primaryCode(error) === NOT_A_DATABASE
}

/** SQLite's result code without its extension in the higher bytes. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}
