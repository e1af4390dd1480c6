import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type AppOptions, buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { listen } from '../../src/http/listen.ts'
import { dropDatabase, storeSettings } from './store.ts'

export interface Service extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly url: string
  readonly dataDir: string
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  get(path: string, headers?: Record<string, string>): Promise<Response>
}

/** A service of our own in this process, on a free port, with a data folder that goes with it. */
export async function startService(
  settings: Readonly<Record<string, string>> = {},
  options: Partial<AppOptions> = {},
): Promise<Service> {
  const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'stepstream-')))
  const removeDataDir = async () => {
    if (settings['DATA_DIR'] !== undefined) return
    await rm(dataDir, { recursive: true, force: true })
    dropDatabase(dataDir)
  }
  // The database has a clock of its own, which no test moves.
  const isGiven =
    options.store !== undefined || options.clock !== undefined || 'DATABASE_URL' in settings
  const ofStore = isGiven ? {} : await storeSettings(dataDir)
  const app = await buildApp({
    config: readConfig({
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      WORK_DIR: join(dataDir, 'work'),
      SHUTDOWN_GRACE: '200ms',
      ...ofStore,
      ...settings,
    }),
    version: '0.0.0',
    platform: { searchPath: process.env['PATH'] ?? '', sendSignal: process.kill.bind(process) },
    ...options,
  }).catch(async (error: unknown) => {
    await removeDataDir()
    throw error
  })
  await listen(app, { host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    app,
    url,
    dataDir,
    get: (path, headers = {}) => fetch(url + path, { headers }),
    post: (path, body, headers = {}) => fetch(url + path, postOf(body, headers)),
    async [Symbol.asyncDispose]() {
      await app.close()
      await removeDataDir()
    },
  }
}

function postOf(body: unknown, headers: Record<string, string>): RequestInit {
  if (body === undefined) return { method: 'POST', headers }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } }
}
