import { StepstreamError } from '../../errors.ts'
import type { OutboundHead, OutboundRequest, OutboundResponse } from './types.ts'

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

const credentials = ['authorization', 'cookie', 'proxy-authorization']

/**
 * The request a redirect asks for (RFC 9110 §15.4, methods as browsers do it), or undefined when
 * the response is no redirect. Credentials stay with the origin they were written for.
 * @throws StepstreamError ADDRESS_REFUSED for a scheme other than http and https
 */
export function followRedirect(
  request: OutboundRequest,
  response: OutboundResponse,
): OutboundRequest | undefined {
  const { location } = response.headers
  if (!isFollowed(request, response) || typeof location !== 'string') return undefined
  const from = new URL(request.url)
  const to = readLocation(location, from)
  const toGet = becomesGet(request.method, response.status)
  const { body, ...rest } = request
  return {
    ...rest,
    url: to.href,
    method: toGet ? 'GET' : request.method,
    headers: keepHeaders(request, {
      withoutBody: toGet || response.status === 303,
      sameOrigin: from.origin === to.origin,
    }),
    ...(toGet || body === undefined ? {} : { body }),
  }
}

/** Whether a response sends its request elsewhere, and the request goes there. */
export function isFollowed(
  { maxRedirects }: Pick<OutboundRequest, 'maxRedirects'>,
  { status, headers }: OutboundHead,
): boolean {
  return maxRedirects > 0 && redirects.has(status) && typeof headers['location'] === 'string'
}

function readLocation(location: string, base: URL): URL {
  const url = URL.parse(location, base.href)
  if (url === null) {
    throw new StepstreamError('NETWORK_ERROR', `${base.host} redirects to an unreadable address`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new StepstreamError(
      'ADDRESS_REFUSED',
      `${base.host} redirects to ${url.protocol} and only http: and https: are followed`,
    )
  }
  url.username = ''
  url.password = ''
  return url
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return method === 'POST' && (status === 301 || status === 302)
}

function keepHeaders(
  { headers, sensitiveHeaders = [] }: OutboundRequest,
  { withoutBody, sameOrigin }: { withoutBody: boolean; sameOrigin: boolean },
): Record<string, string> {
  const dropped = new Set(sameOrigin ? [] : ['host', ...credentials, ...sensitiveHeaders])
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !dropped.has(name) && !(withoutBody && name.startsWith('content-')),
    ),
  )
}
