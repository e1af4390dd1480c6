import { type Fault, StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { toPointer } from '../../json-pointer.ts'
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
  const faults = found.map(({ path, message }): Fault => {
    return { pointer: toPointer([field, ...path]), code: 'INVALID_VALUE', message }
  })
  throw new StepstreamError('INVALID_VALUE', message, { faults })
}
