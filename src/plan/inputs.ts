import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { isObject } from './body.ts'
import { type Faults, type Path, quote } from './faults.ts'
import { isBounded } from './pattern.ts'

/**
 * The values of the inputs a workflow declares: those posted, checked against their JSON Schema
 * (draft 2020-12), and the declared defaults for the rest. `declaredAt` is where declarations stand.
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
    const schema = compileSchema(declaration, at, faults)
    if (schema === undefined) continue
    const isPosted = posted !== undefined && Object.hasOwn(posted, name)
    const fallback = defaultOf(declaration)
    if (!isPosted && fallback === undefined) {
      const message = `the input "${name}" is missing`
      if (posted !== undefined) faults.add(['inputs', name], 'INVALID_INPUTS', message)
      continue
    }
    const value = isPosted ? posted[name] : fallback
    const slow = patternsOf(declaration).find((pattern) => !isBounded(pattern, longestText(value)))
    if (slow !== undefined) {
      faults.add(
        at,
        'INVALID_VALUE',
        `the pattern ${quote(slow)} could take too long on this value`,
      )
      continue
    }
    const issues = issuesOf(schema, value, at, faults)
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

function compileSchema(declaration: unknown, at: Path, faults: Faults): z.ZodType | undefined {
  if (typeof declaration !== 'boolean' && !isObject(declaration)) {
    faults.add(at, 'WRONG_TYPE', `expected a JSON Schema, got ${quote(declaration)}`)
    return undefined
  }
  if (hasReference(declaration)) {
    faults.add(at, 'INVALID_VALUE', 'a schema with $ref is not supported; write it out')
    return undefined
  }
  return usable(at, faults, () =>
    z.fromJSONSchema(declaration as Parameters<typeof z.fromJSONSchema>[0]),
  )
}

function issuesOf(
  schema: z.ZodType,
  value: unknown,
  at: Path,
  faults: Faults,
): readonly z.core.$ZodIssue[] {
  return usable(at, faults, () => schema.safeParse(value).error?.issues ?? []) ?? []
}

/** A keyword with a value of the wrong type shows only when the schema is built, or used. */
function usable<T>(at: Path, faults: Faults, use: () => T): T | undefined {
  try {
    return use()
  } catch (error) {
    faults.add(at, 'INVALID_VALUE', `is not a usable JSON Schema: ${(error as Error).message}`)
    return undefined
  }
}

/** References can be recursive, and a few of them multiply the work beyond any bound. */
function hasReference(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const { $ref, $dynamicRef } = schema as Record<string, unknown>
  return (
    typeof $ref === 'string' ||
    typeof $dynamicRef === 'string' ||
    Object.values(schema).some(hasReference)
  )
}

function defaultOf(declaration: unknown): unknown {
  if (!isObject(declaration)) return undefined
  const { default: fallback } = declaration
  return fallback
}

/** Every regular expression in a schema: the caller's patterns must not be able to hang the service. */
function patternsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { pattern, patternProperties } = schema as Record<string, unknown>
  return [
    ...(typeof pattern === 'string' ? [pattern] : []),
    ...(isObject(patternProperties) ? Object.keys(patternProperties) : []),
    ...Object.values(schema).flatMap(patternsOf),
  ]
}

function longestText(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (longest, [key, item]) => Math.max(longest, key.length, longestText(item)),
    0,
  )
}

function addValueFaults(issues: readonly z.core.$ZodIssue[], name: string, faults: Faults): void {
  for (const { path, message } of issues) {
    faults.add(['inputs', name, ...(path as Path)], 'INVALID_INPUTS', message)
  }
}
