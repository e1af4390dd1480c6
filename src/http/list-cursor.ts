import { StepstreamError } from '../errors.ts'

/** What a page of a list is asked for by. */
interface PageQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * Reads a page behind a cursor of `list`, and says where the list goes on.
 * @param nameOf what a cursor names of the last item; it fits the pattern
 * @throws INVALID_CURSOR
 */
export async function readListPage<Item>(
  { limit, cursor }: PageQuery,
  pattern: RegExp,
  list: string,
  read: (after: string | undefined, limit: number) => Promise<readonly Item[]>,
  nameOf: (item: Item) => string,
): Promise<{ readonly page: readonly Item[]; readonly next: string | null }> {
  const after = cursor === undefined ? undefined : readListCursor(cursor, pattern, list)
  const page = await read(after, limit)
  const last = page.length === limit ? page.at(-1) : undefined
  return { page, next: listCursor(last && nameOf(last)) }
}

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
