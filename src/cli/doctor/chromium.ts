import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../../config.ts'
import { findChromium } from '../../modules/browser/find-chromium.ts'
import type { PrivateFolder } from '../../modules/browser/private-folder.ts'
import { createSharedBrowser } from '../../modules/browser/shared-browser.ts'
import { span } from '../../session/line-text.ts'
import { reasonOf } from '../reason.ts'
import type { Finding } from './finding.ts'

const check = 'chromium'

/** Nothing listens there: what is started for a look is to reach nothing. */
const NOWHERE = 'http://127.0.0.1:9'

/** Whether browser steps have a browser, and how long it takes to start. */
export async function checkChromium(configured: string, searchPath: string): Promise<Finding> {
  try {
    // What a package brings along is unpacked by the first browser step, which would change something.
    const installed = await findChromium({ configured, searchPath, packaged: null })
    if (installed.missing !== undefined) {
      const { missing } = await findChromium({ configured, searchPath })
      if (missing !== undefined) {
        return { check, health: 'warning', detail: 'none: no browser steps', action: missing }
      }
      const detail = 'of the package @sparticuz/chromium: the first browser step tries it'
      return { check, health: 'ok', detail }
    }
    return await start(installed, await installed.locate(), searchPath)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const action = 'Set CHROMIUM_PATH to the program, or leave it out.'
    return { check, health: 'broken', detail: error.message, action }
  }
}

async function start(
  chromium: Awaited<ReturnType<typeof findChromium>>,
  program: string,
  searchPath: string,
): Promise<Finding> {
  const warnings: string[] = []
  const folder = await temporaryFolder()
  const browser = createSharedBrowser({
    chromium,
    folder: async () => folder,
    proxy: async () => NOWHERE,
    searchPath,
    onWarning: (message) => warnings.push(message),
  })
  try {
    const startedAt = performance.now()
    const version = (await browser.get()).version()
    const detail = `${version} (${program}) started in ${span(performance.now() - startedAt)}`
    const [warning] = warnings
    if (warning === undefined) return { check, health: 'ok', detail }
    return { check, health: 'warning', detail, action: `${warning}: run as such a user.` }
  } catch (error) {
    const action = `Install what it lacks (npx playwright-core install-deps chromium), or set CHROMIUM_PATH to another one than ${program}.`
    return { check, health: 'broken', detail: reasonOf(error), action }
  } finally {
    await browser.stop()
    await folder.remove()
  }
}

async function temporaryFolder(): Promise<PrivateFolder> {
  const path = await mkdtemp(join(tmpdir(), 'stepstream-doctor-'))
  return {
    path,
    async sub(name) {
      const sub = join(path, name)
      await mkdir(sub, { mode: 0o700 })
      return sub
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  }
}
