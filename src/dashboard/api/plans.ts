import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Json } from '../../json.ts'
import type { Draft } from '../pages/new/draft.ts'
import { request } from './request.ts'
import type { PlanAnswer } from './types.ts'

const TYPING_MS = 350

/** What would run, a moment after the last change. */
export function usePlan(draft: Draft | undefined) {
  const [asked, setAsked] = useState(draft)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(draft), TYPING_MS)
    return () => clearTimeout(timer)
  }, [draft])
  const query = useQuery({
    queryKey: ['plan', asked?.type, asked?.content],
    queryFn: ({ signal }) => {
      const { content = '', type = 'application/json' } = asked ?? {}
      return request<PlanAnswer>('/v1/plans', { method: 'POST', text: { content, type }, signal })
    },
    enabled: asked !== undefined && asked.faults.length === 0,
    placeholderData: (before) => before,
    staleTime: 60_000,
    retry: false,
  })
  /** Whether the answer is about what stands there now. */
  return { ...query, isCurrent: asked === draft }
}

/** The step that a sentence stands for; undefined where it stands for none, or for several. @throws ProblemError */
export async function compileSentence(
  sentence: string,
): Promise<{ readonly uses: string; readonly with: Json } | undefined> {
  const { steps } = await request<PlanAnswer>('/v1/plans', { method: 'POST', body: [sentence] })
  const [first, second] = steps
  if (first === undefined || second !== undefined) return undefined
  return { uses: first.uses, with: first.with as Json }
}

export function useStart() {
  return useMutation({
    mutationFn: ({ content, type }: Draft) =>
      request<{ sessionId: string }>('/v1/sessions', { method: 'POST', text: { content, type } }),
  })
}
