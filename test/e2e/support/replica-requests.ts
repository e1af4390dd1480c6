import { expect } from 'vitest'
import type { SessionView } from '../../../src/http/views.ts'
import type { ServerProcess } from '../../support/server-process.ts'
import type { ServiceUnderFire } from './service-under-fire.ts'

type Reachable = Pick<ServerProcess, 'url'>

/** Reads JSON from a replica; throws unless it answers 200. */
export async function read<T>({ url }: Reachable, path: string): Promise<T> {
  const response = await fetch(url + path, { headers: { accept: 'application/json' } })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${text}`)
  return JSON.parse(text) as T
}

export function sessionAt(replica: Reachable, sessionId: string): Promise<SessionView> {
  return read(replica, `/v1/sessions/${sessionId}`)
}

export type Control = 'pause' | 'resume' | 'cancel'

export function control(
  { url }: Reachable,
  sessionId: string,
  command: Control,
): Promise<Response> {
  return fetch(`${url}/v1/sessions/${sessionId}/${command}`, { method: 'POST' })
}

export interface Posted {
  readonly status: number
  readonly body: { readonly sessionId?: string; readonly code?: string }
  readonly replayed: boolean
  /** In seconds. */
  readonly retryAfter: number
}

/** Posts a workflow under an idempotency key. */
export async function postWithKey(
  { url }: Reachable,
  key: string,
  workflow: unknown,
): Promise<Posted> {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(workflow),
  })
  return {
    status: response.status,
    body: (await response.json()) as Posted['body'],
    replayed: response.headers.get('idempotency-replayed') === 'true',
    retryAfter: Number(response.headers.get('retry-after')),
  }
}

/** How many sessions a replica drives. */
export async function runningAt(replica: Reachable): Promise<number> {
  return (await loadAt(replica)).running
}

export async function loadAt(replica: Reachable): Promise<{ running: number; queued: number }> {
  const { sessions } = await read<{ sessions: { running: number; queued: number } }>(
    replica,
    '/readyz',
  )
  return sessions
}

/** The replica that drives the only session that is driven. */
export async function driverAmong<R extends Reachable>(replicas: Iterable<R>): Promise<R> {
  const known = [...replicas]
  let driver: R | undefined
  await expect
    .poll(async () => {
      const counts = await Promise.all(known.map(runningAt))
      driver = known[counts.indexOf(1)]
      return counts.toSorted()
    }, patience)
    .toEqual(known.map((_, index) => (index === known.length - 1 ? 1 : 0)))
  if (driver === undefined) throw new Error('nobody drives')
  return driver
}

/** How long a test waits for what happens soon, on a machine that does other things as well. */
export const patience = { timeout: 10_000, interval: 50 }

/** One address for all replicas, as behind a balancer: each request goes to the next one. */
export function inTurn(replicas: Iterable<Reachable>): Pick<ServiceUnderFire, 'url'> {
  const known = [...replicas]
  let turn = 0
  return {
    url: async () => {
      turn += 1
      return known[turn % known.length]?.url ?? ''
    },
  }
}
