import { StepstreamError } from '../errors.ts'
import { sessionIdPattern } from '../ids.ts'

/** Where a list of sessions goes on: after this one. */
export function sessionCursor(sessionId: string): string {
  return Buffer.from(sessionId).toString('base64url')
}

/** The session that a cursor names. @throws INVALID_CURSOR */
export function readSessionCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (sessionIdPattern.test(id)) return id
  throw new StepstreamError('INVALID_CURSOR', 'the cursor is not one of a list of sessions')
}
