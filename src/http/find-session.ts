import type { FastifyRequest } from 'fastify'
import { StepstreamError } from '../errors.ts'
import { sessionIdPattern } from '../ids.ts'
import type { CurrentSession } from '../modules/session-coordinator/types.ts'
import type { HttpDeps } from './deps.ts'

/** The session a request names, if its caller may see it. @throws SESSION_NOT_FOUND */
export async function findSession(
  request: FastifyRequest,
  sessionId: string,
  { coordinator }: Pick<HttpDeps, 'coordinator'>,
): Promise<CurrentSession> {
  const known = sessionIdPattern.test(sessionId) ? await coordinator.current(sessionId) : undefined
  if (known === undefined || known.record.tenant !== request.tenant) {
    throw new StepstreamError('SESSION_NOT_FOUND', `there is no session ${sessionId.slice(0, 64)}`)
  }
  return known
}
