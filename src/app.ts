import type { FastifyInstance } from 'fastify'
import type { DestinationStream } from 'pino'
import { embedStore, openBackend } from './backend.ts'
import { createBrowsing } from './browsing.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { HttpDeps } from './http/deps.ts'
import { isLoopback } from './http/guards.ts'
import { tenantOf } from './http/identity.ts'
import { retrySession } from './http/retry-session.ts'
import { createServer, registerRoutes } from './http/server.ts'
import { registerMergedEvents } from './http/sse/merged-route.ts'
import { registerQueueEvents } from './http/sse/queue-route.ts'
import { registerEventsRoute } from './http/sse/route.ts'
import { createLogger } from './log.ts'
import { createAgenda } from './modules/agenda/index.ts'
import { openArtifacts } from './modules/artifacts/index.ts'
import { createAuditLog } from './modules/audit/index.ts'
import { createBatches } from './modules/batches/index.ts'
import { createNeeds } from './modules/browser/needs.ts'
import type { BrowserSteps } from './modules/browser-steps/types.ts'
import { createChildren } from './modules/children/index.ts'
import { createDeliveries } from './modules/deliveries/index.ts'
import { createEventBus } from './modules/event-bus/index.ts'
import { createExecutorStreamer } from './modules/executor-streamer/index.ts'
import { createAiExecutor } from './modules/executors/ai.ts'
import { createApprovalExecutor } from './modules/executors/approval.ts'
import { createBrowserExecutor } from './modules/executors/browser.ts'
import { createClientExecutor } from './modules/executors/client.ts'
import { createCommandExecutor } from './modules/executors/command.ts'
import { conditionExecutor } from './modules/executors/condition.ts'
import { loadExecutors } from './modules/executors/load-executors.ts'
import type { SendSignal } from './modules/executors/process-group.ts'
import { createRegistry } from './modules/executors/registry.ts'
import { createSignalExecutor } from './modules/executors/signal.ts'
import type { Executor } from './modules/executors/types.ts'
import { waitExecutor } from './modules/executors/wait.ts'
import { createWebhookExecutor } from './modules/executors/webhook.ts'
import { createWorkflowExecutor } from './modules/executors/workflow.ts'
import {
  agendaCondition,
  auditCondition,
  dispatcherCondition,
  sessionsCondition,
  streamerCondition,
} from './modules/health/conditions.ts'
import { createHealth } from './modules/health/index.ts'
import { createHooks } from './modules/hooks/index.ts'
import { createInteractions } from './modules/interactions/index.ts'
import { openKeys } from './modules/keys/index.ts'
import { createMergedStreamer } from './modules/merged-streamer/index.ts'
import { createMetrics } from './modules/metrics/index.ts'
import { createOutbound } from './modules/outbound/index.ts'
import { createRateLimits } from './modules/rate-limits/index.ts'
import { createReports } from './modules/reports/index.ts'
import { createRetention } from './modules/retention/index.ts'
import { createSchedules } from './modules/schedules/index.ts'
import { createSessionCoordinator } from './modules/session-coordinator/index.ts'
import { createSlots } from './modules/slots/index.ts'
import { createStepProcessor } from './modules/step-processor/index.ts'
import type { StepProcessor } from './modules/step-processor/types.ts'
import { createTaskLoop } from './modules/task-loop/index.ts'
import { AttemptSecrets } from './modules/task-loop/secrets.ts'
import type { TelemetryOptions } from './modules/telemetry/index.ts'
import type { Telemetry } from './modules/telemetry/types.ts'
import { createTimings } from './modules/timings/index.ts'
import { createWorkers } from './modules/workers/index.ts'
import { createWorkflows } from './modules/workflows/index.ts'
import { createExpressions } from './plan/expressions.ts'
import { createMapping } from './plan/mapping.ts'
import { createPlanner } from './plan/planner.ts'
import { schemas } from './plan/schemas.ts'
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
  /** Gives attempts their browser. @default one that works in Chromium */
  readonly browserSteps?: BrowserSteps
  /** @default standard output */
  readonly logDestination?: DestinationStream
  /** Shown once: the key made at the first start beyond loopback. */
  readonly onKeyMade?: (secret: string) => void
  /** The folder that the dashboard was built into. @default no dashboard */
  readonly dashboard?: string
}

/** What the stream buffers of all sessions may hold together, in characters. */
const STREAM_BUFFER_CHARS = 64 * 1024 * 1024

/** Sessions whose open spans are kept at hand, at a kilobyte or so each. */
const TRACED_SESSIONS = 20_000

