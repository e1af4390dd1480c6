import { useQuery } from '@tanstack/react-query'
import { labelsOf, queryOf, request } from './request.ts'
import type { SessionsReport, StepsReport } from './types.ts'

/** Reports go through many sessions: they are asked for anew as often as somebody would look again. */
const EVERY_MS = 30_000

/** Which sessions a report is about. */
export interface ReportFilter {
  readonly workflow?: string | undefined
  readonly name?: string | undefined
  /** `key:value`, several separated by commas. */
  readonly label?: string | undefined
  /** ISO 8601. */
  readonly createdAfter?: string | undefined
}

export function useSessionsReport(filter: ReportFilter, per: 'hour' | 'day') {
  return useReport<SessionsReport>(`/v1/reports/sessions${queryOf({ ...wireOf(filter), per })}`)
}

export function useStepsReport(filter: ReportFilter) {
  return useReport<StepsReport>(`/v1/reports/steps${queryOf(wireOf(filter))}`)
}

function useReport<Report>(path: string) {
  return useQuery({
    queryKey: ['reports', path],
    queryFn: ({ signal }) => request<Report>(path, { signal }),
    refetchInterval: EVERY_MS,
    placeholderData: (before) => before,
  })
}

/** The filter as the API takes it. */
function wireOf({ label, ...rest }: ReportFilter) {
  return { ...rest, label: labelsOf(label) }
}
