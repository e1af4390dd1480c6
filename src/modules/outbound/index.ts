import { lookup } from 'node:dns/promises'
import type { Agent } from 'undici'
import { StepstreamError } from '../../errors.ts'
import { type AddressPolicyOptions, createAddressPolicy } from './address-policy.ts'
import { classify } from './classify.ts'
import { exchange } from './exchange.ts'
import { checkedAddresses, createGuardedAgent } from './guarded-agent.ts'
import { followRedirect } from './redirect.ts'
import type { Outbound, OutboundRequest, OutboundResponse, Resolve } from './types.ts'

export interface OutboundOptions extends AddressPolicyOptions {
  /** Limit of one exchange, redirects included, unless the request sets its own. */
  readonly requestTimeoutMs: number
  /** Limit of making one connection, unless the request sets its own. */
  readonly connectTimeoutMs: number
  /** @default the operating system's resolver */
  readonly resolve?: Resolve
}

/** Pools kept for connect timeouts that steps set themselves. */
const MAX_EXTRA_AGENTS = 8

/**
 * Makes the guarded client; whoever makes it closes it.
 * @throws ConfigError for an entry of `allow` that cannot be read
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const policy = createAddressPolicy(options)
  const resolve = options.resolve ?? systemResolve
  const agents = createAgents(options.connectTimeoutMs, (timeoutMs) =>
    createGuardedAgent(policy, resolve, timeoutMs),
  )
  const underWay = new Set<AbortController>()

  return {
    async request(request) {
      const agent = agents.get(request.connectTimeoutMs ?? options.connectTimeoutMs)
      const timeoutMs = request.requestTimeoutMs ?? options.requestTimeoutMs
      return withDeadline(request, timeoutMs, underWay, (signal) =>
        followAll(agent, request, signal),
      )
    },
    refusal: (url) => policy.refuseHost(new URL(url).hostname),
    async addresses(hostname) {
      const refusal = policy.refuseHost(hostname)
      if (refusal !== undefined) throw new StepstreamError('ADDRESS_REFUSED', refusal)
      const bare = hostname.replace(/^\[(.*)\]$/, '$1')
      try {
        return await checkedAddresses(policy, resolve, bare)
      } catch (error) {
        throw classify(error, `http://${hostname}/`)
      }
    },
    close() {
      for (const deadline of underWay) deadline.abort()
      return agents.close()
    },
  }
}

/** Runs a request under its own time limit, the caller's signal, and that of the client's end. */
async function withDeadline(
  { url, signal }: OutboundRequest,
  timeoutMs: number,
  underWay: Set<AbortController>,
  run: (signal: AbortSignal) => Promise<OutboundResponse>,
): Promise<OutboundResponse> {
  signal?.throwIfAborted()
  const deadline = new AbortController()
  underWay.add(deadline)
  const forward = (): void => deadline.abort(signal?.reason)
  signal?.addEventListener('abort', forward, { once: true })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    deadline.abort()
  }, timeoutMs)
  try {
    return await run(deadline.signal)
  } catch (error) {
    if (signal?.aborted) throw error
    if (!timedOut) throw classify(error, url)
    throw new StepstreamError(
      'REQUEST_TIMEOUT',
      `${new URL(url).host} did not answer within ${timeoutMs} ms`,
      { cause: error },
    )
  } finally {
    clearTimeout(timer)
    underWay.delete(deadline)
    signal?.removeEventListener('abort', forward)
  }
}

async function followAll(
  agent: Agent,
  request: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  let hop = request
  for (let followed = 0; ; followed += 1) {
    const response = await exchange(agent, hop, signal)
    const next = followRedirect(hop, response)
    if (next === undefined) return response
    if (followed === request.maxRedirects) {
      throw new StepstreamError(
        'TOO_MANY_REDIRECTS',
        `${new URL(request.url).host} redirects more than ${request.maxRedirects} times`,
      )
    }
    hop = next
  }
}

/** One pool per connect timeout, because a pool's connector has one; the oldest extra one gives way. */
function createAgents(defaultMs: number, make: (connectTimeoutMs: number) => Agent) {
  const usual = make(defaultMs)
  const extra = new Map<number, Agent>()

  /** It closes when its last request has ended. */
  function retireOldest(): void {
    for (const [timeoutMs, agent] of [...extra].slice(0, 1)) {
      extra.delete(timeoutMs)
      void agent.close()
    }
  }

  return {
    get(timeoutMs: number): Agent {
      const known = timeoutMs === defaultMs ? usual : extra.get(timeoutMs)
      if (known !== undefined) return known
      if (extra.size === MAX_EXTRA_AGENTS) retireOldest()
      const agent = make(timeoutMs)
      extra.set(timeoutMs, agent)
      return agent
    },
    async close(): Promise<void> {
      await Promise.all([usual, ...extra.values()].map((agent) => agent.destroy()))
    },
  }
}

const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }))
