import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { ConfigError } from '../../config.ts'
import type { JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import { queueSchema } from './client.ts'
import { createStepModule, type StepModule, type StepModuleOptions } from './step-module.ts'
import type { Executor } from './types.ts'

export interface LoadExecutorsOptions extends StepModuleOptions {
  readonly schemas: Pick<Schemas, 'check'>
}

/**
 * Loads the executors of a folder: every `.ts`, `.js` and `.mjs` file in it, in the order of their
 * names, each with an executor or a step module as its default export, or a function that gets
 * `{ z }` and returns one, for a folder that has no zod of its own. An empty `directory` loads none.
 * @param taken names that are in use already
 * @throws ConfigError naming the file and what is wrong with it
 */
export async function loadExecutors(
  directory: string,
  taken: readonly string[],
  options: LoadExecutorsOptions,
): Promise<readonly Executor[]> {
  if (directory === '') return []
  const files = await listFiles(directory)
  const names = new Map(taken.map((name) => [name, 'a built-in executor']))
  const loaded: Executor[] = []
  for (const file of files) {
    const executor = await loadExecutor(file, options)
    const other = names.get(executor.name)
    if (other !== undefined) throw broken(file, `the name "${executor.name}" belongs to ${other}`)
    names.set(executor.name, file)
    loaded.push(executor)
  }
  return loaded
}

async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: Error) => {
    throw new ConfigError(`EXECUTORS_DIR: ${directory} cannot be read: ${error.message}`)
  })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => /\.(ts|js|mjs)$/.test(name) && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(resolve(directory), name))
}

async function loadExecutor(file: string, options: LoadExecutorsOptions): Promise<Executor> {
  let exported: unknown
  try {
    exported = (await import(pathToFileURL(file).href)).default
    if (typeof exported === 'function') exported = await exported({ z })
  } catch (error) {
    throw broken(file, error instanceof Error ? error.message : String(error), error)
  }
  return toExecutor(file, exported, options)
}

type Candidate = { readonly [key: string]: unknown }

function toExecutor(file: string, exported: unknown, options: LoadExecutorsOptions): Executor {
  if (typeof exported !== 'object' || exported === null) {
    throw broken(
      file,
      'the default export must be an object { name, description, input, execute }, or one with getCommand',
    )
  }
  const candidate = exported as Candidate
  const isModule = candidate['getCommand'] !== undefined
  const fault =
    findFault(candidate) ??
    (isModule ? findModuleFault(candidate, options) : findFunctionFault(candidate))
  if (fault !== undefined) throw broken(file, fault)
  return isModule
    ? createStepModule(exported as StepModule, options)
    : withDefaults(exported as Executor)
}

/** A method may be inherited and may use `this`, so each is bound to its own object. */
function withDefaults(executor: Executor): Executor {
  const { name, description, input, expressionFields } = executor
  const given = optionalFunctions
    .filter((key) => executor[key] !== undefined)
    .map((key) => [key, executor[key]?.bind(executor)])
  return {
    name,
    description,
    input,
    safeToRepeat: () => false,
    ...(expressionFields && { expressionFields }),
    ...(Object.fromEntries(given) as Partial<Executor>),
    execute: executor.execute.bind(executor),
  }
}

function findFault(candidate: Candidate): string | undefined {
  const { name, description, input } = candidate
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name)) {
    return '"name" must be a word of letters, digits, _ and -'
  }
  if (typeof description !== 'string') return '"description" must be a string'
  const schemaFault = findSchemaFault(input)
  return schemaFault ?? wrongFunction(candidate, optionalFunctions)
}

function findFunctionFault(candidate: Candidate): string | undefined {
  const { execute, expressionFields } = candidate
  if (candidate['handleResult'] !== undefined) return '"handleResult" goes with "getCommand"'
  if (typeof execute !== 'function') return '"execute" must be a function'
  const isList =
    Array.isArray(expressionFields) && expressionFields.every((field) => typeof field === 'string')
  if (expressionFields !== undefined && !isList)
    return '"expressionFields" must be a list of strings'
  return undefined
}

function findModuleFault(
  candidate: Candidate,
  { schemas }: LoadExecutorsOptions,
): string | undefined {
  const { resultSchema, queue } = candidate
  const meaningless = notOfModules.find((key) => candidate[key] !== undefined)
  if (meaningless !== undefined) return `"${meaningless}" does not go with "getCommand"`
  const wrong = wrongFunction(candidate, ['getCommand', 'handleResult'])
  if (wrong !== undefined) return wrong
  if (queue !== undefined && !queueSchema.safeParse(queue).success) {
    return `"queue" must be ${queueSchema.description}`
  }
  if (resultSchema === undefined) return undefined
  try {
    schemas.check(resultSchema as JsonObject)
    return undefined
  } catch (error) {
    return `"resultSchema": ${error instanceof Error ? error.message : String(error)}`
  }
}

function wrongFunction(candidate: Candidate, names: readonly string[]): string | undefined {
  const wrong = names.find(
    (key) => candidate[key] !== undefined && typeof candidate[key] !== 'function',
  )
  return wrong === undefined ? undefined : `"${wrong}" must be a function`
}

/** What only a kind that does its work here can have. */
const notOfModules = ['execute', 'safeToRepeat', 'branches', 'expressionFields'] as const

const optionalFunctions = [
  'safeToRepeat',
  'defaultMaxAttempts',
  'estimateMs',
  'branches',
  'check',
] as const

/** The file may bring a zod of its own, so the schema is known by its shape. */
function findSchemaFault(input: unknown): string | undefined {
  const isSchema =
    typeof input === 'object' &&
    input !== null &&
    '_zod' in input &&
    'safeParse' in input &&
    typeof input.safeParse === 'function'
  if (!isSchema) return '"input" must be a zod schema (zod 4)'
  try {
    z.toJSONSchema(input as unknown as z.ZodType, { io: 'input' })
    return undefined
  } catch (error) {
    return `"input" has no JSON Schema: ${error instanceof Error ? error.message : String(error)}`
  }
}

function broken(file: string, what: string, cause?: unknown): ConfigError {
  return new ConfigError(`EXECUTORS_DIR: ${file}: ${what}`, cause === undefined ? {} : { cause })
}
