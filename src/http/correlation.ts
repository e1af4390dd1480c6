import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { newRequestId } from '../ids.ts'
import type { Correlation } from '../store/types.ts'

const requestIdPattern = /^[\w.:-]{1,128}$/

/** Source: W3C Trace Context §3.2, version 00; ids of zeros alone and version ff are void. */
const traceparentPattern =
  /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** The caller's `X-Request-Id` if it is a plain one, else the trace id it sent, else a new id. */
export function requestIdOf(message: IncomingMessage): string {
  const given = message.headers['x-request-id']
  if (typeof given === 'string' && requestIdPattern.test(given)) return given
  return traceIdOf(message.headers['traceparent']) ?? newRequestId()
}

/** What follows a session from the request that made it. */
export function correlationOf(request: FastifyRequest): Correlation {
  const { traceparent } = request.headers
  if (traceIdOf(traceparent) === undefined) return { id: request.id }
  return { id: request.id, traceparent: traceparent as string }
}

function traceIdOf(traceparent: string | string[] | undefined): string | undefined {
  return typeof traceparent === 'string' ? traceparentPattern.exec(traceparent)?.[1] : undefined
}
