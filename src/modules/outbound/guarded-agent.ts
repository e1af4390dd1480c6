import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { StepstreamError } from '../../errors.ts'
import type { AddressPolicy } from './address-policy.ts'
import type { Resolve, ResolvedAddress } from './types.ts'

/**
 * A connection pool whose every connection is checked when it is made. The socket gets the checked
 * addresses instead of the name, so a second, different answer of the name server changes nothing.
 */
export function createGuardedAgent(
  policy: AddressPolicy,
  resolve: Resolve,
  connectTimeoutMs: number,
): Agent {
  const connectToChecked = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: guardedLookup(policy, resolve),
  } as buildConnector.BuildOptions)
  return new Agent({
    allowH2: false,
    // The client's own deadline covers the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, callback) {
      // A literal address never reaches `lookup`.
      const refusal = policy.refuseHost(options.hostname)
      if (refusal === undefined) connectToChecked(options, callback)
      else queueMicrotask(() => callback(new StepstreamError('ADDRESS_REFUSED', refusal), null))
    },
  })
}

function guardedLookup(policy: AddressPolicy, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    checkedAddresses(policy, resolve, hostname).then(
      ([first, ...others]) => {
        if (options.all) callback(null, [first, ...others])
        else callback(null, first.address, first.family)
      },
      (error) => callback(error, '', 0),
    )
  }
}

/**
 * The addresses of a name that may be reached.
 * @throws StepstreamError ADDRESS_REFUSED, NETWORK_ERROR where the name has none; what `resolve` throws
 */
export async function checkedAddresses(
  policy: AddressPolicy,
  resolve: Resolve,
  hostname: string,
): Promise<readonly [ResolvedAddress, ...ResolvedAddress[]]> {
  const addresses = await resolve(hostname)
  const refusals = addresses.map(({ address }) => policy.refuseAddress(address, hostname))
  const [first, ...others] = addresses.filter((_, index) => refusals[index] === undefined)
  if (first === undefined) throw refused(hostname, refusals)
  return [first, ...others]
}

function refused(hostname: string, refusals: readonly (string | undefined)[]): Error {
  const [reason] = refusals
  return reason === undefined
    ? new StepstreamError('NETWORK_ERROR', `${hostname} has no address`)
    : new StepstreamError('ADDRESS_REFUSED', reason)
}