/** How long the end waits for a collector, at most. */
const FLUSH_MS = 3000

/** How long a receiver has to answer that a session has ended. */
const MAX_CALLBACK_MS = 15_000

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
  const health = createHealth({ clock, log })
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
          log: health.logOf('dispatcher'),
          observe: ({ rows, durationMs }) => metrics.committed(durationMs / 1000, rows),
        })
      : await embedStore(options.store, { config, clock, log: health.logOf('dispatcher') })
  const { store, dispatcher, artifactBytes } = backend
  await using undo = new AsyncDisposableStack()
  undo.defer(() => store.close())
  undo.defer(() => artifactBytes.close())
  const artifacts = openArtifacts({ bytes: artifactBytes, store, now: () => clock.now() })
  const agenda = createAgenda({ store, clock, log: health.logOf('agenda') })
  const outbound = createOutbound({
    allowPrivate: isLoopback(config.HOST),
    allow: config.OUTBOUND_ALLOW,
    requestTimeoutMs: config.REQUEST_TIMEOUT,
    connectTimeoutMs: config.CONNECT_TIMEOUT,
  })
  undo.defer(() => outbound.close())
  const hasSecret = (name: string) => config.secrets.has(name)
  const everySecret = AttemptSecrets.allRead(config.secrets)
  const maskText = (text: string) => everySecret.mask(text)
  const browsing = await createBrowsing({
    config,
    searchPath: platform.searchPath,
    store,
    outbound,
    artifacts,
    interactions: { ask: (request, context) => interactions.ask(request, context) },
    schemas,
    maskText,
    clock,
    log,
    ...(options.browserSteps === undefined ? {} : { steps: options.browserSteps }),
  })
  undo.defer(() => browsing.browsers.close())
  const builtIn = [
    createWebhookExecutor({ outbound, hasSecret }),
    createCommandExecutor({
      commands: config.COMMANDS,
      workDir: config.WORK_DIR,
      outputLimitBytes: config.OUTPUT_LIMIT_BYTES,
      interactions: { ask: (request, context) => workers.ask(request, context) },
      ...platform,
    }),
    waitExecutor,
    conditionExecutor,
    createBrowserExecutor({ steps: browsing.steps, ai: browsing.ai, outbound, hasSecret }),
    createClientExecutor({
      interactions: { ask: (request, context) => workers.ask(request, context) },
      schemas,
    }),
    createApprovalExecutor({
      interactions: { ask: (request, context) => interactions.ask(request, context) },
      schemas,
    }),
    createSignalExecutor({
      interactions: { ask: (request, context) => interactions.ask(request, context) },
      schemas,
    }),
    createAiExecutor({ loop: browsing.ai, browser: browsing.steps, schemas, hasSecret }),
    createWorkflowExecutor({
      children: { start: (request, context) => children.start(request, context) },
      planner: {
        compile: (body) => planner.compile(body),
        check: (definition) => planner.check(definition),
      },
    }),
    ...(options.executors ?? []),
  ] as readonly Executor[]
  const names = builtIn.map(({ name }) => name)
  const executors = createRegistry([
    ...builtIn,
    ...(await loadExecutors(config.EXECUTORS_DIR, names, {
      interactions: { ask: (request, context) => interactions.ask(request, context) },
      schemas,
      clock,
    })),
  ])
  const needs = createNeeds(executors)
  const expressions = createExpressions()
  const planner = createPlanner({
    executors,
    expressions,
    limits: { maxSteps: config.MAX_STEPS },
    defaults: { sessionTimeoutMs: config.SESSION_TIMEOUT, stepTimeoutMs: config.STEP_TIMEOUT },
    hasSecret,
    refuseUrl: (url) => outbound.refusal(url),
    ai: { has: (connection) => browsing.ai.missing(connection) === undefined },
  })
  const workflows = createWorkflows({ store, planner, clock })
  const streamer = createExecutorStreamer({
    store,
    clock,
    maxEvents: config.STREAM_MAX_EVENTS,
    ttlMs: config.STREAM_TTL,
    maxTotalBytes: STREAM_BUFFER_CHARS,
    onFault: (error, sessionId) =>
      health.logOf('streamer').error({ err: error, sessionId }, 'the stream buffer failed'),
  })
  const timings = createTimings({ store, clock, log })
  const merged = createMergedStreamer({ store, clock })
  const coordinator = createSessionCoordinator({
    store,
    clock,
    random: Math.random,
    keepNew: config.MAX_SESSIONS_RUNNING,
    onStatus: ({ id: sessionId, correlation }, status) =>
      log.info({ sessionId, correlationId: correlation.id, status }, 'session'),
    onAwaiting: (session, before) => {
      children.changed(session, before)
      interactions.changed(session, before)
      workers.changed(session, before)
    },
    onDecided: (session, before) => interactions.decided(session, before),
    onSettled: ({ record, state }) => {
      if (needs.isDone(state)) browsing.browsers.ended(record)
    },
    onContended: (sessionId) => backend.rightOfWay?.ask(sessionId),
    onEnd: (session) => {
      timings.learn(session)
      deliveries.ended(session)
      schedules.sessionEnded(session.record)
      batches.sessionEnded(session.record)
      children.ended(session)
      slots.ended(session)
      if (needs.had(session.state)) browsing.browsers.ended(session.record)
    },
  })
  const telemetry = await openTelemetry(config, { store, clock, log, version: options.version })
  undo.defer(() => telemetry?.close())
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
    rateLimits: createRateLimits({
      limits: config.RATE_LIMITS,
      executors,
      requests: backend.requests,
      clock,
      log,
    }),
    observeTurn: (uses, ms) => metrics.turnCame(uses, ms / 1000),
    ...(telemetry === undefined ? {} : { correlationOf: telemetry.correlationOf }),
  })
  const deliveries = createDeliveries({
    store,
    coordinator,
    agenda,
    outbound,
    secrets: config.secrets,
    clock,
    random: Math.random,
    log,
    requestTimeoutMs: Math.min(config.REQUEST_TIMEOUT, MAX_CALLBACK_MS),
    observe: (result) => metrics.deliveryAttempted(result),
  })
  const slots = createSlots({ store, coordinator, dispatcher, agenda, clock, log })
  const processor = createStepProcessor({
    coordinator,
    dispatcher,
    taskLoop,
    slots,
    planner,
    deliveries,
    clock,
  })
  const children = createChildren({
    store,
    workflows,
    processor,
    coordinator,
    artifacts,
    agenda,
    clock,
    log,
  })
  const interactions = createInteractions({
    store,
    coordinator,
    processor,
    taskLoop,
    keys: { maker: (made) => keys.maker(made), bondOf: (made) => keys.bondOf(made) },
    artifacts,
    schemas,
    maskText,
    outputLimitBytes: config.OUTPUT_LIMIT_BYTES,
    agenda,
    clock,
    log,
    onLook: (open) => workers.lookAt(open),
  })
  const workers = createWorkers({
    store,
    interactions,
    coordinator,
    processor,
    agenda,
    clock,
    log,
  })
  const schedules = createSchedules({
    store,
    workflows,
    processor,
    agenda,
    clock,
    log,
    observe: (kind, times) => metrics.schedulesFired(kind, times),
  })
  const hooks = createHooks({
    store,
    workflows,
    processor,
    coordinator,
    agenda,
    mappings: { request: createMapping('request'), event: createMapping('event') },
    secrets: config.secrets,
    clock,
    log,
    observe: (kind, count) => metrics.hooksFired(kind, count),
  })
  const batches = createBatches({
    store,
    workflows,
    processor,
    retrySession: (sessionId, session) =>
      retrySession(sessionId, session, {
        coordinator,
        planner,
        artifacts,
        processor,
        clock,
        closing: closing.signal,
      }),
    agenda,
    clock,
    log,
    keepMs: config.SESSION_TTL,
    onComplete: ({ tenant, id }) => merged.publish([{ tenant, sessionId: id }]),
  })
  const retention = createRetention({
    store,
    artifacts,
    clock,
    log,
    sessionTtlMs: config.SESSION_TTL,
  })
  const audit = createAuditLog({
    store,
    clock,
    log: health.logOf('audit'),
    ttlMs: config.AUDIT_TTL,
    onLost: () => metrics.auditLost(),
  })
  const bus = createEventBus(log)
  metrics.follow(bus)
  telemetry?.follow(bus)
  store.onCommit((commits) => {
    streamer.publish(commits)
    merged.publish(commits)
    bus.publish(commits)
    hooks.publish(commits)
  })
  backend.rightOfWay?.onAsked((sessionId) => coordinator.giveWay(sessionId))
  store.onChange((sessionIds) => {
    metrics.changesSeen(sessionIds.length)
    // The coordinator first: whoever is woken must not be shown what it had before.
    coordinator.changed(sessionIds)
    dispatcher.changed(sessionIds)
    streamer.changed(sessionIds)
    merged.changed(sessionIds)
    telemetry?.changed(sessionIds)
    workers.storeChanged()
  })

  const keysNeeded = config.API_KEYS.length > 0 || config.REQUIRE_KEYS || !isLoopback(config.HOST)
  const keys = await openKeys({
    store,
    clock,
    log,
    areNeeded: keysNeeded,
    pairs: config.API_KEYS,
  })
  if (keys.made !== undefined) options.onKeyMade?.(keys.made)
  const app = await createServer({
    config,
    log,
    version: options.version,
    keys: keysNeeded ? keys : undefined,
    ...(backend.requests === undefined ? {} : { requests: backend.requests }),
  })
  const deps: HttpDeps = {
    config,
    clock,
    store,
    planner,
    workflows,
    batches,
    schedules,
    hooks,
    keys,
    processor,
    coordinator,
    streamer,
    executors,
    artifacts,
    stepCache: browsing.cache,
    metrics,
    timings,
    audit,
    health,
    deliveries,
    slots,
    interactions,
    workers,
    reports: createReports({ store, coordinator }),
    closing: closing.signal,
    dashboard: options.dashboard,
  }
  await registerRoutes(app, deps)
  const streams = registerEventsRoute(app, {
    streamer,
    store,
    clock,
    log,
    tenantOf,
    limits: { maxFollowers: config.STREAM_MAX_FOLLOWERS },
    heartbeatMs: config.STREAM_HEARTBEAT,
  })
  const merging = {
    merged,
    batches,
    store,
    tenantOf,
    limits: { maxFollowers: config.STREAM_MAX_FOLLOWERS },
  }
  registerMergedEvents(app, merging, streams)
  registerQueueEvents(app, { workers, limits: merging.limits }, streams)
  health.add('sessions', async () => sessionsCondition(await store.countByStatus()))
  health.add('dispatcher', () =>
    dispatcherCondition(processor.load(), {
      places: config.MAX_SESSIONS_RUNNING,
      maxQueued: config.MAX_SESSIONS_QUEUED,
    }),
  )
  health.add('streamer', () =>
    streamerCondition({
      open: streams.open,
      maxOpen: config.STREAM_MAX_FOLLOWERS,
      bufferedChars: streamer.stats().bufferedBytes,
    }),
  )
  health.add('artifacts', async () => {
    // Nobody's: that it is not there is all there is to learn.
    await artifactBytes.read({ sessionId: 'ses_none', id: 'art_none' })
    return { status: 'ok' }
  })
  health.add('agenda', async () => {
    const [first] = await store.dueDocuments(clock.now(), 1)
    return agendaCondition(first?.dueAt, clock.now())
  })
  health.add('audit', () => auditCondition(audit.stats()))
  app.decorate('stepProcessor', processor)
  app.addHook('onReady', async () => {
    processor.open()
    agenda.start()
    await dispatcher.schedule(retentionSchedule, () => retention.sweep())
  })
  let drained: Promise<void> | undefined
  let cancelCut = () => {}
  app.addHook('preClose', async () => {
    closing.abort()
    const stopped = agenda.stop()
    drained = processor.close(config.SHUTDOWN_GRACE).then(() => stopped)
    // A client that never finishes its request, or never reads its answer, must not hold up the end.
    cancelCut = clock.setTimer(config.SHUTDOWN_GRACE, () => app.server.closeAllConnections())
  })
  app.addHook('onClose', async () => {
    cancelCut()
    retention.stop()
    await (drained ?? processor.close(config.SHUTDOWN_GRACE))
    await agenda.stop()
    await children.stop()
    await interactions.stop()
    await workers.stop()
    await slots.stop()
    await deliveries.stop()
    await batches.stop()
    await hooks.stop()
    streamer.close()
    await telemetry?.close()
    await browsing.browsers.close()
    await outbound.close()
    await artifactBytes.close()
    await audit.flush()
    await keys.stop()
    await timings.close()
    await store.close()
  })
  // From here on closing the app does it.
  undo.move()
  return app
}

/** Loaded only where it is wanted, since the libraries take memory and time at the start. */
async function openTelemetry(
  config: Config,
  parts: Pick<TelemetryOptions, 'store' | 'clock' | 'log' | 'version'>,
): Promise<Telemetry | undefined> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === '') return undefined
  const { createTelemetry } = await import('./modules/telemetry/index.ts')
  return createTelemetry({
    ...parts,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: config.OTEL_SERVICE_NAME,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    keep: TRACED_SESSIONS,
    flushMs: Math.min(config.SHUTDOWN_GRACE, FLUSH_MS),
  })
}
