import type { z } from 'zod'
import type { EventType, eventData, LoggedEvent } from '../../src/session/events.ts'
import { follow } from './follow.ts'
import type { Service } from './service.ts'

/** Posts a workflow that is known to be good; the session's id. */
export async function start(
  service: Pick<Service, 'post'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await service.post('/v1/sessions', body, headers)
  const answer = (await response.json()) as { sessionId: string }
  if (response.status !== 202) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.sessionId
}

/** The whole log of a session, once it has ended. */
export function ended(service: Pick<Service, 'url'>, sessionId: string): Promise<LoggedEvent[]> {
  return follow(service.url, sessionId)
}

/** The log up to the first event of a type. */
export function until(
  service: Pick<Service, 'url'>,
  sessionId: string,
  type: EventType,
): Promise<LoggedEvent[]> {
  return follow(service.url, sessionId, { until: (event) => event.type === type })
}

/** The data of the last event of a type. */
export function lastOf<T extends EventType>(
  events: readonly LoggedEvent[],
  type: T,
): z.infer<(typeof eventData)[T]> {
  const found = events.findLast((event) => event.type === type)
  if (found === undefined) throw new Error(`no ${type} among ${events.map((e) => e.type)}`)
  return found.data as z.infer<(typeof eventData)[T]>
}

/** Reads an answer's JSON. */
export async function json<T = Record<string, unknown>>(
  response: Promise<Response> | Response,
): Promise<T> {
  return (await (await response).json()) as T
}
