import { z } from 'zod'

/** One request to the world outside. The caller's signal and the time limit cover every redirect. */
export interface OutboundRequest {
  readonly method: string
  /** http or https, without credentials. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Headers, by lower-case name, that must not follow a redirect to another origin; credentials never do. */
  readonly sensitiveHeaders?: readonly string[]
  /** How many redirects to follow; 0 hands the redirect itself back. */
  readonly maxRedirects: number
  /** Limit of the response body, in bytes. */
  readonly maxResponseBytes: number
  /** Limit of the whole exchange, redirects included. Default: the service's setting. */
  readonly requestTimeoutMs?: number
  /** Limit of resolving the name and connecting, per connection. Default: the service's setting. */
  readonly connectTimeoutMs?: number
  readonly signal?: AbortSignal
  /**
   * Told each piece of the body as it arrives, with what came before it; the response still has the
   * whole of it, within `maxResponseBytes`. Of a redirect that is followed it is told nothing.
   * What it throws ends the request.
   */
  readonly onData?: (piece: Uint8Array, head: OutboundHead) => void
}

/** What of a response comes before its body. */
export interface OutboundHead {
  readonly status: number
  /** By lower-case name; repeated headers are lists. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
}

export interface OutboundResponse extends OutboundHead {
  readonly body: Buffer
  /** Where the response came from, after redirects. */
  readonly url: string
}

/**
 * The one client every outbound request goes through. The address of every connection, also of a
 * redirect's, is checked and then used as checked, so that a name cannot change under it.
 */
export interface Outbound {
  /**
   * @throws StepstreamError NETWORK_ERROR, REQUEST_TIMEOUT, ADDRESS_REFUSED, TOO_MANY_REDIRECTS,
   * RESPONSE_TOO_LARGE, INVALID_STEP_INPUT; another Error once `signal` has aborted
   */
  request(request: OutboundRequest): Promise<OutboundResponse>
  /** Why the host of this URL would be refused, as far as that shows without resolving a name. */
  refusal(url: string): string | undefined
  /**
   * The addresses of a host, for what connects by itself: it must use these, and none that it looks up.
   * @throws StepstreamError ADDRESS_REFUSED, NETWORK_ERROR where the name has none
   */
  addresses(hostname: string): Promise<readonly [ResolvedAddress, ...ResolvedAddress[]]>
  /** Ends every connection. */
  close(): Promise<void>
}

/** An address a name stands for. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

/** An address that a request may be sent to. */
export const outboundUrl = z.string().check(({ value, issues }) => {
  const message = findUrlFault(value)
  if (message !== undefined) issues.push({ code: 'custom', message, input: value })
})

/** The name of a header that a request may be given. */
export const headerName = z.string().check(({ value, issues }) => {
  const message = findHeaderFault(value)
  if (message !== undefined) issues.push({ code: 'custom', message, input: value })
})

/** The text of a header that a request may be given. */
export const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'A header value has no line breaks and only Latin-1 text')

/** The name of a secret, never its value. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'The name of a secret, as in SECRET_<name>')
  .describe('The name of a secret: the service reads SECRET_<name> from its environment.')

/** Headers that belong to the connection and not to the request. */
const reservedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What is wrong with the name of a header, or undefined. */
export function findHeaderFault(name: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    return 'Not a header name; write letters, digits and -'
  }
  return reservedHeaders.has(name.toLowerCase()) ? 'This header is set by the service' : undefined
}

function findUrlFault(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'Not a URL; write one such as "https://example.com/path"'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'Only http: and https: URLs'
  if (url.username !== '' || url.password !== '')
    return 'No credentials in the URL; send them in a header'
  return undefined
}
