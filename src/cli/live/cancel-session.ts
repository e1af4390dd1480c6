import { ProblemError } from '../../client/index.ts'
import { expectDone } from '../service/unwrap.ts'
import type { Following } from './following.ts'

/** Asks for the end of a session; it has ended only when its last event says so. @throws ProblemError */
export async function cancelSession({
  service,
  sessionId,
}: Pick<Following, 'service' | 'sessionId'>): Promise<void> {
  const request = { params: { path: { id: sessionId } }, body: null }
  try {
    await expectDone(service.api.POST('/v1/sessions/{id}/cancel', request))
  } catch (error) {
    // One that has ended meanwhile is what was wanted, near enough: its last event says how.
    if (!(error instanceof ProblemError && error.status === 409)) throw error
  }
}
