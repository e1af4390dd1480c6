import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Draft } from '../pages/new/draft.ts'
import { request } from './request.ts'
import type { VersionListing, WorkflowListing, WorkflowVersion } from './types.ts'

const pathOf = (name: string) => `/v1/workflows/${encodeURIComponent(name)}`

export function useWorkflows() {
  return useQuery({
    queryKey: ['workflows'],
    queryFn: ({ signal }) =>
      request<{ workflows: WorkflowListing[]; next: string | null }>('/v1/workflows?limit=100', {
        signal,
      }),
    refetchInterval: 10_000,
  })
}

export function useVersions(name: string) {
  return useQuery({
    queryKey: ['workflows', name, 'versions'],
    queryFn: ({ signal }) =>
      request<{ versions: VersionListing[] }>(`${pathOf(name)}/versions?limit=100`, { signal }),
    refetchInterval: 10_000,
  })
}

/** One version; the current one without a number. */
export function useWorkflow(name: string, version?: number) {
  const path = version === undefined ? pathOf(name) : `${pathOf(name)}/versions/${version}`
  return useQuery({
    queryKey: ['workflows', name, version ?? 'current'],
    queryFn: ({ signal }) => request<WorkflowVersion>(path, { signal }),
    enabled: name !== '',
  })
}

export interface WorkflowStats {
  readonly [name: string]: unknown
}

export function useRestore(name: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (version: number) =>
      request(`${pathOf(name)}/versions/${version}/restore`, { method: 'POST' }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

export interface SavedWorkflow {
  readonly name: string
  readonly version: number
}

/** Saves what was written under a name; `replaces` is the version that it must still be. */
export function useSave() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({
      name,
      draft: { content, type },
      replaces,
    }: {
      readonly name: string
      readonly draft: Draft
      readonly replaces?: number | undefined
    }) =>
      request<SavedWorkflow>(pathOf(name), {
        method: 'PUT',
        text: { content, type },
        headers:
          replaces === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${replaces}"` },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['workflows'] }),
  })
}

/** Starts a session of a saved workflow. */
export function useStartSaved() {
  return useMutation({
    mutationFn: (body: { workflow: string; inputs?: unknown }) =>
      request<{ sessionId: string }>('/v1/sessions', { method: 'POST', body }),
  })
}
