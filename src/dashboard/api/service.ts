import { useQuery } from '@tanstack/react-query'
import { ProblemError } from './problem.ts'
import { request } from './request.ts'
import type { Executor, Readiness, Worker } from './types.ts'

export function useWorkers() {
  return useQuery({
    queryKey: ['workers'],
    queryFn: ({ signal }) => request<{ workers: Worker[] }>('/v1/workers', { signal }),
    refetchInterval: 3000,
  })
}

export function useExecutors() {
  return useQuery({
    queryKey: ['executors'],
    queryFn: ({ signal }) => request<{ executors: Executor[] }>('/v1/executors', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** How the service is; one that takes no work answers 503 with the same figures. */
export function useReadiness(isVerbose: boolean) {
  return useQuery({
    queryKey: ['readiness', isVerbose],
    queryFn: async ({ signal }) => {
      const response = await fetch(isVerbose ? '/readyz?verbose' : '/readyz', { signal })
      if (response.ok || response.status === 503) return (await response.json()) as Readiness
      // What is refused is a problem: asked again, it is thrown as one.
      return request<Readiness>('/readyz?verbose', { signal })
    },
    refetchInterval: 3000,
    retry: (count, error) => !(error instanceof ProblemError) && count < 2,
  })
}
