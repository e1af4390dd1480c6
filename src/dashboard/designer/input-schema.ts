import type { Json, JsonObject } from '../../json.ts'
import type { Executor, JsonSchema } from '../api/types.ts'
import { isObject } from '../design/value.ts'

/** One of the forms that an input may have: what tells it apart, and what it takes. */
export interface Variant {
  readonly label: string
  /** The fields that are fixed. */
  readonly fixed: JsonObject
  readonly schema: JsonSchema
}

/** The forms of what a kind gets; one without a label where there is but one, none where no form fits. */
export function variantsOf({ name, input: schema }: Executor): readonly Variant[] {
  const { properties, oneOf, anyOf } = schema
  if (name === 'condition' && properties !== undefined) {
    // The branches are chosen among the steps.
    const { then: _, else: __, ...rest } = properties
    return [{ label: '', fixed: {}, schema: { ...schema, properties: rest } }]
  }
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

/** How many fields are shown before those that most do without. */
const FIRST_FIELDS = 3

/** The fields that are seen at once, those that must be given or are, and the others. */
export function splitSchema(
  schema: JsonSchema,
  input: JsonObject,
): readonly [shown: JsonSchema, others: JsonSchema | undefined] {
  const fields = Object.entries(schema.properties ?? {})
  const isFew = fields.length <= FIRST_FIELDS + 1
  const isShown = ([name]: readonly [string, unknown], index: number) =>
    isFew ||
    index < FIRST_FIELDS ||
    Object.hasOwn(input, name) ||
    schema.required?.includes(name) === true
  const of = (some: typeof fields) => ({ ...schema, properties: Object.fromEntries(some) })
  const others = fields.filter((field, index) => !isShown(field, index))
  return [of(fields.filter(isShown)), others.length === 0 ? undefined : of(others)]
}
