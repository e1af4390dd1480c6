import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import type { InputFault } from './types.ts'

/** What is wrong with the JSON Schema in a field of `with`. */
export function schemaFaults(
  field: string,
  schema: Json | undefined,
  schemas: Pick<Schemas, 'check'>,
): readonly InputFault[] {
  if (schema === undefined) return []
  try {
    schemas.check(schema as JsonObject)
    return []
  } catch (error) {
    if (!(error instanceof StepstreamError)) throw error
    return [{ path: [field], code: error.code, message: error.message }]
  }
}
