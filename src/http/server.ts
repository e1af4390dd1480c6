import { fastifyCookie } from '@fastify/cookie'
import { fastifyCors } from '@fastify/cors'
import { fastifyRateLimit } from '@fastify/rate-limit'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Config } from '../config.ts'
import type { RequestCounter } from '../store/replica.ts'
import { registerAudit } from './audit.ts'
import { registerBodies } from './body.ts'
import { requestIdOf } from './correlation.ts'
import { registerDashboard } from './dashboard.ts'
import type { HttpDeps } from './deps.ts'
import { registerGuards } from './guards.ts'
import { type Gatekeeper, registerIdentity } from './identity.ts'
import { registerOpenapi, registerReference } from './openapi.ts'
import { answerError, registerProblems } from './problem.ts'
import { countedTogether } from './rate-limit-store.ts'
import { registerAnswer } from './routes/answer.ts'
import { registerArtifacts } from './routes/artifacts.ts'
import { registerAuditRoute } from './routes/audit.ts'
import { registerBatches } from './routes/batches.ts'
import { registerCancelSessions } from './routes/cancel-sessions.ts'
import { registerClaim } from './routes/claim.ts'
import { registerControl } from './routes/control.ts'
import { registerControlSchedule } from './routes/control-schedule.ts'
import { registerCreateBatch } from './routes/create-batch.ts'
import { registerCreateKey } from './routes/create-key.ts'
import { registerCreateSession } from './routes/create-session.ts'
import { registerDecide } from './routes/decide.ts'
import { registerDeliveries } from './routes/deliveries.ts'
import { registerErrorPage } from './routes/error-page.ts'
import { registerExecutors } from './routes/executors.ts'
import { registerExplain } from './routes/explain.ts'
import { registerFork } from './routes/fork.ts'
import { registerHoldInteraction } from './routes/hold-interaction.ts'
import { registerHoldStep } from './routes/hold-step.ts'
import { registerHooks } from './routes/hooks.ts'
import { registerInbox } from './routes/inbox.ts'
import { registerInteractionProgress } from './routes/interaction-progress.ts'
import { registerInteractions } from './routes/interactions.ts'
import { registerKeys } from './routes/keys.ts'
import { registerLinkedAnswer } from './routes/linked-answer.ts'
import { registerLinks } from './routes/links.ts'
import { registerListSessions } from './routes/list-sessions.ts'
import { registerListWorkflows } from './routes/list-workflows.ts'
import { registerNext } from './routes/next.ts'
import { registerPlans } from './routes/plans.ts'
import { registerProbes } from './routes/probes.ts'
import { registerProgress } from './routes/progress.ts'
import { registerReadSessions } from './routes/read-sessions.ts'
import { registerReports } from './routes/reports.ts'
import { registerResolveStep } from './routes/resolve-step.ts'
import { registerRetrySessions } from './routes/retry-sessions.ts'
import { registerSaveHook } from './routes/save-hook.ts'
import { registerSaveSchedule } from './routes/save-schedule.ts'
import { registerSaveWorkflow } from './routes/save-workflow.ts'
import { registerSchedules } from './routes/schedules.ts'
import { registerSessionPlan } from './routes/session-plan.ts'
import { registerSessionSteps } from './routes/session-steps.ts'
import { registerSignIn } from './routes/sign-in.ts'
import { registerSignals } from './routes/signals.ts'
import { registerStepCache } from './routes/step-cache.ts'
import { registerTickets } from './routes/tickets.ts'
import { registerTriggerHook } from './routes/trigger-hook.ts'
import { registerWorkers } from './routes/workers.ts'
import { registerWorkflows } from './routes/workflows.ts'

export interface ServerOptions {
  readonly config: Config
  readonly log: FastifyBaseLogger
  readonly version: string
  /** Absent: no key is needed. */
  readonly keys: Gatekeeper | undefined
  /** Counts the requests of all replicas together. @default those of this process, in its memory */
  readonly requests?: RequestCounter
}

/** How long a request may take to arrive whole. */
const RECEIVE_TIMEOUT_MS = 60_000

