import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Schedule, ScheduleListing } from './types.ts'

export function useSchedules() {
  return useQuery({
    queryKey: ['schedules'],
    queryFn: ({ signal }) =>
      request<{ schedules: ScheduleListing[] }>('/v1/schedules?limit=100', { signal }),
    refetchInterval: 5000,
  })
}

export function useSchedule(id: string) {
  return useQuery({
    queryKey: ['schedules', id],
    queryFn: ({ signal }) => request<Schedule>(`/v1/schedules/${id}`, { signal }),
    refetchInterval: 3000,
  })
}

/** The next fire times. */
export function useNextRuns(id: string) {
  return useQuery({
    queryKey: ['schedules', id, 'next'],
    queryFn: ({ signal }) => request<{ times: string[] }>(`/v1/schedules/${id}/next`, { signal }),
    refetchInterval: 10_000,
  })
}

export function useScheduleCommand(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (command: 'pause' | 'resume' | 'trigger') =>
      request(`/v1/schedules/${id}/${command}`, { method: 'POST' }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['schedules'] }),
  })
}
