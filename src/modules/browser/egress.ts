import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { PrepareRequestFunctionOpts, PrepareRequestFunctionResult } from 'proxy-chain'
import { StepstreamError } from '../../errors.ts'
import type { Outbound, ResolvedAddress } from '../outbound/types.ts'
import { createHostList } from './host-list.ts'

/** What the pages of one context may reach, and who is told of a refusal. */
export interface EgressRules {
  /** Absent: whatever outbound requests may. */
  readonly allow?: readonly string[] | undefined
  /** A URL without its query, and why nothing was sent to it. */
  readonly onBlocked: (url: string, reason: string) => void
}

/** The way out of one context. */
export interface Gate {
  readonly username: string
  readonly password: string
  /** From now on nothing gets out. */
  close(): void
}

/**
 * The one way out of the browser: a forward proxy on a port of loopback. It refuses what the guarded
 * client refuses, and connects to the addresses it has checked. Everything a page does goes
 * through it, redirects, workers, pop-ups and WebSockets too, which interception in the page does not see.
 */
export interface Egress {
  readonly url: string
  /** Answered by the proxy itself, to whoever has credentials. */
  readonly signInUrl: string
  /** Lets a context out, by credentials of its own. */
  admit(rules: EgressRules): Gate
  close(): Promise<void>
}

/** A name that no name server may know (RFC 6761 §6.4). */
const SIGN_IN_HOST = 'sign-in.invalid'

interface Admitted {
  readonly rules: EgressRules
  readonly password: string
  readonly agent: Agent
  readonly mayReach: (hostname: string) => boolean
}

/** Starts it. The library is loaded only now, since a service without browsers never needs it. */
export async function startEgress(outbound: Pick<Outbound, 'addresses'>): Promise<Egress> {
  const { RequestError, Server } = await import('proxy-chain')
  const admitted = new Map<string, Admitted>()

  async function prepare(
    request: PrepareRequestFunctionOpts,
  ): Promise<PrepareRequestFunctionResult> {
    const { username, password, hostname, isHttp } = request
    const context = admitted.get(username)
    if (context === undefined || context.password !== password) {
      return { requestAuthentication: true }
    }
    if (isHttp && hostname === SIGN_IN_HOST) {
      return { customResponseFunction: () => ({ statusCode: 204, headers: {}, body: '' }) }
    }
    try {
      if (!context.mayReach(hostname)) throw notAllowed(hostname)
      const addresses = await outbound.addresses(hostname)
      return { dnsLookup: pinned(addresses), httpAgent: context.agent }
    } catch (error) {
      if (!(error instanceof StepstreamError)) throw error
      if (error.code !== 'ADDRESS_REFUSED') throw new RequestError(error.message, 502)
      context.rules.onBlocked(describe(request), error.message)
      throw new RequestError(error.message, 403)
    }
  }

  const server = new Server({ host: '127.0.0.1', port: 0, prepareRequestFunction: prepare })
  await server.listen()
  return {
    url: `http://127.0.0.1:${server.port}`,
    signInUrl: `http://${SIGN_IN_HOST}/`,
    admit(rules) {
      const username = randomBytes(12).toString('hex')
      const password = randomBytes(24).toString('hex')
      const agent = new Agent({ keepAlive: true })
      admitted.set(username, { rules, password, agent, mayReach: reachOf(rules) })
      return {
        username,
        password,
        close() {
          admitted.delete(username)
          agent.destroy()
        },
      }
    },
    async close() {
      for (const { agent } of admitted.values()) agent.destroy()
      await server.close(true)
    },
  }
}

function reachOf({ allow }: EgressRules): (hostname: string) => boolean {
  if (allow === undefined) return () => true
  const hosts = createHostList(allow)
  return (hostname) => hosts.has(hostname)
}

function notAllowed(hostname: string): StepstreamError {
  return new StepstreamError(
    'ADDRESS_REFUSED',
    `${hostname} is not in the workflow's browser.allow`,
  )
}

/** A name is looked up once: a second, different answer of the name server would not be checked. */
function pinned(addresses: readonly [ResolvedAddress, ...ResolvedAddress[]]): never {
  const lookup: LookupFunction = (_, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, addresses[0].address, addresses[0].family)
  }
  // The library asks for the overloads of `dns.lookup`, of which it uses this one.
  return lookup as never
}

/** Without the query, which may be confidential. Of what is tunnelled only host and port show, which may be a WebSocket's too. */
function describe({ request, isHttp, hostname, port }: PrepareRequestFunctionOpts): string {
  const url = new URL(isHttp ? (request.url ?? '') : `https://${hostname}:${port}/`)
  return url.origin + url.pathname
}
