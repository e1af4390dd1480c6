import type { JsonObject } from '../json.ts'
import { toPointer } from '../json-pointer.ts'
import type { Executor } from '../modules/executors/types.ts'
import type { Plan } from '../session/plan.ts'
import type { Faults, Path } from './faults.ts'
import { compileSchema, defaultOf, issuesOf } from './json-schema.ts'
import { MAX_VARIABLES, stepIdPattern } from './step-schema.ts'

/** How large the value of a variable may be, in bytes as JSON. */
const MAX_VALUE_BYTES = 65_536

/** How many faults of a value a message names. */
const MAX_NAMED = 3

type Variables = Pick<Plan, 'vars' | 'varSchemas'>

/** The variables a workflow declares: what each begins with, which is null without a default. */
export function readVariables(
  declared: Readonly<Record<string, unknown>> | undefined,
  at: Path,
  faults: Faults,
): Variables {
  if (declared === undefined) return {}
  const values = Object.entries(declared).map(([name, declaration]) => {
    const value = defaultOf(declaration)
    const place = [...at, name]
    // A schema that cannot be used is reported as such, and not with its default as well.
    const isUsable = faults.attempt(place, () => compileSchema(declaration)) !== undefined
    if (value === undefined || !isUsable) return [name, null]
    const defaultAt = [...place, 'default']
    const problem = faults.attempt(defaultAt, () => checkVariable(declaration, value))
    if (problem !== undefined) faults.add(defaultAt, 'INVALID_VALUE', `the default ${problem}`)
    return [name, value]
  })
  return { vars: Object.fromEntries(values) as JsonObject, varSchemas: declared as JsonObject }
}

/** What a step is as far as the variables go that its kind sets by itself. */
interface SettingStep {
  readonly ready:
    | { readonly executor: Pick<Executor, 'sets'>; readonly input: JsonObject }
    | undefined
}

/** The variables that steps set without the workflow declaring them; any value fits them. */
export function impliedBy(
  steps: readonly SettingStep[],
  declared: Readonly<Record<string, unknown>> = {},
): JsonObject {
  const names = steps.flatMap(({ ready }) => ready?.executor.sets?.(ready.input) ?? [])
  const missing = names.filter((name) => stepIdPattern.test(name) && !Object.hasOwn(declared, name))
  return Object.fromEntries(missing.map((name) => [name, {}]))
}

/** A plan's variables with those that its steps bring along: null until they are set. */
export function withImplied({ vars, varSchemas }: Variables, implied: JsonObject): Variables {
  const names = Object.keys(implied)
  if (names.length === 0) {
    return { ...(vars === undefined ? {} : { vars }), ...(varSchemas && { varSchemas }) }
  }
  return {
    vars: { ...vars, ...Object.fromEntries(names.map((name) => [name, null])) },
    varSchemas: { ...varSchemas, ...implied },
  }
}

/** Those that steps bring along count as declared. */
export function checkVariableCount(vars: object, stepsAt: Path, faults: Faults): void {
  const count = Object.keys(vars).length
  if (count <= MAX_VARIABLES) return
  faults.add(stepsAt, 'INVALID_VALUE', `expected up to ${MAX_VARIABLES} variables, got ${count}`)
}

/**
 * What is wrong with a value that a variable is to have; undefined when nothing is.
 * @throws StepstreamError when its schema cannot be used on this value
 */
export function checkVariable(declaration: unknown, value: unknown): string | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes > MAX_VALUE_BYTES) {
    return `has ${bytes} bytes as JSON; ${MAX_VALUE_BYTES} are allowed`
  }
  const issues = issuesOf(compileSchema(declaration), declaration, value)
  if (issues.length === 0) return undefined
  const named = issues.slice(0, MAX_NAMED).map(({ path, message }) => {
    const place = toPointer(path as Path)
    return place === '' ? message : `${place}: ${message}`
  })
  return `does not match its schema: ${named.join('; ')}`
}
