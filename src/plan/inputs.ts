import type { z } from 'zod'
import type { JsonObject } from '../json.ts'
import type { Faults, Path } from './faults.ts'
import { compileSchema, defaultOf, issuesOf } from './json-schema.ts'

/**
 * The values of the inputs a workflow declares: those posted, checked against their JSON Schema,
 * and the declared defaults for the rest. `declaredAt` is where declarations stand.
 * Where no values are posted yet, only the declarations are checked.
 */
export function readInputs(
  declared: Readonly<Record<string, unknown>>,
  posted: Readonly<Record<string, unknown>> | undefined,
  declaredAt: Path,
  faults: Faults,
): JsonObject {
  const values: [string, unknown][] = []
  for (const [name, declaration] of Object.entries(declared)) {
    const at = [...declaredAt, name]
    const schema = faults.attempt(at, () => compileSchema(declaration))
    if (schema === undefined) continue
    const isPosted = posted !== undefined && Object.hasOwn(posted, name)
    const fallback = defaultOf(declaration)
    if (!isPosted && fallback === undefined) {
      const message = `the input "${name}" is missing`
      if (posted !== undefined) faults.add(['inputs', name], 'INVALID_INPUTS', message)
      continue
    }
    const value = isPosted ? posted[name] : fallback
    const issues = faults.attempt(at, () => issuesOf(schema, declaration, value))
    if (issues === undefined) continue
    if (issues.length === 0) values.push([name, value])
    else if (isPosted) addValueFaults(issues, name, faults)
    else faults.add([...at, 'default'], 'INVALID_VALUE', 'the default does not match the schema')
  }
  for (const name of Object.keys(posted ?? {})) {
    if (!Object.hasOwn(declared, name)) {
      faults.add(['inputs', name], 'INVALID_INPUTS', `the workflow declares no input "${name}"`)
    }
  }
  return Object.fromEntries(values) as JsonObject
}

function addValueFaults(issues: readonly z.core.$ZodIssue[], name: string, faults: Faults): void {
  for (const { path, message } of issues) {
    faults.add(['inputs', name, ...(path as Path)], 'INVALID_INPUTS', message)
  }
}
