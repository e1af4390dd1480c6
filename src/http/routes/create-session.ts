import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatDuration } from '../../duration.ts'
import { StepstreamError } from '../../errors.ts'
import { newSessionId } from '../../ids.ts'
import type { StartSession } from '../../modules/step-processor/types.ts'
import type { CompiledPlan } from '../../plan/types.ts'
import { workflowBodySchema } from '../../plan/workflow.ts'
import type { Plan } from '../../session/plan.ts'
import { finalSessionStatuses } from '../../session/status.ts'
import type { Created } from '../../store/types.ts'
import { correlationOf } from '../correlation.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { claimOf, refuseOtherRequest } from '../idempotency.ts'
import { patiently } from '../patiently.ts'
import { preferredWait, waitForEnd } from '../prefer.ts'
import { linksOf, sessionView, sessionViewSchema } from '../views.ts'
import { takesAnyBody, warningSchema } from './plans.ts'

export const acceptedSchema = z
  .object({
    sessionId: z.string(),
    status: z.literal('queued'),
    createdAt: z.iso.datetime(),
    estimatedDuration: z.string().describe('A rough guess, as a duration'),
    warnings: z.array(warningSchema),
    links: z.object({ self: z.string(), events: z.string() }),
  })
  .meta({ id: 'AcceptedSession' })

const schema = {
  tags: ['sessions'],
  operationId: 'startSession',
  summary: 'Start a session',
  description:
    'Takes a workflow, a bare list of steps, or { workflow, inputs }, where the workflow may be the name of a saved one, as JSON or YAML, and answers at once. `Prefer: wait=N` waits up to N seconds (60 at most) for the end and answers 200 if it came.',
  headers: z.object({
    'idempotency-key': z
      .string()
      .optional()
      .describe('Kept for 24 h: the same body gets the same answer'),
    prefer: z.string().optional().describe('wait=N'),
  }),
  body: workflowBodySchema,
  response: {
    200: sessionViewSchema.describe('The session has ended'),
    202: acceptedSchema.describe('The session is on disk and will run'),
    ...problemsOf(
      'INVALID_VALUE',
      'WORKFLOW_NOT_FOUND',
      'IDEMPOTENCY_KEY_REUSED',
      'CONCURRENCY_LIMIT',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'RATE_LIMITED',
      'AI_UNAVAILABLE',
      'TOO_MANY_SESSIONS',
      'SHUTTING_DOWN',
    ),
  },
}

const MINUTE_MS = 60_000

/** What a caller is told to wait when the service is going down. */
const RESTART_MS = 5000

/** `Retry-After` says what a caller needs; it comes with the problem. */
const noRateHeaders = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
}

/** How many sessions a caller may start in a minute by one route. */
export function sessionRateLimit({ config }: HttpDeps) {
  return {
    max: config.MAX_SESSIONS_PER_MINUTE,
    timeWindow: MINUTE_MS,
    addHeaders: noRateHeaders,
    addHeadersOnExceeding: noRateHeaders,
    keyGenerator: (request: FastifyRequest) => request.caller?.keyId ?? request.ip,
    errorResponseBuilder: (_: FastifyRequest, { ttl }: { ttl: number }) =>
      new StepstreamError('RATE_LIMITED', 'too many sessions in a minute', { retryAfterMs: ttl }),
  }
}

/** POST /v1/sessions */
export function registerCreateSession(app: FastifyInstance, deps: HttpDeps): void {
  const rateLimit = sessionRateLimit(deps)
  app
    .withTypeProvider<ZodTypeProvider>()
    .post(
      '/v1/sessions',
      { schema, ...takesAnyBody, config: { scope: 'run', rateLimit } },
      (request, reply) => createSession(request, reply, deps),
    )
}

async function createSession(request: FastifyRequest, reply: FastifyReply, deps: HttpDeps) {
  refuseWhenClosing(deps)
  const compiled = await deps.workflows.compile(request.tenant, request.body)
  return acceptSession(request, reply, deps, compiled, (session) => deps.processor.start(session))
}

