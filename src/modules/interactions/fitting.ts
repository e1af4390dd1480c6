import { type Fault, StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'

/**
 * Refuses a value that breaks a JSON Schema.
 * @param field where it stands in the body
 * @throws StepstreamError INVALID_VALUE with a fault for each place
 */
export function refuseUnfit(
  schemas: Pick<Schemas, 'faultsOf'>,
  schema: { readonly [key: string]: Json },
  value: Json,
  field: string,
  message: string,
): void {
  const found = schemas.faultsOf(schema, value)
  if (found.length === 0) return
  throw new StepstreamError('INVALID_VALUE', message, {
    faults: found.map(
      ({ path, message }): Fault => ({
        pointer: [`/${field}`, ...path.map(pointerKey)].join('/'),
        code: 'INVALID_VALUE',
        message,
      }),
    ),
  })
}

/** Source: RFC 6901 §3. */
function pointerKey(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}
