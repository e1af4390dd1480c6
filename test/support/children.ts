import type { JsonObject } from '../../src/json.ts'
import type { Service } from './service.ts'
import { json } from './sessions.ts'

export interface StepView {
  readonly id: string
  readonly status: string
  readonly attempt: number
  readonly child?: string
  readonly output?: JsonObject
  readonly error?: JsonObject & { readonly code: string }
}

export interface SessionView {
  readonly sessionId: string
  readonly status: string
  readonly startedBy?: { readonly session?: string }
  readonly correlationId: string
  readonly labels?: JsonObject
  readonly error?: JsonObject & { readonly code: string }
  readonly steps: readonly StepView[]
}

type Reader = Pick<Service, 'get'>

export function viewOf(service: Reader, sessionId: string): Promise<SessionView> {
  return json<SessionView>(service.get(`/v1/sessions/${sessionId}`))
}

export async function statusOf(service: Reader, sessionId: string): Promise<string> {
  return (await viewOf(service, sessionId)).status
}

export async function stepOf(service: Reader, sessionId: string, id: string): Promise<StepView> {
  const step = (await viewOf(service, sessionId)).steps.find((each) => each.id === id)
  if (step === undefined) throw new Error(`${sessionId} has no step ${id}`)
  return step
}

/** The ids of the sessions that a session has started, the oldest first. */
export async function childrenOf(service: Reader, sessionId: string): Promise<string[]> {
  const { sessions } = await json<{ sessions: { sessionId: string }[] }>(
    service.get(`/v1/sessions?parent=${sessionId}&limit=200`),
  )
  return sessions.map((session) => session.sessionId).toReversed()
}