/** A Fastify instance with everything that is common to all routes. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { config, log, version, keys, requests } = options
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.MAX_BODY_BYTES,
    forceCloseConnections: 'idle',
    // While it closes the routes answer for themselves: reading goes on, new work is refused.
    return503OnClosing: false,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    // A URL that cannot be read reaches no route, and so no error handler.
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    genReqId: requestIdOf,
    // A logger for each request would cost more than the line it writes, and a stream keeps its request.
    childLoggerFactory: (logger) => logger,
    routerOptions: { maxParamLength: 200 },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  registerProblems(app)
  registerBodies(app)
  registerRequestLog(app)
  registerGuards(app, {
    host: config.HOST,
    allowedHosts: config.ALLOWED_HOSTS,
    allowedOrigins: config.ALLOWED_ORIGINS,
    keysRequired: keys !== undefined,
  })
  await app.register(fastifyCors, {
    origin: config.ALLOWED_ORIGINS,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Last-Event-ID',
      'Prefer',
      'X-Request-Id',
    ],
    exposedHeaders: ['ETag', 'Location', 'Retry-After', 'X-Request-Id', 'Idempotency-Replayed'],
    maxAge: 600,
    // An OPTIONS that is no preflight is no fault either.
    strictPreflight: false,
  })
  await app.register(fastifyCookie)
  registerIdentity(app, keys)
  await app.register(fastifyRateLimit, {
    global: false,
    // Requests that cannot be counted are refused: the limit would be off when it is needed most.
    skipOnError: false,
    ...(requests === undefined ? {} : { store: countedTogether(requests) }),
  })
  await registerOpenapi(app, version)
  return app
}

/** Every route but the event stream, which has needs of its own. */
export async function registerRoutes(app: FastifyInstance, deps: HttpDeps): Promise<void> {
  registerAudit(app, deps.audit)
  registerCreateSession(app, deps)
  registerListSessions(app, deps)
  registerReadSessions(app, deps)
  registerProgress(app, deps)
  registerSessionPlan(app, deps)
  registerSessionSteps(app, deps)
  registerExplain(app, deps)
  registerDeliveries(app, deps)
  registerFork(app, deps)
  registerControl(app, deps)
  registerCancelSessions(app, deps)
  registerRetrySessions(app, deps)
  registerResolveStep(app, deps)
  registerHoldStep(app, deps)
  registerNext(app, deps)
  registerInbox(app, deps)
  registerInteractions(app, deps)
  registerDecide(app, deps)
  registerLinks(app, deps)
  await registerLinkedAnswer(app, deps)
  registerSignals(app, deps)
  registerAnswer(app, deps)
  registerInteractionProgress(app, deps)
  registerClaim(app, deps)
  registerHoldInteraction(app, deps)
  registerWorkers(app, deps)
  registerPlans(app, deps)
  registerSaveWorkflow(app, deps)
  registerListWorkflows(app, deps)
  registerReports(app, deps)
  registerWorkflows(app, deps)
  registerSaveSchedule(app, deps)
  registerSchedules(app, deps)
  registerControlSchedule(app, deps)
  registerCreateBatch(app, deps)
  registerBatches(app, deps)
  registerSaveHook(app, deps)
  registerHooks(app, deps)
  registerTriggerHook(app, deps)
  registerCreateKey(app, deps)
  registerKeys(app, deps)
  registerTickets(app, deps)
  registerSignIn(app, deps)
  registerExecutors(app, deps)
  registerArtifacts(app, deps)
  registerStepCache(app, deps)
  registerAuditRoute(app, deps)
  registerProbes(app, deps)
  registerErrorPage(app)
  await registerReference(app, { isHome: deps.dashboard === undefined })
  if (deps.dashboard !== undefined) await registerDashboard(app, deps.dashboard)
}

/**
 * What every answer says to a browser: take it for what it is, frame it nowhere, load nothing for it.
 * The reference page replaces the policy by its own. Source: OWASP REST Security Cheat Sheet.
 */
const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/** One line for each request, when it is answered; the query is left out, since it may tell secrets. */
function registerRequestLog(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(safeHeaders).header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { id: sessionId } = (request.params ?? {}) as { id?: string }
    request.log.info(
      {
        reqId: request.id,
        method: request.method,
        path: request.url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(request.problem && { code: request.problem.code, errorId: request.problem.id }),
      },
      'request',
    )
  })
}
