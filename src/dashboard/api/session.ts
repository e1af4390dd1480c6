import { useMutation, useQuery } from '@tanstack/react-query'
import { queryOf, request } from './request.ts'
import type { Artifact, Explanation, Progress, StepView } from './types.ts'

const EVERY_MS = 2000

const pathOf = (id: string) => `/v1/sessions/${encodeURIComponent(id)}`

/** How far a session is, and when it will end; as it was, with `atSeq`. */
export function useProgress(
  id: string,
  {
    atSeq,
    isMoving,
    isWanted,
  }: {
    readonly atSeq: number | undefined
    readonly isMoving: boolean
    readonly isWanted: boolean
  },
) {
  return useQuery({
    queryKey: ['progress', id, atSeq],
    queryFn: ({ signal }) =>
      request<Progress>(`${pathOf(id)}/progress${queryOf({ atSeq })}`, { signal }),
    enabled: isWanted,
    refetchInterval: isMoving ? EVERY_MS : false,
    placeholderData: (before) => before,
  })
}

/** What each step waits for, asked anew with each event. */
export function useExplanation(id: string, seq: number, isWanted: boolean) {
  return useQuery({
    queryKey: ['explain', id, seq],
    queryFn: ({ signal }) => request<Explanation>(`${pathOf(id)}/explain`, { signal }),
    enabled: isWanted,
    placeholderData: (before) => before,
  })
}

/** The steps as they are now. */
export function useStepsOf(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: ['steps', id],
    queryFn: ({ signal }) => request<{ steps: StepView[] }>(pathOf(id), { signal }),
    enabled: isWanted,
  })
}

export function useArtifacts(id: string, isMoving: boolean) {
  return useQuery({
    queryKey: ['artifacts', id],
    queryFn: ({ signal }) =>
      request<{ artifacts: Artifact[] }>(`${pathOf(id)}/artifacts`, { signal }),
    refetchInterval: isMoving ? EVERY_MS : false,
  })
}

export interface Command {
  /** Below the session: `pause`, `steps/build/retry`. */
  readonly path: string
  readonly body?: unknown
}

/** Asks something of a session. What comes of it is seen in its log, not in the answer. */
export function useCommand(id: string) {
  return useMutation({
    mutationFn: ({ path, body }: Command) =>
      request<{ sessionId: string }>(`${pathOf(id)}/${path}`, {
        method: 'POST',
        ...(body === undefined ? {} : { body }),
      }),
  })
}
