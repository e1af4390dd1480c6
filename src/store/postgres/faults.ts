import { StepstreamError } from '../../errors.ts'

/** When a refused request may be worth another try: a failover takes about as long. */
const RETRY_AFTER_MS = 2000

/**
 * SQLSTATEs that tell of the database's state and not of the statement: connection exceptions,
 * refused logins and a database that is not there (both mean that none can connect), a server that
 * only reads since it was replaced, a transaction that waited too long in the middle, a lack of
 * memory, disk or connections, a statement cut off by its time limit, a server that stops or
 * starts, and failures of its files.
 */
const STATES = /^(08|28|53|58|57P)|^(3D000|25006|25P03|57014)$/

/** Codes of sockets, name look-ups and TLS. */
const CODES =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_\w+|EADDRNOTAVAIL|EPROTO|ERR_(TLS|SSL)_\w+|\w*CERT(_\w+)?|UNABLE_TO_\w+)$/

/** The driver gives these no code. */
const MESSAGES =
  /^(Connection terminated|timeout e|Query read timeout|Client (was closed|has encountered)|Cannot use a pool|The server does not support SSL|There was an error establishing an SSL)/

/** Whether the database could not be reached or is in no state to answer; the statement is not at fault. */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string') {
    if (STATES.test(error.code) || CODES.test(error.code)) return true
  }
  return ('syscall' in error && error.syscall === 'connect') || MESSAGES.test(error.message)
}

/** What callers get while the database cannot be reached. */
export function unavailable(cause: unknown): StepstreamError {
  return new StepstreamError(
    'STORAGE_UNAVAILABLE',
    'the database cannot be reached at the moment',
    { retryAfterMs: RETRY_AFTER_MS, cause },
  )
}
