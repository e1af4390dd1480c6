import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { StepstreamError } from '../errors.ts'
import type { ExpectedVersion } from '../store/workflows.ts'

/** The headers, for a route's documentation. */
export const preconditions = {
  'if-match': z
    .string()
    .optional()
    .describe('The ETag of the version that must be current, or * for any'),
  'if-none-match': z.string().optional().describe('*: there must be none yet'),
}

/** The entity tag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`
}

/**
 * What `If-Match` or `If-None-Match` expect to be current; nothing where neither is sent.
 * Source: RFC 9110, section 13.1. @throws INVALID_HEADER
 */
export function preconditionOf(request: FastifyRequest): { expected?: ExpectedVersion } {
  const expected = expectedVersion(request)
  return expected === undefined ? {} : { expected }
}

function expectedVersion({ headers }: FastifyRequest): ExpectedVersion | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers
  if (noneMatch !== undefined && (noneMatch !== '*' || match !== undefined)) {
    const message = 'If-None-Match can be * only: save if there is none yet; and without If-Match'
    throw new StepstreamError('INVALID_HEADER', message)
  }
  if (noneMatch !== undefined) return 'none'
  if (match === undefined) return undefined
  if (match === '*') return 'any'
  const [, version] = /^"([1-9]\d{0,8})"$/.exec(match) ?? []
  if (version !== undefined) return Number(version)
  throw new StepstreamError(
    'INVALID_HEADER',
    'If-Match must be * or the ETag of a version, such as "3"',
  )
}
