import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from './request.ts'
import type { SignIn } from './types.ts'

/** Whether a key is needed, and who has signed in. */
export function useSignIn() {
  return useQuery({
    queryKey: ['sign-in'],
    queryFn: ({ signal }) => request<SignIn>('/v1/sign-in', { signal }),
    staleTime: 60_000,
  })
}

/** Whether who has signed in may do something; where no key is needed, everybody may. */
export function useMay(scope: string): boolean {
  const { data } = useSignIn()
  if (data?.needed !== true) return true
  return data.who?.scopes.some((one) => one === scope || one === 'admin') ?? false
}

export function useSignInWith() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: string) => request('/v1/sign-in', { method: 'POST', body: { key } }),
    onSuccess: () => queries.resetQueries(),
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => request('/v1/sign-in', { method: 'DELETE' }),
    onSuccess: () => queries.clear(),
  })
}
