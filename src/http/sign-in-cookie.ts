import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import { StepstreamError } from '../errors.ts'

/** Where a page keeps that somebody has signed in; no script can read it. */
export const SIGN_IN_COOKIE = 'stepstream_sign_in'

/** Never sent by other sites, nor in clear where the page came over TLS. */
export function cookieOptions(request: FastifyRequest): CookieSerializeOptions {
  const { origin = '' } = request.headers
  const secure = request.protocol === 'https' || origin.startsWith('https://')
  return { path: '/', httpOnly: true, sameSite: 'strict', secure }
}

export function signInOf(request: FastifyRequest): string | undefined {
  return request.cookies[SIGN_IN_COOKIE]
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser sends cookies by itself, so what changes something must come from a page of this service.
 * Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet.
 * @throws ORIGIN_NOT_ALLOWED
 */
export function refuseForged(request: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers
  if (safeMethods.has(request.method) || site === 'same-origin') return
  const isSame = origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
  if (site === undefined && isSame) return
  const message = 'a sign-in changes things from pages of this service alone: send a key instead'
  throw new StepstreamError('ORIGIN_NOT_ALLOWED', message)
}
