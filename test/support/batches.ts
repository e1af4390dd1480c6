import { expect } from 'vitest'
import type { Service } from './service.ts'
import { json } from './sessions.ts'

export interface BatchAnswer {
  readonly batchId: string
  readonly status: string
  readonly total: number
  readonly started: number
  readonly counts: Readonly<Record<string, number>>
  readonly percent: number
  readonly stopped: boolean
  readonly refused?: { readonly count: number; readonly first: readonly { code: string }[] }
  readonly retryOf?: string
  readonly endedAt: string | null
}

export interface AcceptedBatch {
  readonly batchId: string
  readonly sessionIds: readonly string[]
}

/** Posts a batch that is known to be good. */
export async function startBatch(
  service: Pick<Service, 'post'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<AcceptedBatch> {
  const response = await service.post('/v1/batches', body, headers)
  const answer = await json<AcceptedBatch>(response)
  if (response.status !== 202) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer
}

export function getBatch(service: Pick<Service, 'get'>, id: string): Promise<BatchAnswer> {
  return json<BatchAnswer>(service.get(`/v1/batches/${id}`))
}

/** The batch once it has ended, and that is on disk. */
export async function endedBatch(
  service: Pick<Service, 'get'>,
  id: string,
  timeout = 20_000,
): Promise<BatchAnswer> {
  await expect
    .poll(async () => (await getBatch(service, id)).endedAt, { timeout, interval: 50 })
    .toEqual(expect.any(String))
  return getBatch(service, id)
}

/** The sessions of a batch. */
export async function sessionsOfBatch(
  service: Pick<Service, 'get'>,
  id: string,
): Promise<{ sessionId: string; status: string }[]> {
  const found: { sessionId: string; status: string }[] = []
  let cursor = ''
  for (;;) {
    const page = await json<{
      sessions: { sessionId: string; status: string }[]
      next: string | null
    }>(service.get(`/v1/sessions?batch=${id}&limit=200${cursor}`))
    found.push(...page.sessions)
    if (page.next === null) return found
    cursor = `&cursor=${page.next}`
  }
}
