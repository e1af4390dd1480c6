import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { queryOf, request } from './request.ts'
import { useSignIn } from './sign-in.ts'
import type { InboxItem, OpenInteraction, PastAnswer } from './types.ts'

const EVERY_MS = 3000

/** What is listed for people; workers take theirs from queues. */
export const inboxKinds = ['approval', 'escalation', 'client', 'signal', 'worker'] as const

export function useInbox(kind: string | undefined, sessionId?: string) {
  const query = queryOf({ limit: 100, kind, sessionId })
  return useQuery({
    queryKey: ['inbox', query],
    queryFn: ({ signal }) =>
      request<{ interactions: InboxItem[]; next: string | null }>(`/v1/interactions${query}`, {
        signal,
      }),
    refetchInterval: EVERY_MS,
  })
}

export function useAnswered() {
  return useQuery({
    queryKey: ['inbox', 'answered'],
    queryFn: ({ signal }) =>
      request<{ interactions: PastAnswer[] }>('/v1/interactions?state=answered&limit=50', {
        signal,
      }),
    refetchInterval: EVERY_MS,
  })
}

/** One as it is asked, with the whole of what is to be done. */
export function useInteraction(id: string) {
  return useQuery({
    queryKey: ['interaction', id],
    queryFn: ({ signal }) => request<OpenInteraction>(`/v1/interactions/${id}`, { signal }),
  })
}

/** How much waits for people, for the navigation. */
export function useInboxCount() {
  const { data: signIn } = useSignIn()
  const mayAsk = signIn !== undefined && (!signIn.needed || signIn.who !== undefined)
  const { data } = useQuery({
    queryKey: ['inbox', 'count'],
    queryFn: ({ signal }) =>
      request<{ interactions: InboxItem[]; next: string | null }>(
        '/v1/interactions?kind=approval,escalation&limit=20',
        { signal },
      ),
    refetchInterval: 5000,
    enabled: mayAsk,
  })
  if (data === undefined) return undefined
  return { count: data.interactions.length, more: data.next !== null }
}

export interface Answering {
  readonly path: string
  readonly body: unknown
}

/** Sends an answer; what it was about is asked for anew. */
export function useAnswer() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ path, body }: Answering) => request(path, { method: 'POST', body }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['inbox'] }),
  })
}
