import { expect } from 'vitest'
import type { Service } from './service.ts'
import { json } from './sessions.ts'

/** Whoever can ask a service, with a key or without. */
export type Asker = Pick<Service, 'get' | 'post'>

export interface Asked {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly kind: string
  readonly prompt?: string
  readonly signal?: string
  readonly worker?: string
  readonly leaseUntil?: string
}

interface Page {
  readonly interactions: readonly Asked[]
  readonly next: string | null
}

/** What is asked for now. */
export async function inbox(service: Asker, query = ''): Promise<readonly Asked[]> {
  return (await inboxPage(service, query)).interactions
}

export function inboxPage(service: Asker, query = ''): Promise<Page> {
  return json<Page>(service.get(`/v1/interactions?${query}`))
}

/** The one thing that a session asks for, once it does. */
export async function asked(service: Asker, sessionId: string, kind?: string): Promise<Asked> {
  const query = `sessionId=${sessionId}${kind === undefined ? '' : `&kind=${kind}`}`
  const count = async () => (await inbox(service, query)).length
  await expect.poll(count, { timeout: 20_000, interval: 20 }).toBe(1)
  return (await inbox(service, query))[0] as Asked
}

/** Decides what somebody is asked. */
export function decide(service: Asker, interactionId: string, body: object): Promise<Response> {
  return service.post(`/v1/interactions/${interactionId}/answer`, body)
}

/** Decides, and knows that this is accepted. */
export async function decided(
  service: Asker,
  interactionId: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await decide(service, interactionId, body)
  const answer = await json(response)
  if (response.status !== 202) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer
}

export function signal(
  service: Asker,
  sessionId: string,
  name: string,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return service.post(`/v1/sessions/${sessionId}/signals/${name}`, body, headers)
}

/** The status and the code of a refusal. */
export async function refusal(response: Promise<Response> | Response) {
  const answer = await response
  return [answer.status, (await json(answer))['code']]
}

/** A step that asks for approval. */
export const approval = (id: string, given: object = {}, more: object = {}) => ({
  id,
  uses: 'approval',
  with: { prompt: 'Deploy?', ...given },
  ...more,
})
