import type { JsonObject } from '../json.ts'
import { compileSchema, issuesOf } from './json-schema.ts'
import type { Schemas } from './types.ts'

/** Checks values against JSON Schemas that callers give. */
export const schemas: Schemas = {
  check: (schema: JsonObject) => void compileSchema(schema),
  faultsOf: (schema, value) =>
    issuesOf(compileSchema(schema), schema, value).map(({ path, message }) => ({
      path: path.filter((key) => typeof key !== 'symbol'),
      message,
    })),
}
