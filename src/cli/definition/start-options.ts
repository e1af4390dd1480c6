import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parse } from 'yaml'
import type { Stepstream } from '../../client/index.ts'
import type { JsonObject } from '../../json.ts'
import { unwrap } from '../service/unwrap.ts'
import { type Definition, readDefinition } from './read-definition.ts'
import { type Beside, bodyOf, type StartBody, savedBodyOf } from './start-body.ts'
import type { Posted } from './tell-plan-faults.ts'

/** What names a workflow on the command line, and what is said beside it. */
export interface StartOptions {
  readonly workflow?: { readonly name: string; readonly version?: number }
  readonly input: ReadonlyMap<string, string>
  readonly inputs?: string
  readonly label: ReadonlyMap<string, string>
}

/** What is to be started, and the file it is from, if it is from one. */
export type Start =
  | (Posted & { readonly body: StartBody })
  | { readonly body: StartBody; readonly definition?: undefined }

/** What is no JSON or YAML at all. */
export class Malformed extends Error {
  readonly definition: Definition

  constructor(definition: Definition, cause: unknown) {
    super((cause as Error).message, { cause })
    this.definition = definition
  }
}

/** A file that cannot be read, or a workflow that is named in no way or in two. */
export class CalledWrongly extends Error {}

export function addStartOptions(command: Command): Command {
  return command
    .argument('[file]', 'YAML, JSON, or a sentence on each line; - is standard input')
    .option('--workflow <name[@version]>', 'a saved workflow, in place of a file', readWorkflow)
    .addOption(
      pairs('--input <name=value>', 'a value of an input, as often as there are; JSON, or a text'),
    )
    .option('--inputs <file>', 'the values of inputs, as YAML or JSON')
    .addOption(pairs('--label <key=value>', 'a label, as often as there are'))
}

/**
 * Reads what is to be started.
 * @throws CalledWrongly, Malformed, ProblemError
 */
export async function readStart(
  file: string | undefined,
  { workflow, input, inputs, label }: StartOptions,
  service: Stepstream,
): Promise<Start> {
  const beside: Beside = {
    given: input,
    inputs: inputs === undefined ? {} : await readInputs(inputs),
    labels: Object.fromEntries(label),
  }
  if (workflow !== undefined && file === undefined) {
    const { name, ...version } = workflow
    const declares = await declaredInputs(name, beside, service)
    return { body: savedBodyOf({ workflow: name, ...version, declares }, beside) }
  }
  if (file === undefined || workflow !== undefined) {
    throw new CalledWrongly('name a file (- is standard input), or a saved workflow by --workflow')
  }
  const definition = await readDefinition(file).catch(refuseFile)
  try {
    return { definition, body: bodyOf(definition, beside) }
  } catch (error) {
    throw new Malformed(definition, error)
  }
}

/** Only where it makes a difference: what an input is declared as says how its value is read. */
async function declaredInputs(
  name: string,
  { given }: Beside,
  { api }: Stepstream,
): Promise<unknown> {
  if (given.size === 0) return undefined
  const asking = api.GET('/v1/workflows/{name}', { params: { path: { name } } })
  const { definition } = (await unwrap(asking)) as {
    readonly definition?: { readonly inputs?: unknown }
  }
  return definition?.inputs
}

async function readInputs(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch(refuseFile)
  const values: unknown = readYaml(text, file)
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) {
    return values as JsonObject
  }
  throw new CalledWrongly(`${file} is no list of names with values`)
}

function readYaml(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new CalledWrongly(`${file}: ${(error as Error).message}`)
  }
}

function refuseFile(error: unknown): never {
  throw new CalledWrongly((error as Error).message, { cause: error })
}

function pairs(flags: string, description: string): Option {
  return new Option(flags, description).default(new Map(), 'none').argParser(readPair)
}

function readPair(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Expected name=value.')
  return new Map(before).set(text.slice(0, at), text.slice(at + 1))
}

function readWorkflow(text: string): NonNullable<StartOptions['workflow']> {
  const [, name = '', version] = /^([^@]+)(?:@([1-9]\d*))?$/.exec(text) ?? []
  if (name === '') throw new InvalidArgumentError('Expected a name, or name@version.')
  return version === undefined ? { name } : { name, version: Number(version) }
}
