import { expect } from 'vitest'
import type { Holder } from './keys.ts'
import type { Service } from './service.ts'
import { json } from './sessions.ts'

export interface Claimed {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
  readonly queue: string
  readonly command: unknown
  readonly worker: string
  readonly leaseUntil: string
  readonly leaseMs: number
  readonly idempotencyKey: string
  readonly correlationId: string
}

type Asked = Pick<Service | Holder, 'post'>

/** Takes what a queue asks for; waits 20 s by default. */
export async function claim(
  service: Asked,
  workerId: string,
  more: object = {},
): Promise<readonly Claimed[]> {
  const body = { queue: 'q', workerId, wait: 20, ...more }
  const response = await service.post('/v1/interactions/claim', body)
  const answer = await json<{ interactions: Claimed[] }>(response)
  expect([response.status, answer]).toEqual([200, { interactions: expect.any(Array) }])
  return answer.interactions
}

/** Takes one that is known to come. */
export async function claimOne(
  service: Asked,
  workerId: string,
  more: object = {},
): Promise<Claimed> {
  const [first] = await claim(service, workerId, more)
  if (first === undefined) throw new Error(`there was nothing for ${workerId}`)
  return first
}

export function beat(
  service: Asked,
  interactionId: string,
  workerId: string,
  more: object = {},
): Promise<Response> {
  return service.post(`/v1/interactions/${interactionId}/heartbeat`, { workerId, ...more })
}

export function answer(
  service: Asked,
  interactionId: string,
  workerId: string,
  more: object = {},
): Promise<Response> {
  const body = { status: 'ok', workerId, ...more }
  return service.post(`/v1/interactions/${interactionId}/result`, body)
}

export function release(
  service: Asked,
  interactionId: string,
  workerId: string,
): Promise<Response> {
  return service.post(`/v1/interactions/${interactionId}/release`, { workerId })
}

/** The status and the code of an answer. */
export async function refusal(response: Promise<Response> | Response) {
  const answered = await response
  return [answered.status, (await json<{ code?: string }>(answered)).code]
}

/** A step that asks the queue `q`. */
export function work(command: unknown = 1, more: object = {}) {
  return { uses: 'client', with: { queue: 'q', command, ...more } }
}
