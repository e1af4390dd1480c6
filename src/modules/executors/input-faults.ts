import type { Json } from '../../json.ts'
import type { Outbound } from '../outbound/types.ts'
import type { InputFault } from './types.ts'

/** What shows of `url` before a name is resolved; one with an expression is judged when it is called. */
export function refusedAddress(
  url: Json | undefined,
  outbound: Pick<Outbound, 'refusal'>,
): readonly InputFault[] {
  if (typeof url !== 'string' || url.includes('{{') || !URL.canParse(url)) return []
  const refusal = outbound.refusal(url)
  return refusal === undefined ? [] : [{ path: ['url'], code: 'ADDRESS_REFUSED', message: refusal }]
}

/** A secret is named that the environment does not have. */
export function unknownSecret(path: InputFault['path'], name: string): InputFault {
  const message = `There is no secret "${name}"; set SECRET_${name} where the service runs`
  return { path, code: 'UNKNOWN_SECRET', message }
}
