import { tmpdir } from 'node:os'
import type { FastifyBaseLogger } from 'fastify'
import { aiConnectionsOf } from './ai-settings.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { createAiConnections } from './modules/ai/index.ts'
import { createAiLoop } from './modules/ai-loop/index.ts'
import type { AiLoop } from './modules/ai-loop/types.ts'
import type { Artifacts } from './modules/artifacts/types.ts'
import { createBrowsers } from './modules/browser/index.ts'
import type { Browsers } from './modules/browser/types.ts'
import { createBrowserSteps } from './modules/browser-steps/index.ts'
import type { BrowserSteps } from './modules/browser-steps/types.ts'
import type { Interactions } from './modules/interactions/types.ts'
import type { Outbound } from './modules/outbound/types.ts'
import { createPageActor } from './modules/page/index.ts'
import { createStepCache } from './modules/step-cache/index.ts'
import type { CacheEntries, StepCache } from './modules/step-cache/types.ts'
import type { Schemas } from './plan/types.ts'
import type { Store } from './store/types.ts'

export interface BrowsingOptions {
  readonly config: Config
  readonly searchPath: string
  readonly store: Store
  readonly outbound: Outbound
  readonly artifacts: Artifacts
  readonly interactions: Pick<Interactions, 'ask'>
  readonly schemas: Schemas
  /** Takes the values of all secrets out of a text. */
  readonly maskText: (text: string) => string
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** @default what works in the browsers that are made here */
  readonly steps?: BrowserSteps
}

/** What steps need that work in a browser. */
export interface Browsing {
  readonly browsers: Browsers
  readonly steps: BrowserSteps
  readonly cache: StepCache & CacheEntries
  readonly ai: AiLoop
}

/** One more whenever sentences or goals come to other actions than before: what was kept is not found any more. */
const STEPS_VERSION = '1'

/**
 * Puts together browsers, what acts on their pages, what makes events and artifacts of that, and the AI.
 * @throws ConfigError when `CHROMIUM_PATH` is no program
 */
export async function createBrowsing(options: BrowsingOptions): Promise<Browsing> {
  const { config, store, outbound, artifacts, interactions, schemas, maskText, clock, log } =
    options
  const browsers = await createBrowsers({
    configured: config.CHROMIUM_PATH,
    searchPath: options.searchPath,
    outbound,
    store,
    clock,
    log,
    maxContexts: config.MAX_BROWSERS,
    idleMs: config.BROWSER_IDLE,
    tempDir: tmpdir(),
  })
  const steps =
    options.steps ??
    createBrowserSteps({
      browsers,
      actor: createPageActor({ clock }),
      artifacts,
      secretOrigins: config.SECRET_ORIGINS,
      log,
    })
  const cache = createStepCache({
    store,
    clock,
    version: STEPS_VERSION,
    ttlMs: config.STEP_CACHE_TTL,
    holdsSecret: (text) => maskText(text) !== text,
  })
  const ai = createAiLoop({
    connections: createAiConnections({
      connections: aiConnectionsOf(config),
      outbound,
      clock,
      random: Math.random,
      timeoutMs: config.AI_TIMEOUT,
      maskText,
    }),
    interactions,
    schemas,
    cache,
    ...aiLimitsOf(config),
    clock,
  })
  return { browsers, steps, cache, ai }
}

function aiLimitsOf(config: Config) {
  return {
    caps: {
      actions: config.AI_STEP_MAX_ACTIONS,
      failures: config.AI_STEP_MAX_ACTIONS,
      invalidAnswers: config.AI_STEP_MAX_ACTIONS,
      callMs: config.AI_TIMEOUT,
      timeMs: config.AI_STEP_MAX_TIME,
      promptTokens: config.AI_STEP_MAX_TOKENS,
      cost: Number.POSITIVE_INFINITY,
    },
    session: {
      actions: config.AI_SESSION_MAX_ACTIONS,
      tokens: config.AI_SESSION_MAX_TOKENS,
      cost: config.AI_SESSION_MAX_COST || Number.POSITIVE_INFINITY,
    },
  }
}
