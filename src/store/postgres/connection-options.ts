import { readFileSync } from 'node:fs'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import pg from 'pg'
import { type ConnectionOptions, parse, toClientConfig } from 'pg-connection-string'
import type { Config } from '../../config.ts'
import { StoreOpenError } from '../store-open-error.ts'

/** What the settings say about the database; durations are in milliseconds. */
export interface DatabaseSettings {
  readonly url: string
  readonly poolSize: number
  readonly connectTimeoutMs: number
  /** 0 means none. */
  readonly statementTimeoutMs: number
  readonly tls: 'url' | 'off' | 'require' | 'verify'
  /** A PEM file; empty for the certificates that the system trusts. */
  readonly caFile: string
}

type Tls = Exclude<DatabaseSettings['tls'], 'url'>

const KEEP_ALIVE_MS = 5000

/** How much longer than the server the client waits: the server's own message says more. */
const ANSWER_MARGIN_MS = 1000

const tlsBySslMode: Readonly<Record<string, Tls>> = {
  disable: 'off',
  allow: 'off',
  prefer: 'require',
  require: 'require',
  'no-verify': 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
}

export function databaseSettings(config: Config): DatabaseSettings {
  return {
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT,
    tls: config.DATABASE_TLS,
    caFile: config.DATABASE_CA_FILE,
  }
}

/**
 * How every connection to the database is made.
 * @throws StoreOpenError when the URL or a file of certificates cannot be read
 */
export function clientConfig(settings: DatabaseSettings): pg.ClientConfig {
  const { address, sslMode } = splitSslMode(settings.url)
  const { ssl, ...parsed } = orRefuse('DATABASE_URL', () => parse(address))
  const { statementTimeoutMs } = settings
  return {
    ...orRefuse('DATABASE_URL', () => toClientConfig(parsed as ConnectionOptions)),
    ssl: tlsOptions(settings, sslMode, ssl),
    application_name: parsed.application_name ?? 'stepstream',
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + ANSWER_MARGIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: numericTypes,
  }
}

/** The database's place for messages: host, port and name, and nothing that is secret. */
export function describeDatabase(url: string): string {
  try {
    const { host, port, database } = parse(splitSslMode(url).address)
    return `${host || 'localhost'}:${port || 5432}/${database ?? ''}`
  } catch {
    return 'the database of DATABASE_URL'
  }
}

/** Takes `sslmode` off the URL: the driver has a meaning of its own for it, and warns. */
function splitSslMode(url: string): { address: string; sslMode: string | undefined } {
  const mark = url.indexOf('?')
  if (mark < 0) return { address: url, sslMode: undefined }
  const query = new URLSearchParams(url.slice(mark + 1))
  const sslMode = query.get('sslmode') ?? undefined
  query.delete('sslmode')
  query.delete('uselibpqcompat')
  const rest = query.size === 0 ? '' : `?${query}`
  return { address: url.slice(0, mark) + rest, sslMode }
}

function tlsOptions(
  { tls, caFile }: DatabaseSettings,
  sslMode: string | undefined,
  ssl: ConnectionOptions['ssl'],
): false | TlsOptions {
  // What the URL's sslcert, sslkey and sslrootcert name has been read by now.
  const files = typeof ssl === 'object' ? (ssl as TlsOptions) : {}
  const level = tls === 'url' ? tlsOfUrl(sslMode, ssl, files) : tls
  if (level === 'off') return false
  if (level === 'require') return { ...files, rejectUnauthorized: false }
  const own = caFile === '' ? {} : { ca: orRefuse('DATABASE_CA_FILE', () => read(caFile)) }
  return { ...files, ...own, rejectUnauthorized: true }
}

function tlsOfUrl(
  sslMode: string | undefined,
  ssl: ConnectionOptions['ssl'],
  files: TlsOptions,
): Tls {
  if (sslMode === undefined) return ssl ? 'verify' : 'off'
  const level = tlsBySslMode[sslMode]
  if (level === undefined) {
    const known = Object.keys(tlsBySslMode).join(', ')
    throw new StoreOpenError(`DATABASE_URL cannot be used: its sslmode is none of ${known}.`)
  }
  // As libpq has it: who names an authority wants it asked.
  return level === 'require' && files.ca !== undefined ? 'verify' : level
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}

function orRefuse<Result>(setting: string, make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    throw new StoreOpenError(`${setting} cannot be used: ${(error as Error).message}.`, error)
  }
}

/** int8 as numbers: none of ours comes near 2^53. The driver's own table stays as it is. */
const numericTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}
