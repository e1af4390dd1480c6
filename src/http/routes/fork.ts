import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ErrorCode, StepstreamError } from '../../errors.ts'
import type { CurrentSession } from '../../modules/session-coordinator/types.ts'
import { forkRequestSchema, readForkRequest, retryRequestSchema } from '../../plan/fork-request.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { startFork } from '../fork-session.ts'
import { type Continuation, planContinuation, refuseUnlessFailed } from '../retry-session.ts'
import { sessionViewSchema } from '../views.ts'
import {
  acceptedSchema,
  acceptSession,
  refuseWhenClosing,
  sessionRateLimit,
} from './create-session.ts'
import { takesAnyBody } from './plans.ts'

const headers = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .describe('Kept for 24 h: the same body gets the same answer'),
  prefer: z.string().optional().describe('wait=N'),
})

const params = z.object({ id: z.string() })

function answers(...codes: readonly ErrorCode[]) {
  return {
    200: sessionViewSchema.describe('The new session has ended'),
    202: acceptedSchema.describe('The new session is on disk and will run'),
    ...problemsOf(
      'INVALID_VALUE',
      'SESSION_NOT_FOUND',
      ...codes,
      'IDEMPOTENCY_KEY_REUSED',
      'RATE_LIMITED',
      'TOO_MANY_SESSIONS',
      'SHUTTING_DOWN',
    ),
  }
}

const forkSchema = {
  tags: ['control'],
  operationId: 'forkSession',
  summary: 'Start a session that goes on from another one, from a step on',
  description:
    'The new session has the same plan. It keeps the outputs of the steps that completed, but for `fromStep`, for what did not end well, and for all that depends on either: those run again.',
  params,
  headers,
  body: forkRequestSchema,
  response: answers('ARTIFACT_NOT_FOUND'),
}

const retrySchema = {
  tags: ['control'],
  operationId: 'retrySession',
  summary: 'Start a session that does again what failed in an ended one',
  description:
    'As a fork from the steps that failed, were cancelled, or were skipped because of that. The ended session stays as it is.',
  params,
  headers,
  body: retryRequestSchema.nullish(),
  response: answers('SESSION_NOT_ENDED', 'ILLEGAL_TRANSITION'),
}

/** POST /v1/sessions/:id/fork and retry */
export function registerFork(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const rateLimit = sessionRateLimit(deps)

  routes.post(
    '/v1/sessions/:id/fork',
    {
      schema: forkSchema,
      ...takesAnyBody,
      config: { scope: 'control', rateLimit, audit: 'session.fork' },
    },
    async (request, reply) => {
      refuseWhenClosing(deps)
      const from = await findSession(request, request.params.id, deps)
      const { fromStep, ...changes } = readForkRequest(request.body ?? {}, forkRequestSchema)
      refuseUnknownStep(from, fromStep)
      return goOn(request, reply, deps, { from, fromStep, changes })
    },
  )

  routes.post(
    '/v1/sessions/:id/retry',
    {
      schema: retrySchema,
      ...takesAnyBody,
      config: { scope: 'control', rateLimit, audit: 'session.retry' },
    },
    async (request, reply) => {
      refuseWhenClosing(deps)
      const from = await findSession(request, request.params.id, deps)
      refuseUnlessFailed(from)
      const changes = readForkRequest(request.body ?? {}, retryRequestSchema)
      return goOn(request, reply, deps, { from, changes })
    },
  )
}

function goOn(request: FastifyRequest, reply: FastifyReply, deps: HttpDeps, wanted: Continuation) {
  const { compiled, inheritance } = planContinuation(wanted, deps)
  return acceptSession(request, reply, deps, compiled, (session) =>
    startFork(inheritance, session, deps),
  )
}

function refuseUnknownStep({ state }: CurrentSession, fromStep: string): void {
  if (state.graph.indexOf.has(fromStep)) return
  const message = `the session has no step "${fromStep}"`
  throw StepstreamError.fromFaults([{ pointer: '/fromStep', code: 'UNKNOWN_STEP', message }])
}
