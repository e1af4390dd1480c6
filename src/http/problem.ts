import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type ErrorCode, errors, StepstreamError } from '../errors.ts'
import { newErrorId } from '../ids.ts'
import { schemaError } from './schema-faults.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What it was refused with, once it was. */
    problem: Problem | undefined
  }
}

const codes = Object.keys(errors) as [ErrorCode, ...ErrorCode[]]

/** The body of every error answer. Source: RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    id: z.string().describe('Names this occurrence, also in the log of the service'),
    code: z.enum(codes),
    category: z.enum(['validation', 'execution', 'integration', 'system', 'user']),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    retryable: z.boolean(),
    recoverable: z
      .boolean()
      .describe('Whether the session can go on, or be retried, once the cause is gone'),
    suggestedAction: z.string(),
    requestId: z.string(),
    faults: z
      .array(
        z.object({
          pointer: z.string().describe('RFC 6901 pointer into the request body'),
          code: z.enum(codes),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused. Source: RFC 9457.' })

export type Problem = z.infer<typeof problemSchema>

/** More faults than this help nobody. */
const MAX_FAULTS = 100

/** What a caller is told to wait when nobody knows how long the service cannot serve it. */
const UNAVAILABLE_RETRY_MS = 5000

/** Answers every error of a request; the only place where a problem is built. */
export function registerProblems(app: FastifyInstance): void {
  const methodsOf = collectRoutes(app)
  app.decorateRequest('problem', undefined)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(pathOf(request))
    if (allowed.length === 0) {
      const message = `there is no route ${request.method} ${pathOf(request)}`
      return sendProblem(reply, request, new StepstreamError('ROUTE_NOT_FOUND', message))
    }
    const message = `${request.method} is not one of ${allowed.join(', ')}`
    reply.header('allow', allowed.join(', '))
    return sendProblem(reply, request, new StepstreamError('METHOD_NOT_ALLOWED', message))
  })
}

/** What a request ended in that was not meant to, as a problem. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const refusal = toStepstreamError(error, request)
  if (refusal.code === 'INTERNAL') {
    request.log.error({ err: error, reqId: request.id }, 'the request failed')
  }
  return sendProblem(reply, request, refusal)
}

function sendProblem(reply: FastifyReply, request: FastifyRequest, error: StepstreamError) {
  const problem = problemOf(error, request.id)
  request.problem = problem
  const byDefaultMs = problem.status === 503 ? UNAVAILABLE_RETRY_MS : undefined
  const retryAfterMs = error.retryAfterMs ?? byDefaultMs
  if (retryAfterMs !== undefined) {
    reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)))
  }
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer')
  return reply
    .code(problem.status)
    .header('x-request-id', request.id)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem)
}

function problemOf(error: StepstreamError, requestId: string): Problem {
  const { status, category, severity, retryable, recoverable, suggestedAction } = errors[error.code]
  return {
    type: `/docs/errors#${error.code}`,
    title: titleOf(error.code),
    status,
    detail: status >= 500 && error.code === 'INTERNAL' ? 'something went wrong' : error.message,
    id: newErrorId(),
    code: error.code,
    category,
    severity,
    retryable,
    recoverable,
    suggestedAction,
    requestId,
    ...(error.faults.length === 0 ? {} : { faults: error.faults.slice(0, MAX_FAULTS) }),
  }
}

function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Errors of the framework, by its codes; what is not known is our own fault. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'EMPTY_BODY',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'INVALID_HEADER',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_BAD_URL: 'INVALID_QUERY',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_NOT_FOUND',
}

function toStepstreamError(error: FastifyError, request: FastifyRequest): StepstreamError {
  if (error instanceof StepstreamError) return error
  if (error.code === 'FST_ERR_VALIDATION') return schemaError(error)
  const known = frameworkCodes[error.code]
  if (known !== undefined) return new StepstreamError(known, error.message, { cause: error })
  if (error.statusCode === 400 && request.body === undefined) {
    return new StepstreamError('MALFORMED_JSON', error.message, { cause: error })
  }
  return new StepstreamError('INTERNAL', error.message, { cause: error })
}

/** Which methods a path has, learned from the routes as they are added. */
function collectRoutes(app: FastifyInstance): (path: string) => string[] {
  const routes: { methods: readonly string[]; pattern: RegExp }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)
    routes.push({ methods: [method].flat(), pattern })
  })
  return (path) => [
    ...new Set(
      routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods),
    ),
  ]
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url
}
