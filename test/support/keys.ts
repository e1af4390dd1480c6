import type { Service } from './service.ts'
import { json } from './sessions.ts'

/** A key of the settings, for the tests that need an operator. */
export const operatorSecret = 'operator-0123456789abcdef'

/** The settings of a service that wants keys, and has this one. */
export const withKeys = { API_KEYS: `ops:${operatorSecret}` }

export interface KeyAnswer {
  readonly keyId: string
  readonly name: string
  readonly tenant: string
  readonly scopes: readonly string[]
  readonly queues?: readonly string[]
  readonly status: string
  readonly hint: string
  readonly createdBy: string | null
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
  readonly overlapUntil: string | null
}

export type MadeKeyAnswer = KeyAnswer & { readonly secret: string }

/** A service as whoever holds a key sees it. */
export interface Holder extends Pick<Service, 'url' | 'get' | 'post'> {
  send(method: string, path: string, body?: unknown, headers?: object): Promise<Response>
}

export function bearer(secret: string): { readonly authorization: string } {
  return { authorization: `Bearer ${secret}` }
}

/** Asks a service with a key. */
export function as({ url }: Pick<Service, 'url'>, secret: string): Holder {
  const send = (method: string, path: string, body?: unknown, headers: object = {}) =>
    fetch(url + path, {
      method,
      headers: {
        ...bearer(secret),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    url,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
  }
}

export function asOperator(service: Pick<Service, 'url'>): Holder {
  return as(service, operatorSecret)
}

/** Makes a key that is known to be good. @default by the operator */
export async function makeKey(
  service: Pick<Service, 'url'>,
  key: object,
  by: Holder = asOperator(service),
): Promise<MadeKeyAnswer> {
  const response = await by.post('/v1/keys', { name: 'test', scopes: ['read'], ...key })
  const answer = await json<MadeKeyAnswer>(response)
  if (response.status !== 201) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer
}
