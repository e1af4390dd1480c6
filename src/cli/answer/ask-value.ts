import { jsonText } from '../output/json-text.ts'
import type { Choice, Prompts } from './prompts.ts'

/** A JSON Schema, of which what a form can ask for is looked at. */
export type Schema = Readonly<Record<string, unknown>>

/** What is answered where somebody leaves an optional value out. */
const none = Symbol('none')

type Value = unknown | typeof none

interface Asked {
  readonly schema: Schema
  /** Where the value is, as `region` or `nested › count`. */
  readonly path: string
  readonly label: string
  readonly isRequired: boolean
}

/**
 * Asks for a value that a schema describes: each field of an object, one of an enum, numbers, booleans;
 * for what no prompt fits, JSON. The service checks it in the end.
 */
export async function askValue(prompts: Prompts, schema: Schema, path: string): Promise<unknown> {
  const value = await ask(prompts, {
    schema,
    path,
    label: labelOf(schema, path),
    isRequired: true,
  })
  return value === none ? undefined : value
}

async function ask(prompts: Prompts, asked: Asked): Promise<Value> {
  const { schema } = asked
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return askChoice(prompts, asked, schema['enum'])
  switch (typeOf(schema)) {
    case 'object':
      return isObject(schema['properties']) ? askFields(prompts, asked) : askJson(prompts, asked)
    case 'boolean':
      return askBoolean(prompts, asked)
    case 'integer':
    case 'number':
      return askNumber(prompts, asked)
    case 'string':
      return askText(prompts, asked)
    case 'array':
      return askList(prompts, asked)
    default:
      return askJson(prompts, asked)
  }
}

async function askFields(prompts: Prompts, asked: Asked): Promise<unknown> {
  const { schema } = asked
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(schema['properties'] as Record<string, unknown>)) {
    const isRequired = required.includes(name)
    const ofField = isObject(field) ? field : {}
    const path = asked.path === '' ? name : `${asked.path} › ${name}`
    const answer = await ask(prompts, {
      schema: ofField,
      path,
      label: labelOf(ofField, path) + (isRequired ? '' : ' (may be left out)'),
      isRequired,
    })
    if (answer !== none) value[name] = answer
  }
  return value
}

function askChoice(
  prompts: Prompts,
  { schema, label, isRequired }: Asked,
  values: readonly unknown[],
): Promise<Value> {
  const choices: Choice<unknown>[] = values.map((value) => ({ value, label: textOf(value) }))
  if (!isRequired) choices.push({ value: none, label: '(leave it out)' })
  return prompts.choose(label, choices, schema['default'] ?? (isRequired ? undefined : none))
}

function askBoolean(prompts: Prompts, asked: Asked): Promise<Value> {
  if (!asked.isRequired) return askChoice(prompts, asked, [true, false])
  return prompts.yesOrNo(asked.label, asked.schema['default'] === true)
}

async function askNumber(prompts: Prompts, asked: Asked): Promise<Value> {
  const isWhole = typeOf(asked.schema) === 'integer'
  return askParsed(prompts, asked, (text) => {
    const number = Number(text)
    if (text.trim() === '' || !Number.isFinite(number)) throw new Error('Expected a number')
    if (isWhole && !Number.isInteger(number)) throw new Error('Expected a whole number')
    return number
  })
}

async function askText(prompts: Prompts, asked: Asked): Promise<Value> {
  const { schema } = asked
  const isHidden = schema['writeOnly'] === true || schema['format'] === 'password'
  const { minLength = 0 } = schema
  return askParsed(
    prompts,
    asked,
    (text) => {
      if (text.length < Number(minLength))
        throw new Error(`Expected ${minLength} characters or more`)
      return text
    },
    isHidden,
  )
}

async function askList(prompts: Prompts, asked: Asked): Promise<Value> {
  const { items } = asked.schema
  if (!isObject(items) || !Array.isArray(items['enum'])) return askJson(prompts, asked)
  const choices = items['enum'].map((value: unknown) => ({ value, label: textOf(value) }))
  const chosen = await prompts.chooseSome(
    asked.label,
    choices,
    Number(asked.schema['minItems']) > 0,
  )
  return chosen.length === 0 && !asked.isRequired ? none : chosen
}

function askJson(prompts: Prompts, asked: Asked): Promise<Value> {
  return askParsed(prompts, { ...asked, label: `${asked.label} (JSON)` }, (text) => {
    try {
      return JSON.parse(text)
    } catch {
      throw new Error('Expected JSON: a text needs quotes of its own')
    }
  })
}

/** An empty line leaves out what may be left out. @param parse throws what is wrong with a text */
async function askParsed(
  prompts: Prompts,
  { schema, label, isRequired }: Asked,
  parse: (text: string) => unknown,
  isHidden = false,
): Promise<Value> {
  const isLeftOut = (text: string) => text === '' && !isRequired
  const text = await prompts.line(label, {
    initial: 'default' in schema ? textOf(schema['default']) : undefined,
    isHidden,
    faultOf(typed) {
      if (isLeftOut(typed)) return undefined
      try {
        parse(typed)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    },
  })
  return isLeftOut(text) ? none : parse(text)
}

/** One of several types: what is not null; where none is named, what the fields tell. */
function typeOf({ type, properties }: Schema): unknown {
  const types = Array.isArray(type) ? type.filter((each) => each !== 'null') : [type]
  return types.length === 1 ? (types[0] ?? (properties && 'object')) : undefined
}

function labelOf({ title, description }: Schema, name: string): string {
  const about = [title, description].find((text) => typeof text === 'string' && text !== '')
  if (about === undefined) return name || 'The answer'
  return name === '' ? String(about) : `${name}: ${about}`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value)
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
