import { StepstreamError } from '../errors.ts'

/** Where a list goes on: after the one of this id, or null where it ends. */
export function listCursor(last: string | number | undefined): string | null {
  return last === undefined ? null : Buffer.from(String(last)).toString('base64url')
}

/** What a cursor of `list` names, as {@link listCursor} was given it. @throws INVALID_CURSOR */
export function readListCursor(cursor: string, pattern: RegExp, list: string): string {
  const last = Buffer.from(cursor, 'base64url').toString()
  if (pattern.test(last)) return last
  throw new StepstreamError('INVALID_CURSOR', `the cursor is not one of ${list}`)
}
