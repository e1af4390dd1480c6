import { Webhook } from 'standardwebhooks'
import { expect } from 'vitest'
import type { Service } from './service.ts'
import { json } from './sessions.ts'

export interface HookEntry {
  readonly at: string
  readonly lastAt?: string
  readonly count?: number
  readonly kind: string
  readonly sessionId?: string
  readonly event?: { readonly sessionId: string; readonly seq: number }
  readonly message?: string
}

export interface HookAnswer {
  readonly hookId: string
  readonly status: string
  readonly runs: number
  readonly history: readonly HookEntry[]
}

type Caller = Pick<Service, 'url'>

/** Sends a request with a body of JSON. */
export function send(
  { url }: Caller,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  if (body === undefined) return fetch(url + path, { method, headers })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = { 'content-type': 'application/json' }
  return fetch(url + path, { method, body: text, headers: { ...type, ...headers } })
}

/** Saves a workflow that is known to be good. */
export async function saveWorkflow(service: Caller, name: string, workflow: unknown) {
  const response = await send(service, 'PUT', `/v1/workflows/${name}`, workflow)
  if (!response.ok) throw new Error(`refused: ${await response.text()}`)
}

/** Makes a hook that is known to be good; its id. */
export async function addHook(service: Caller, body: unknown): Promise<string> {
  const response = await send(service, 'POST', '/v1/hooks', body)
  const answer = await json<HookAnswer>(response)
  if (response.status !== 201) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.hookId
}

export function getHook({ url }: Caller, id: string): Promise<HookAnswer> {
  return json<HookAnswer>(fetch(`${url}/v1/hooks/${id}`))
}

/** The history once it has so many entries, newest first. */
export async function historyOf(service: Caller, id: string, length: number) {
  const history = async () => (await getHook(service, id)).history
  await expect.poll(async () => (await history()).length, { timeout: 10_000 }).toBe(length)
  return history()
}

/** The sessions that a hook has started, newest first. */
export async function sessionsOf({ url }: Caller, id: string): Promise<{ sessionId: string }[]> {
  const answer = await json<{ sessions: { sessionId: string }[] }>(
    fetch(`${url}/v1/sessions?hook=${id}&limit=200`),
  )
  return answer.sessions
}

/** Calls a hook under a signature of Standard Webhooks. */
export function callSigned(
  service: Caller,
  id: string,
  secret: string,
  { messageId = 'msg_1', at = new Date(), body = {} as unknown, query = '' } = {},
): Promise<Response> {
  const text = JSON.stringify(body)
  const signature = new Webhook(Buffer.from(secret), { format: 'raw' }).sign(messageId, at, text)
  return send(service, 'POST', `/v1/hooks/${id}/trigger${query}`, text, {
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature,
  })
}
