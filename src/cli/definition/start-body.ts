import { parse } from 'yaml'
import type { Json, JsonObject } from '../../json.ts'
import { type Definition, sentencesOf } from './read-definition.ts'

/** The content of a request that starts or plans something. */
export interface StartBody {
  readonly content: string
  readonly type: 'application/json' | 'application/yaml'
  /** What pointers into the body have in front of those into the definition. */
  readonly prefix: '' | '/workflow'
}

/** What is said on the command line beside a definition. */
export interface Beside {
  /** Values of inputs as they were given, by their names. */
  readonly given: ReadonlyMap<string, string>
  /** Values of inputs from a file. */
  readonly inputs: JsonObject
  readonly labels: Readonly<Record<string, string>>
}

/** A saved workflow, by its name. */
export interface Saved {
  readonly workflow: string
  readonly version?: number
  /** What it declares about its inputs. */
  readonly declares: unknown
}

/**
 * The body of a definition: as it was written, unless something is said beside it.
 * @throws what the reader of YAML or JSON throws, where something is said beside what cannot be read
 */
export function bodyOf(definition: Definition, beside: Beside): StartBody {
  const { text, format } = definition
  const type = format === 'yaml' ? 'application/yaml' : 'application/json'
  const isBare = !saysAnything(beside)
  if (isBare && format !== 'sentences') return { content: text, type, prefix: '' }
  const written = writtenIn(definition)
  if (isBare) return { content: JSON.stringify(written), type, prefix: '' }
  const isWhole = isObject(written) && 'workflow' in written
  const whole: JsonObject = isWhole ? written : { workflow: written }
  const body = withBeside(whole, beside, inputsOf(whole['workflow']))
  return {
    content: JSON.stringify(body),
    type: 'application/json',
    prefix: isWhole ? '' : '/workflow',
  }
}

/** The body that starts a saved workflow. */
export function savedBodyOf({ workflow, version, declares }: Saved, beside: Beside): StartBody {
  const whole = { workflow, ...(version === undefined ? {} : { version }) }
  const content = JSON.stringify(withBeside(whole, beside, declares))
  return { content, type: 'application/json', prefix: '' }
}

function saysAnything({ given, inputs, labels }: Beside): boolean {
  return given.size + Object.keys(inputs).length + Object.keys(labels).length > 0
}

function withBeside(whole: JsonObject, beside: Beside, declared: unknown): JsonObject {
  const { given, inputs, labels } = beside
  const typed = [...given].map(([name, text]) => [name, typedValue(text, declared, name)] as const)
  const before = isObject(whole['inputs']) ? whole['inputs'] : {}
  const allInputs = { ...before, ...inputs, ...Object.fromEntries(typed) }
  const labelsBefore = isObject(whole['labels']) ? whole['labels'] : {}
  const allLabels = { ...labelsBefore, ...labels }
  return {
    ...whole,
    ...(Object.keys(allInputs).length === 0 ? {} : { inputs: allInputs }),
    ...(Object.keys(allLabels).length === 0 ? {} : { labels: allLabels }),
  }
}

/** What is declared a text stays one; else JSON is what it says, and what is no JSON is a text. */
function typedValue(text: string, declared: unknown, name: string): Json {
  const schema = isObject(declared) ? declared[name] : undefined
  if (isObject(schema) && schema['type'] === 'string') return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function inputsOf(workflow: Json | undefined): unknown {
  return isObject(workflow) ? workflow['inputs'] : undefined
}

function writtenIn({ text, format }: Definition): Json {
  if (format === 'sentences') return sentencesOf(text).map((sentence) => sentence.text)
  return (format === 'json' ? JSON.parse(text) : parse(text)) as Json
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
