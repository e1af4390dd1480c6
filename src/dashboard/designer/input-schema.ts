import type { Json, JsonObject } from '../../json.ts'
import type { JsonSchema } from '../api/types.ts'
import { isObject } from '../design/value.ts'

/** One of the forms that an input may have: what tells it apart, and what it takes. */
export interface Variant {
  readonly label: string
  /** The fields that are fixed. */
  readonly fixed: JsonObject
  readonly schema: JsonSchema
}

/** The forms of an input; one without a label where there is but one, none where no form fits. */
export function variantsOf(schema: JsonSchema): readonly Variant[] {
  const { properties, oneOf, anyOf } = schema
  if (properties !== undefined) return [{ label: '', fixed: {}, schema }]
  return (oneOf ?? anyOf ?? []).flatMap((one): Variant[] => {
    if (one.properties === undefined) return []
    const fixed = Object.fromEntries(
      Object.entries(one.properties).flatMap(([name, field]) =>
        field.const === undefined ? [] : [[name, field.const as Json]],
      ),
    )
    const label = Object.values(fixed).map(String).join(' ')
    const open = Object.entries(one.properties).filter(([name]) => !Object.hasOwn(fixed, name))
    return [{ label, fixed, schema: { ...one, properties: Object.fromEntries(open) } }]
  })
}

/** The form that an input has: the one whose fixed fields it has. */
export function variantOf(variants: readonly Variant[], input: JsonObject): Variant | undefined {
  return variants.find(({ fixed }) =>
    Object.entries(fixed).every(([name, value]) => input[name] === value),
  )
}

/**
 * The schema with the values of an input in the place of the defaults, for a form that begins with
 * those; what holds where nothing is said becomes part of the hint. An expression may stand for anything.
 */
export function filledSchema(schema: JsonSchema, input: JsonObject): JsonSchema {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const { default: usual, ...rest } = field
    const value = input[name]
    const isExpression = typeof value === 'string' && value.includes('{{')
    const said = [
      field.description,
      usual === undefined || isEmpty(usual) ? '' : `Default: ${JSON.stringify(usual)}.`,
    ].filter(Boolean)
    const description = said.join(' ')
    const { enum: _, type: __, ...untyped } = rest
    return [
      name,
      {
        ...(isExpression ? { ...untyped, type: 'string' } : rest),
        ...(description === '' ? {} : { description }),
        ...(value === undefined ? {} : { default: value }),
      },
    ]
  })
  return { ...schema, properties: Object.fromEntries(fields) }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** What a form has changed of an input: each field with its new value, undefined where it is gone. */
export function changesOfInput(
  before: JsonObject,
  after: Json | undefined,
  schema: JsonSchema,
): readonly (readonly [field: string, value: Json | undefined])[] {
  const next = isObject(after) ? after : {}
  return Object.keys(schema.properties ?? {})
    .map((name) => [name, next[name]] as const)
    .filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value))
}
