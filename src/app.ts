import type { FastifyInstance } from 'fastify'
import type { DestinationStream } from 'pino'
import { embedStore, openBackend } from './backend.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { HttpDeps } from './http/deps.ts'
import { isLoopback } from './http/guards.ts'
import { openKeys } from './http/identity.ts'
import { createServer, registerRoutes } from './http/server.ts'
import { registerEventsRoute } from './http/sse/route.ts'
import { createLogger } from './log.ts'
import { openArtifacts } from './modules/artifacts/index.ts'
import { createExecutorStreamer } from './modules/executor-streamer/index.ts'
import { createCommandExecutor } from './modules/executors/command.ts'
import { conditionExecutor } from './modules/executors/condition.ts'
import { loadExecutors } from './modules/executors/load-executors.ts'
import type { SendSignal } from './modules/executors/process-group.ts'
import { createRegistry } from './modules/executors/registry.ts'
import type { Executor } from './modules/executors/types.ts'
import { waitExecutor } from './modules/executors/wait.ts'
import { createWebhookExecutor } from './modules/executors/webhook.ts'
import { createMetrics } from './modules/metrics/index.ts'
import { createOutbound } from './modules/outbound/index.ts'
import { createRetention } from './modules/retention/index.ts'
import { createSessionCoordinator } from './modules/session-coordinator/index.ts'
import { createStepProcessor } from './modules/step-processor/index.ts'
import type { StepProcessor } from './modules/step-processor/types.ts'
import { createTaskLoop } from './modules/task-loop/index.ts'
import { createWorkflows } from './modules/workflows/index.ts'
import { createExpressions } from './plan/expressions.ts'
import { createPlanner } from './plan/planner.ts'
import type { Store } from './store/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The seed of it all, for programs that embed the service. */
    readonly stepProcessor: StepProcessor
  }
}

export interface AppOptions {
  readonly config: Config
  /** What only the process knows. */
  readonly platform: { readonly searchPath: string; readonly sendSignal: SendSignal }
  readonly version: string
  /** @default the machine's clock */
  readonly clock?: Clock
  /** @default what the settings name */
  readonly store?: Store
  /** Executors beside the built-in ones and those of `EXECUTORS_DIR`. */
  readonly executors?: readonly Executor[]
  /** @default standard output */
  readonly logDestination?: DestinationStream
  /** Shown once: the key made at the first start beyond loopback. */
  readonly onKeyMade?: (secret: string) => void
}

/** What the stream buffers of all sessions may hold together, in characters. */
const STREAM_BUFFER_CHARS = 64 * 1024 * 1024

/** How often old sessions are looked for, by one process for all. */
const retentionSchedule = { name: 'retention', cron: '* * * * *' }

