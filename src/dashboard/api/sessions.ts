import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { labelsOf, queryOf, request } from './request.ts'
import type { BulkAnswer, SessionListing } from './types.ts'

const EVERY_MS = 2000

/** What the list can be narrowed by, as the API has it. */
export interface SessionFilter {
  readonly status?: string | undefined
  readonly name?: string | undefined
  readonly workflow?: string | undefined
  readonly label?: string | undefined
  readonly batch?: string | undefined
  readonly schedule?: string | undefined
  readonly hook?: string | undefined
  readonly parent?: string | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
}

export function useSessions(filter: SessionFilter, cursor: string | undefined) {
  const query = queryOf({ ...wireOf(filter), cursor, limit: 50 })
  return useQuery({
    queryKey: ['sessions', query],
    queryFn: ({ signal }) =>
      request<{ sessions: SessionListing[]; next: string | null }>(`/v1/sessions${query}`, {
        signal,
      }),
    refetchInterval: EVERY_MS,
    placeholderData: (before) => before,
  })
}

/** Cancels or retries the sessions of a filter, page after page; what came of it, in all. */
export function useBulk(action: 'cancel' | 'retry') {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ filter, dryRun }: { filter: SessionFilter; dryRun: boolean }) => {
      const wire = wireOf(filter)
      const all = Object.values(wire).every((value) => value === undefined)
      const total = { matched: 0, done: 0, failed: 0 }
      for (let cursor: string | undefined; ; ) {
        const body = {
          filter: wire,
          dryRun,
          ...(all ? { all: true } : {}),
          ...(cursor === undefined ? {} : { cursor }),
        }
        const path = `/v1/sessions/${action}`
        const answer = await request<BulkAnswer>(path, { method: 'POST', body })
        total.matched += answer.matched
        total.done += answer.cancelled ?? answer.retried ?? 0
        total.failed += answer.failed.length
        if (answer.next === null) return total
        cursor = answer.next
      }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
}

/** The filter as the API takes it. */
function wireOf({ label, createdAfter, createdBefore, ...rest }: SessionFilter) {
  return {
    ...rest,
    label: labelsOf(label),
    createdAfter: timeOf(createdAfter),
    createdBefore: timeOf(createdBefore),
  }
}

/** A time of day of this place, as the field has it, with its offset. */
function timeOf(local: string | undefined): string | undefined {
  if (local === undefined) return undefined
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? local : at.toISOString()
}
