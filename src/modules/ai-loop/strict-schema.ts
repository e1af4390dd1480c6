import type { Json, JsonObject } from '../../json.ts'

/** The words of JSON Schema that strict servers take. Source: the structured outputs of the OpenAI API. */
const kept: ReadonlySet<string> = new Set(['type', 'description', 'enum', 'const', 'title'])

/** What only says which values fit; the answer is held against the whole schema later. */
const dropped: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  'id',
  'default',
  'examples',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
])

const none: Json = { type: 'null' }

/**
 * A schema as strict servers take it: every property required, null where it may be left out, and
 * nothing beside them. Undefined where it says what cannot be said so.
 */
export function strictSchema(schema: Json): JsonObject | undefined {
  if (!isObject(schema)) return undefined
  const { properties, required, additionalProperties, items, anyOf, oneOf, ...rest } = schema
  const made: Record<string, Json> = {}
  for (const [word, value] of Object.entries(rest)) {
    if (kept.has(word)) made[word] = value
    else if (!dropped.has(word)) return undefined
  }
  if (made['const'] !== undefined) {
    made['enum'] = [made['const']]
    delete made['const']
  }
  const choices = anyOf ?? oneOf
  if (choices !== undefined) {
    const all = Array.isArray(choices) ? choices.map(strictSchema) : [undefined]
    if (all.includes(undefined)) return undefined
    made['anyOf'] = all as Json
  }
  if (items !== undefined) {
    const ofItem = strictSchema(items)
    if (ofItem === undefined) return undefined
    made['items'] = ofItem
  }
  if (schema['type'] !== 'object') return made
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined
  if (!isObject(properties ?? {})) return undefined
  const needed = new Set(Array.isArray(required) ? required : [])
  const found: Record<string, Json> = {}
  for (const [name, value] of Object.entries(properties ?? {})) {
    const ofProperty = strictSchema(value)
    if (ofProperty === undefined) return undefined
    found[name] = needed.has(name) ? ofProperty : { anyOf: [ofProperty, none] }
  }
  return {
    ...made,
    properties: found,
    required: Object.keys(found),
    additionalProperties: false,
  }
}

/** An answer without the nulls that stand for what is left out. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      each === null ? [] : [[key, withoutNulls(each)]],
    ),
  )
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
