import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { newSessionId } from '../../src/ids.ts'
import type { JsonObject } from '../../src/json.ts'
import type { Executor } from '../../src/modules/executors/types.ts'
import type { Plan } from '../../src/session/plan.ts'
import type { Store } from '../../src/store/types.ts'

/** A step that does nothing: what is left is what the engine costs. */
export const noop: Executor<Record<string, never>> = {
  name: 'noop',
  description: 'Does nothing.',
  input: z.object({}) as never,
  safeToRepeat: () => true,
  estimateMs: () => 0,
  execute: async () => ({ status: 'succeeded', output: { ok: true } }),
}

/** A step that does not end before the process does. */
const stuck: Executor = {
  name: 'stuck',
  description: 'Never ends.',
  input: z.unknown(),
  safeToRepeat: () => true,
  execute: () => new Promise(() => {}),
}

/** A step that waits without work, as one that asks a slow service does. */
const pause: Executor<{ ms: number }> = {
  name: 'pause',
  description: 'Waits.',
  input: z.object({ ms: z.number() }),
  safeToRepeat: () => true,
  async execute({ ms }) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return { status: 'succeeded', output: { ok: true } }
  },
}

export interface BenchApp extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly dataDir: string
}

/** The service as it is deployed, but for its logs, in a folder that goes with it. */
export async function startApp(
  settings: Record<string, string> = {},
  store?: Store,
): Promise<BenchApp> {
  const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'stepstream-bench-')))
  const app = await buildApp({
    config: readConfig({
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      WORK_DIR: join(dataDir, 'work'),
      ...settings,
    }),
    version: '0.0.0',
    platform: { searchPath: '', sendSignal: () => true },
    executors: [noop as Executor, stuck, pause as Executor],
    ...(store === undefined ? {} : { store }),
  })
  await app.ready()
  return {
    app,
    dataDir,
    async [Symbol.asyncDispose]() {
      await app.close()
      if (settings['DATA_DIR'] === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** A workflow of no-op steps, one after another. */
export function noopPlan(steps: number): Plan {
  return planOf(steps, 'noop')
}

/** A workflow of equal steps, one after another. */
export function planOf(steps: number, uses: string, input: JsonObject = {}): Plan {
  return {
    inputs: {},
    onFailure: 'fail_fast',
    timeoutMs: 1_800_000,
    maxParallel: 8,
    steps: Array.from({ length: steps }, (_, index) => ({
      id: `step${index + 1}`,
      uses,
      with: input,
      dependsOn: index === 0 ? [] : [`step${index}`],
      retry: {
        maxAttempts: 1,
        backoff: 'exponential',
        delayMs: 1000,
        maxDelayMs: 30_000,
        multiplier: 2,
        jitter: true,
      },
      timeoutMs: 300_000,
      onInterrupted: 'retry',
    })),
  }
}

/** Starts a session and resolves when it is on disk. */
export async function startSession(app: FastifyInstance, plan: Plan): Promise<string> {
  const createdAt = Date.now()
  const sessionId = newSessionId(createdAt)
  await app.stepProcessor.start({
    tenant: 'default',
    sessionId,
    createdAt,
    plan,
    correlation: { id: 'bench' },
  })
  return sessionId
}

/** Resolves when no session is driven and none waits for its turn. */
export async function untilIdle(app: FastifyInstance): Promise<void> {
  for (;;) {
    const { running, queued } = app.stepProcessor.load()
    if (running + queued === 0) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