/** @throws SHUTTING_DOWN */
export function refuseWhenClosing({ closing }: HttpDeps): void {
  if (!closing.aborted) return
  const retryAfterMs = RESTART_MS
  throw new StepstreamError('SHUTTING_DOWN', 'the service is shutting down', { retryAfterMs })
}

/** Starts a session of a plan, and answers as every start is answered. */
export async function acceptSession(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: HttpDeps,
  { plan, warnings, estimatedDurationMs }: CompiledPlan,
  start: (session: StartSession) => Promise<Created>,
) {
  const createdAt = deps.clock.now()
  const sessionId = newSessionId(createdAt)
  const answer = JSON.stringify({
    sessionId,
    status: 'queued',
    createdAt: new Date(createdAt).toISOString(),
    estimatedDuration: formatDuration(estimatedDurationMs),
    warnings,
    links: linksOf(sessionId),
  })
  const claim = claimOf(request, answer, createdAt)
  // A repeated request is answered as it was; one that is new is refused when it would begin.
  if (claim === undefined) {
    await refuseWhenFull(request, deps, plan)
    await refuseUnlessReady(deps, plan)
  }
  const created = await start({
    tenant: request.tenant,
    sessionId,
    createdAt,
    plan,
    correlation: correlationOf(request),
    ...(claim === undefined ? {} : { idempotency: claim }),
  })
  if (created.created) return answerNew(request, reply, deps, sessionId, answer)
  if (claim !== undefined) refuseOtherRequest(claim, created.requestHash)
  reply.header('idempotency-replayed', 'true')
  return answerNew(request, reply, deps, created.sessionId, created.answer)
}

/** @throws CONCURRENCY_LIMIT */
async function refuseWhenFull({ tenant }: FastifyRequest, { slots }: HttpDeps, plan: Plan) {
  if (plan.concurrency?.onLimit !== 'reject') return
  const { key, limit } = plan.concurrency
  if (!(await slots.isFull({ tenant, key }, limit))) return
  const message = `${limit} of the concurrency key "${key}" run, which is as many as may`
  throw new StepstreamError('CONCURRENCY_LIMIT', message)
}

/** @throws AI_UNAVAILABLE, and what else the kinds of its steps need that does not answer */
async function refuseUnlessReady({ executors, closing }: HttpDeps, plan: Plan) {
  const session = { browser: plan.browser ?? {}, signal: closing }
  await Promise.all(plan.steps.map((step) => executors.get(step.uses)?.ready?.(step.with, session)))
}

async function answerNew(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: HttpDeps,
  sessionId: string,
  answer: string,
) {
  reply.header('location', linksOf(sessionId).self)
  const seconds = preferredWait(request.headers['prefer'])
  if (seconds !== undefined) {
    reply.header('preference-applied', `wait=${seconds}`)
    const view = await viewAtEnd(request, deps, sessionId, seconds * 1000)
    if (view !== undefined) return reply.code(200).send(view)
  }
  return reply
    .code(202)
    .header('content-type', 'application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(answer)
}

/**
 * The session once it has ended; undefined if it does not in time. A store that is gone meanwhile
 * does not make the start a failure: the session is on disk, and a caller that is refused starts another.
 */
async function viewAtEnd(
  request: FastifyRequest,
  deps: HttpDeps,
  sessionId: string,
  ms: number,
): Promise<z.infer<typeof sessionViewSchema> | undefined> {
  try {
    const hasEnded = await patiently(request, ms, deps, (signal) =>
      waitForEnd(deps.streamer, sessionId, signal),
    )
    if (!hasEnded) return undefined
    const session = await findSession(request, sessionId, deps)
    const extent = await deps.streamer.extent(sessionId)
    if (extent === undefined || !finalSessionStatuses.has(session.state.status)) return undefined
    return sessionView(session, extent)
  } catch (error) {
    if (error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE') return undefined
    throw error
  }
}
