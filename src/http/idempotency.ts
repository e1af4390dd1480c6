import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { StepstreamError } from '../errors.ts'
import type { IdempotencyClaim } from '../store/types.ts'

/** How long a key is kept. */
const KEEP_MS = 24 * 60 * 60 * 1000

const keyPattern = /^[\x21-\x7e]{1,255}$/

/** What a request with an `Idempotency-Key` claims; undefined without one. @throws INVALID_HEADER */
export function claimOf(
  request: FastifyRequest,
  answer: string,
  now: number,
): IdempotencyClaim | undefined {
  const key = keyOf(request)
  if (key === undefined) return undefined
  return { key, requestHash: hashOf(request), answer, expiresAt: now + KEEP_MS }
}

/** The key that a request comes with. @throws INVALID_HEADER */
export function keyOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && keyPattern.test(key)) return key
  const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters'
  throw new StepstreamError('INVALID_HEADER', message)
}

/** Refuses a key that was used for another request. @throws IDEMPOTENCY_KEY_REUSED */
export function refuseOtherRequest(claim: IdempotencyClaim, requestHash: string): void {
  if (claim.requestHash === requestHash) return
  const message = 'this Idempotency-Key was used for a request with a different body'
  throw new StepstreamError('IDEMPOTENCY_KEY_REUSED', message)
}

function hashOf(request: FastifyRequest): string {
  const { method, url, rawBody = '' } = request
  return createHash('sha256').update(`${method} ${url}\n`).update(rawBody).digest('base64url')
}
