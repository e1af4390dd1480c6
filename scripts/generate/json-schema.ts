import type { z } from 'zod'

type Schema = z.core.JSONSchema.JSONSchema

interface Field {
  readonly name: string
  readonly schema: Schema
  readonly required: boolean
}

/** Shapes with a section of their own, by their content. */
const named = new Map<string, string>()

/** Has `describeType` use `name` wherever this shape stands. */
export function nameShape(shape: Schema, name: string): void {
  named.set(identityOf(shape), name)
}

/** The properties of an object's schema. */
export function fieldsOf(shape: Schema): readonly Field[] {
  const required = new Set(shape.required)
  return Object.entries(shape.properties ?? {}).map(([name, schema]) => ({
    name,
    schema: schema as Schema,
    required: required.has(name),
  }))
}

/** A schema in a few words, for a cell of a table. */
export function describeType(schema: Schema): string {
  const name = named.get(identityOf(schema))
  if (name) return name
  if (schema.$ref) return 'any JSON'
  if (schema.enum) return describeChoice(schema.enum)
  if (schema.anyOf) return schema.anyOf.map((one) => describeType(one as Schema)).join(', or ')
  if (schema.type === 'array') return `list of ${describeType(schema.items as Schema)}s`
  if (schema.type === 'integer') return 'whole number'
  if (schema.format === 'date-time') return 'ISO 8601 time'
  return String(schema.type)
}

/** The only long list of values there is are the error codes, and they have a page. */
function describeChoice(values: readonly unknown[]): string {
  if (values.length > 12) return 'one of the [error codes](errors.md)'
  return values.map((value) => `\`${value}\``).join(', ')
}

function identityOf({ type, properties, required }: Schema): string {
  return properties === undefined ? '' : JSON.stringify({ type, properties, required })
}
