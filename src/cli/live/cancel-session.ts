import { ProblemError } from '../../client/index.ts'
import type { Following } from './following.ts'

/** Asks for the end of a session; it has ended only when its last event says so. @throws ProblemError */
export async function cancelSession({
  service,
  sessionId,
}: Pick<Following, 'service' | 'sessionId'>): Promise<void> {
  const request = { params: { path: { id: sessionId } }, body: null }
  const { error, response } = await service.api.POST('/v1/sessions/{id}/cancel', request)
  // One that has ended meanwhile is what was wanted, near enough: its last event says how.
  if (error !== undefined && response.status !== 409) throw new ProblemError(response.status, error)
}
