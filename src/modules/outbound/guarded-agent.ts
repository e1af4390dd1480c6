import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { StepstreamError } from '../../errors.ts'
import type { AddressPolicy } from './address-policy.ts'
import type { Resolve } from './types.ts'

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
    resolve(hostname).then(
      (addresses) => {
        const refusals = addresses.map(({ address }) => policy.refuseAddress(address, hostname))
        const passed = addresses.filter((_, index) => refusals[index] === undefined)
        const [first] = passed
        if (first === undefined) callback(refused(hostname, refusals), '', 0)
        else if (options.all) callback(null, [...passed])
        else callback(null, first.address, first.family)
      },
      (error) => callback(error, '', 0),
    )
  }
}

function refused(hostname: string, refusals: readonly (string | undefined)[]): Error {
  const [reason] = refusals
  return reason === undefined
    ? new StepstreamError('NETWORK_ERROR', `${hostname} has no address`)
    : new StepstreamError('ADDRESS_REFUSED', reason)
}
