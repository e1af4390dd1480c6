import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Batch } from './types.ts'

export function useBatches() {
  return useQuery({
    queryKey: ['batches'],
    queryFn: ({ signal }) => request<{ batches: Batch[] }>('/v1/batches?limit=50', { signal }),
    refetchInterval: 3000,
  })
}

export function useBatch(id: string) {
  return useQuery({
    queryKey: ['batches', id],
    queryFn: ({ signal }) => request<Batch>(`/v1/batches/${id}`, { signal }),
    refetchInterval: 1500,
  })
}

export type BatchCommand = 'pause' | 'resume' | 'cancel' | 'retry'

export function useBatchCommand(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (command: BatchCommand) =>
      request<{ batchId: string }>(`/v1/batches/${id}/${command}`, { method: 'POST' }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['batches'] }),
  })
}
