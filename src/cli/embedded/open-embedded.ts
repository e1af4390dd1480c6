import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type Config, readConfig } from '../../config.ts'
import { listen } from '../../http/listen.ts'
import { buildService } from './build-service.ts'

/** A service that lives in this process, for as long as a subcommand needs one. */
export interface Embedded extends AsyncDisposable {
  readonly url: string
  /** Undefined where the service needs none. */
  readonly key: string | undefined
  /** Where it keeps its sessions, in words. */
  readonly place: string
}

export interface EmbeddedOptions {
  /** The file that its log is added to; undefined: nowhere. */
  readonly logFile?: string | undefined
  /** Whether it keeps nothing, and so can stand beside a service that holds the data folder. */
  readonly isPassing?: boolean
}

const LOOPBACK = '127.0.0.1'

/**
 * Starts a service with the settings of the environment and of `.env`, on a free port of loopback. It
 * goes on with all that is unfinished in its data folder, as every start does.
 * @throws ConfigError, StoreOpenError
 */
export async function openEmbedded({
  logFile,
  isPassing = false,
}: EmbeddedOptions): Promise<Embedded> {
  if (existsSync('.env')) process.loadEnvFile()
  await using undo = new AsyncDisposableStack()
  const settings = readConfig({ ...process.env, HOST: LOOPBACK, PORT: '0' })
  const key = settings.API_KEYS.length > 0 || settings.REQUIRE_KEYS ? newKey() : undefined
  const config: Config = {
    ...settings,
    ...(key === undefined ? {} : { API_KEYS: [...settings.API_KEYS, `embedded:${key}`] }),
    ...(isPassing ? await passingStore(undo) : {}),
  }
  const logDestination = openLog(logFile)
  undo.defer(() => finished(logDestination.end()))
  const app = await buildService({ config, logDestination })
  undo.defer(() => app.close())
  await listen(app, { host: config.HOST, port: config.PORT })
  const { port } = app.server.address() as AddressInfo
  const owned = undo.move()
  return {
    url: `http://${LOOPBACK}:${port}`,
    key,
    place: config.DATABASE_URL === '' ? config.DATA_DIR : 'DATABASE_URL',
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Of this process alone, so that keys of the settings that are asked of others stay asked of them. */
function newKey(): string {
  return randomBytes(24).toString('base64url')
}

async function passingStore(undo: AsyncDisposableStack) {
  const folder = await mkdtemp(join(tmpdir(), 'stepstream-plan-'))
  undo.defer(() => rm(folder, { recursive: true, force: true }))
  return {
    DATA_DIR: folder,
    WORK_DIR: join(folder, 'work'),
    DATABASE_URL: '',
    ARTIFACTS_URL: '',
  }
}

function openLog(file: string | undefined): Writable {
  if (file !== undefined) return createWriteStream(file, { flags: 'a' })
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
