import type { JsonSchema } from '../api/types.ts'

/** A part of a form, by what the schema lets stand there. */
export interface SchemaField {
  readonly name: string
  readonly label: string
  readonly hint: string | undefined
  readonly isRequired: boolean
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'json'
  readonly choices: readonly unknown[]
  readonly schema: JsonSchema
}

/** The fields of an object of named values; undefined where the schema is something else. */
export function fieldsOf(schema: JsonSchema): readonly SchemaField[] | undefined {
  const { type, properties, required = [] } = schema
  if (properties === undefined || (type !== undefined && type !== 'object')) return undefined
  return Object.entries(properties).map(([name, field]) => ({
    name,
    label: field.title ?? name,
    hint: field.description,
    isRequired: required.includes(name),
    kind: kindOf(field),
    choices: field.enum ?? (field.type === 'boolean' ? [true, false] : []),
    schema: field,
  }))
}

/** What was typed, as the value that stands for it; undefined where nothing was. @throws SyntaxError */
export function fieldValue({ kind, choices }: SchemaField, text: string): unknown {
  if (text === '') return undefined
  switch (kind) {
    case 'number':
    case 'integer':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'choice':
      return choices.find((choice) => String(choice) === text)
    case 'json':
      return JSON.parse(text)
    case 'text':
      return text
  }
}

/** What a field begins with. */
export function textOf({ schema: { default: value }, kind }: SchemaField): string {
  if (value === undefined || value === null) return ''
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value)
}

function kindOf(schema: JsonSchema): SchemaField['kind'] {
  if (schema.enum !== undefined) return 'choice'
  switch (schema.type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
    case 'boolean':
      return schema.type
    default:
      return 'json'
  }
}
