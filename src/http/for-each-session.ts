import { StepstreamError } from '../errors.ts'
import type { ListFilter, SessionListing } from '../store/types.ts'
import type { HttpDeps } from './deps.ts'

/** How many sessions are acted on side by side: what they write goes into few commits. */
const SIDE_BY_SIDE = 50

/** What came of acting on many sessions. */
export interface Swept {
  readonly done: number
  /** Why it did not work, by session. */
  readonly failed: readonly { readonly sessionId: string; readonly error: unknown }[]
  /** The last session that was looked at, if there may be others after it. */
  readonly last: string | undefined
}

/**
 * Acts on the sessions of a filter, newest first, until `limit` of them have been looked at. What is
 * new meanwhile is not among them. Ends early, and says where, when the service goes down or its
 * store cannot be reached. One that `act` says false of is not counted.
 * @throws STORAGE_UNAVAILABLE when the store cannot be reached at the beginning
 */
export async function forEachSession(
  filter: ListFilter,
  act: (session: SessionListing) => Promise<boolean>,
  { store, closing }: Pick<HttpDeps, 'store' | 'closing'>,
): Promise<Swept> {
  const failed: { sessionId: string; error: unknown }[] = []
  let done = 0
  let left = filter.limit
  let last = filter.after
  while (left > 0) {
    const limit = Math.min(left, SIDE_BY_SIDE)
    const page = await store
      .listSessions({ ...filter, limit, ...(last === undefined ? {} : { after: last }) })
      .catch((error: unknown) => {
        if (last === filter.after || !isUnavailable(error)) throw error
      })
    if (page === undefined) return { done, failed, last }
    const refusals: { sessionId: string; error: unknown }[] = []
    const attempt = async (session: SessionListing) => {
      try {
        if (await act(session)) done += 1
      } catch (error) {
        refusals.push({ sessionId: session.id, error })
      }
    }
    await Promise.all(page.map(attempt))
    failed.push(...refusals)
    if (page.length < limit) return { done, failed, last: undefined }
    last = page.at(-1)?.id
    left -= page.length
    if (closing.aborted || refusals.some(({ error }) => isUnavailable(error))) break
  }
  return { done, failed, last }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
}
