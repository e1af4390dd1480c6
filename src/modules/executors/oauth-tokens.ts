import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { parseRetryAfter } from '../../retry-after.ts'
import type { Outbound, OutboundResponse } from '../outbound/types.ts'

/** Client credentials as RFC 6749 §4.4 knows them. */
export interface ClientCredentials {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string | undefined
}

export interface AccessToken {
  readonly value: string
  /** ms since the epoch. */
  readonly expiresAt: number
}

export interface OAuthTokens {
  /**
   * The token of these credentials: a kept one, or a new one. Requests at the same time share one.
   * @throws StepstreamError AUTHENTICATION_FAILED and what the outbound client throws
   */
  get(credentials: ClientCredentials, now: number): Promise<AccessToken>
  /** Drops a token that was refused, unless a newer one has taken its place. */
  forget(credentials: ClientCredentials, token: AccessToken): void
}

const MAX_KEPT = 1000

/** A token is renewed this long before it expires, so that it does not expire on the way. */
const EARLY_MS = 30_000

/** How long a token is kept when its server does not say. */
const UNSTATED_LIFE_MS = 300_000

const tokenResponse = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().min(0).optional(),
})

/** Keeps access tokens in memory until they expire. */
export function createOAuthTokens(outbound: Outbound): OAuthTokens {
  const kept = new Map<string, Promise<AccessToken>>()
  const settled = new Map<string, AccessToken>()

  function drop(key: string): void {
    kept.delete(key)
    settled.delete(key)
  }

  async function renew(key: string, credentials: ClientCredentials, now: number) {
    try {
      const token = await requestToken(outbound, credentials, now)
      settled.set(key, token)
      return token
    } catch (error) {
      drop(key)
      throw error
    }
  }

  return {
    get(credentials, now) {
      const key = toKey(credentials)
      const expired = (settled.get(key)?.expiresAt ?? Number.POSITIVE_INFINITY) <= now
      if (expired) drop(key)
      const known = kept.get(key)
      if (known !== undefined) return known
      for (const oldest of kept.size >= MAX_KEPT ? [...kept.keys()].slice(0, 1) : []) drop(oldest)
      const token = renew(key, credentials, now)
      kept.set(key, token)
      return token
    },
    forget(credentials, token) {
      const key = toKey(credentials)
      if (settled.get(key) === token) drop(key)
    },
  }
}

function toKey({ tokenUrl, clientId, clientSecret, scope }: ClientCredentials): string {
  return JSON.stringify([tokenUrl, clientId, clientSecret, scope])
}

/** Not bound to the attempt that asks, because others may wait for the same token; the client's own time limit holds. */
async function requestToken(
  outbound: Outbound,
  credentials: ClientCredentials,
  now: number,
): Promise<AccessToken> {
  const { clientId, clientSecret, scope } = credentials
  const response = await outbound.request({
    method: 'POST',
    url: credentials.tokenUrl,
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/x-www-form-urlencoded',
      // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
      authorization: `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope === undefined ? {} : { scope }),
    }).toString(),
    maxRedirects: 0,
    maxResponseBytes: 64 * 1024,
  })
  return readToken(response, credentials, now)
}

function readToken(
  response: OutboundResponse,
  { tokenUrl }: ClientCredentials,
  now: number,
): AccessToken {
  const { host } = new URL(tokenUrl)
  if (response.status === 429 || response.status >= 500) {
    const retryAfterMs = parseRetryAfter(response.headers['retry-after'], now)
    throw new StepstreamError(
      'NETWORK_ERROR',
      `The token server ${host} answered ${response.status}`,
      retryAfterMs === undefined ? {} : { retryAfterMs },
    )
  }
  if (response.status !== 200) {
    throw new StepstreamError(
      'AUTHENTICATION_FAILED',
      `The token server ${host} answered ${response.status}`,
    )
  }
  const parsed = tokenResponse.safeParse(parseJson(response.body))
  if (!parsed.success) {
    throw new StepstreamError(
      'AUTHENTICATION_FAILED',
      `The token server ${host} answered without a bearer token`,
    )
  }
  const { access_token: value, expires_in: seconds } = parsed.data
  const lifeMs = seconds === undefined ? UNSTATED_LIFE_MS : seconds * 1000
  return { value, expiresAt: now + Math.max(lifeMs - EARLY_MS, 0) }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
