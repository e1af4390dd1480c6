import { sessionIdPattern } from '../ids.ts'
import { readListCursor } from './list-cursor.ts'

/** The session that a cursor names. @throws INVALID_CURSOR */
export function readSessionCursor(cursor: string): string {
  return readListCursor(cursor, sessionIdPattern, 'a list of sessions')
}
