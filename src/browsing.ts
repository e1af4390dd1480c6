import { tmpdir } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Artifacts } from './modules/artifacts/types.ts'
import { createBrowsers } from './modules/browser/index.ts'
import type { Browsers } from './modules/browser/types.ts'
import { createBrowserSteps } from './modules/browser-steps/index.ts'
import type { BrowserSteps } from './modules/browser-steps/types.ts'
import type { Outbound } from './modules/outbound/types.ts'
import { createPageActor } from './modules/page/index.ts'
import type { Store } from './store/types.ts'

export interface BrowsingOptions {
  readonly config: Config
  readonly searchPath: string
  readonly store: Store
  readonly outbound: Outbound
  readonly artifacts: Artifacts
  readonly clock: Clock
  readonly log: FastifyBaseLogger
}

/** What steps need that work in a browser. */
export interface Browsing {
  readonly browsers: Browsers
  readonly steps: BrowserSteps
}

/**
 * Puts together browsers, what acts on their pages, and what makes events and artifacts of that.
 * @throws ConfigError when `CHROMIUM_PATH` is no program
 */
export async function createBrowsing(options: BrowsingOptions): Promise<Browsing> {
  const { config, searchPath, store, outbound, artifacts, clock, log } = options
  const browsers = await createBrowsers({
    configured: config.CHROMIUM_PATH,
    searchPath,
    outbound,
    store,
    clock,
    log,
    maxContexts: config.MAX_BROWSERS,
    idleMs: config.BROWSER_IDLE,
    tempDir: tmpdir(),
  })
  const steps = createBrowserSteps({
    browsers,
    actor: createPageActor({ clock }),
    artifacts,
    secretOrigins: config.SECRET_ORIGINS,
    log,
  })
  return { browsers, steps }
}
