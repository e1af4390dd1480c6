import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { findChromium } from '../../src/modules/browser/find-chromium.ts'
import { makeFastFolder } from './fast-folder.ts'
import type { TestDatabase } from './postgres-database.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'
import { makeTemplate } from './postgres-template.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for the Postgres server that all test files share, and for the Chromium and the dashboard. */
    readonly postgresBroker: string
  }
}

/**
 * The Postgres server is that of `TEST_DATABASE_URL`, or a shared one that starts when a test first
 * asks for it, so that a run of files that need none does not wait for it. Returns what ends it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const fastFolder = process.env['TMPDIR'] ? undefined : makeFastFolder()
  // The processes of the tests inherit it, and theirs.
  if (fastFolder !== undefined) process.env['TMPDIR'] = fastFolder
  let own: Promise<PostgresServer> | undefined
  let template: Promise<TestDatabase> | undefined
  let chromium: Promise<string> | undefined
  let dashboard: Promise<string> | undefined
  const broker = createServer((request, response) => {
    const answers = {
      '/template': templateName,
      '/server': serverUrl,
      '/chromium': chromiumPath,
      '/dashboard': dashboardFolder,
    }
    const answer = answers[request.url as keyof typeof answers]
    answer().then(
      (text) => response.end(text),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  project.provide('postgresBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`)
  return async () => {
    broker.close()
    broker.closeAllConnections()
    // A failed start was the answer to whoever asked.
    await (await template?.catch(() => undefined))?.[Symbol.asyncDispose]()
    await (await own?.catch(() => undefined))?.[Symbol.asyncDispose]()
    if (fastFolder !== undefined) await rm(fastFolder, { recursive: true, force: true })
  }

  async function serverUrl(): Promise<string> {
    const given = process.env['TEST_DATABASE_URL']
    if (given) return given
    own ??= startPostgres({ fsync: false })
    return (await own).url
  }

  async function chromiumPath(): Promise<string> {
    chromium ??= locateChromium()
    return chromium
  }

  async function dashboardFolder(): Promise<string> {
    dashboard ??= buildDashboard()
    return dashboard
  }

  async function templateName(): Promise<string> {
    template ??= serverUrl().then(makeTemplate)
    return (await template).name
  }
}

/** The one that the project pins, unpacked once for all; the machine's where that does not run. */
async function locateChromium(): Promise<string> {
  const configured = process.env['CHROMIUM_PATH'] ?? ''
  const pinned = await findChromium({ configured, searchPath: '' })
  if (pinned.missing === undefined) return pinned.locate()
  const installed = await findChromium({ configured, searchPath: process.env['PATH'] ?? '' })
  return installed.locate()
}

/** Built once for all, as `npm start` does; quick where nothing has changed. */
async function buildDashboard(): Promise<string> {
  const root = join(import.meta.dirname, '../..')
  const script = join(root, 'scripts/build-dashboard.mjs')
  await promisify(execFile)(process.execPath, [script, '--required'], { cwd: root })
  return join(root, 'dist/dashboard')
}