/**
 * Puts the service together, or leaves nothing open when it cannot. Nothing runs before `app.ready()`; `app.close()` stops what was
 * started: streams say goodbye, running attempts get `SHUTDOWN_GRACE`, the store closes last.
 *
 * @throws ConfigError, StoreOpenError
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, platform, clock = systemClock } = options
  const log = createLogger(config, options.logDestination)
  const closing = new AbortController()
  const metrics = createMetrics(
    {
      sessionsByStatus: () => store.countByStatus(),
      load: () => processor.load(),
      streams: () => ({
        ...streams.stats,
        open: streams.open,
        maxLag: Math.max(0, ...streams.lags()),
      }),
      places: config.MAX_SESSIONS_RUNNING,
    },
    clock,
  )
  const backend =
    options.store === undefined
      ? await openBackend({
          config,
          clock,
          log,
          observe: ({ rows, durationMs }) => metrics.committed(durationMs / 1000, rows),
        })
      : await embedStore(options.store, { config, clock, log })
  const { store, dispatcher, artifactBytes } = backend
  await using undo = new AsyncDisposableStack()
  undo.defer(() => store.close())
  undo.defer(() => artifactBytes.close())
  const artifacts = openArtifacts({ bytes: artifactBytes, store, now: () => clock.now() })
  const outbound = createOutbound({
    allowPrivate: isLoopback(config.HOST),
    allow: config.OUTBOUND_ALLOW,
    requestTimeoutMs: config.REQUEST_TIMEOUT,
    connectTimeoutMs: config.CONNECT_TIMEOUT,
  })
  undo.defer(() => outbound.close())
  const hasSecret = (name: string) => config.secrets.has(name)
  const builtIn = [
    createWebhookExecutor({ outbound, hasSecret }),
    createCommandExecutor({
      commands: config.COMMANDS,
      workDir: config.WORK_DIR,
      outputLimitBytes: config.OUTPUT_LIMIT_BYTES,
      ...platform,
    }),
    waitExecutor,
    conditionExecutor,
    ...(options.executors ?? []),
  ] as readonly Executor[]
  const names = builtIn.map(({ name }) => name)
  const executors = createRegistry([
    ...builtIn,
    ...(await loadExecutors(config.EXECUTORS_DIR, names)),
  ])
  const expressions = createExpressions()
  const planner = createPlanner({
    executors,
    expressions,
    limits: { maxSteps: config.MAX_STEPS },
    defaults: { sessionTimeoutMs: config.SESSION_TIMEOUT, stepTimeoutMs: config.STEP_TIMEOUT },
    hasSecret,
  })
  const workflows = createWorkflows({ store, planner, clock })
  const streamer = createExecutorStreamer({
    store,
    clock,
    maxEvents: config.STREAM_MAX_EVENTS,
    ttlMs: config.STREAM_TTL,
    maxTotalBytes: STREAM_BUFFER_CHARS,
    onFault: (error, sessionId) => log.error({ err: error, sessionId }, 'the stream buffer failed'),
  })
  const coordinator = createSessionCoordinator({
    store,
    clock,
    random: Math.random,
    keepNew: config.MAX_SESSIONS_RUNNING,
    onStatus: ({ id: sessionId, correlation }, status) =>
      log.info({ sessionId, correlationId: correlation.id, status }, 'session'),
  })
  const taskLoop = createTaskLoop({
    coordinator,
    executors,
    expressions,
    artifacts,
    secrets: config.secrets,
    clock,
    log,
    outputLimitBytes: config.OUTPUT_LIMIT_BYTES,
    observe: (uses, status, ms) => metrics.attemptEnded(uses, status, ms / 1000),
  })
  const processor = createStepProcessor({
    coordinator,
    dispatcher,
    taskLoop,
    planner,
    clock,
  })
  const retention = createRetention({
    store,
    artifacts,
    clock,
    log,
    sessionTtlMs: config.SESSION_TTL,
  })
  store.onCommit((commits) => streamer.publish(commits))
  store.onChange((sessionIds) => {
    metrics.changesSeen(sessionIds.length)
    // The coordinator first: whoever is woken must not be shown what it had before.
    coordinator.changed(sessionIds)
    dispatcher.changed(sessionIds)
    streamer.changed(sessionIds)
  })

  const keysNeeded = config.API_KEYS.length > 0 || !isLoopback(config.HOST)
  const keys = keysNeeded ? await openKeys(config.API_KEYS, store) : undefined
  if (keys?.made !== undefined) options.onKeyMade?.(keys.made)
  const app = await createServer({
    config,
    log,
    version: options.version,
    keys,
    ...(backend.requests === undefined ? {} : { requests: backend.requests }),
  })
  const deps: HttpDeps = {
    config,
    clock,
    store,
    planner,
    workflows,
    processor,
    coordinator,
    streamer,
    executors,
    artifacts,
    metrics,
    closing: closing.signal,
  }
  await registerRoutes(app, deps)
  const streams = registerEventsRoute(app, {
    streamer,
    store,
    clock,
    log,
    tenantOf: (request) => request.tenant,
    limits: { maxFollowers: config.STREAM_MAX_FOLLOWERS },
    heartbeatMs: config.STREAM_HEARTBEAT,
  })
  app.decorate('stepProcessor', processor)
  app.addHook('onReady', async () => {
    processor.open()
    await dispatcher.schedule(retentionSchedule, () => retention.sweep())
  })
  let drained: Promise<void> | undefined
  let cancelCut = () => {}
  app.addHook('preClose', async () => {
    closing.abort()
    drained = processor.close(config.SHUTDOWN_GRACE)
    // A client that never finishes its request, or never reads its answer, must not hold up the end.
    cancelCut = clock.setTimer(config.SHUTDOWN_GRACE, () => app.server.closeAllConnections())
  })
  app.addHook('onClose', async () => {
    cancelCut()
    retention.stop()
    await (drained ?? processor.close(config.SHUTDOWN_GRACE))
    streamer.close()
    await outbound.close()
    await artifactBytes.close()
    await store.close()
  })
  // From here on closing the app does it.
  undo.move()
  return app
}
