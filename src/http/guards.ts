import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { StepstreamError } from '../errors.ts'

export interface GuardOptions {
  /** The address the service listens on. */
  readonly host: string
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
  /** With keys a foreign page cannot act, so any host name may lead here unless some are listed. */
  readonly keysRequired: boolean
}

/** Whether only programs of this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/**
 * Keeps web pages from driving a local instance: a request must name a host that is ours (against
 * DNS rebinding), and come from no page but ours and those allowed.
 */
export function registerGuards(app: FastifyInstance, options: GuardOptions): void {
  const anyHost = options.keysRequired && options.allowedHosts.length === 0
  const hosts = new Set(['localhost', '::1', options.host, ...options.allowedHosts].map(nameOf))
  const origins = new Set(options.allowedOrigins)

  app.addHook('onRequest', async (request) => {
    const host = nameOf(request.headers.host ?? '')
    if (!anyHost && !hosts.has(host) && !isLoopback(host)) {
      throw new StepstreamError(
        'HOST_NOT_ALLOWED',
        `the host ${host || '(none)'} is not served here`,
      )
    }
    const { origin } = request.headers
    if (
      origin !== undefined &&
      !origins.has(origin) &&
      !isSameOrigin(origin, request.headers.host)
    ) {
      throw new StepstreamError(
        'ORIGIN_NOT_ALLOWED',
        `pages from ${origin} may not call this service`,
      )
    }
  })
}

/** The host name of a `Host` header, without its port and brackets. */
function nameOf(host: string): string {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  return isIP(name) === 0 ? name.replace(/\.$/, '') : name
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}
