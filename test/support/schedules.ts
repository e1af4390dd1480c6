import type { Service } from './service.ts'
import { json } from './sessions.ts'

export interface ScheduleEntry {
  readonly at: string
  readonly lastAt?: string
  readonly count?: number
  readonly kind: string
  readonly firedAt?: string
  readonly sessionId?: string
  readonly message?: string
}

export interface ScheduleAnswer {
  readonly scheduleId: string
  readonly status: string
  readonly nextAt: string | null
  readonly runs: number
  readonly waitingSince?: string
  readonly history: readonly ScheduleEntry[]
}

/** Makes a schedule that is known to be good; its id. */
export async function addSchedule(service: Pick<Service, 'post'>, body: unknown): Promise<string> {
  const response = await service.post('/v1/schedules', body)
  const answer = await json<ScheduleAnswer>(response)
  if (response.status !== 201) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.scheduleId
}

export function getSchedule(service: Pick<Service, 'get'>, id: string): Promise<ScheduleAnswer> {
  return json<ScheduleAnswer>(service.get(`/v1/schedules/${id}`))
}

/** The sessions that a schedule has started, newest first. */
export async function sessionsOf(
  service: Pick<Service, 'get'>,
  id: string,
): Promise<{ sessionId: string; status: string }[]> {
  const { sessions } = await json<{ sessions: { sessionId: string; status: string }[] }>(
    service.get(`/v1/sessions?schedule=${id}&limit=200`),
  )
  return sessions
}

/** A service of another process, to be asked like one of this. */
export function asService({ url }: Pick<Service, 'url'>): Pick<Service, 'get' | 'post'> {
  return {
    get: (path) => fetch(url + path),
    post: (path, body) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}
