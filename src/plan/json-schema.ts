import { z } from 'zod'
import { StepstreamError } from '../errors.ts'
import { isObject } from './body.ts'
import { quote } from './faults.ts'
import { isBounded } from './pattern.ts'

/**
 * A JSON Schema (draft 2020-12) that a workflow declares, ready to check values.
 * @throws StepstreamError when it is no schema, or one that cannot be used
 */
export function compileSchema(declaration: unknown): z.ZodType {
  if (typeof declaration !== 'boolean' && !isObject(declaration)) {
    throw new StepstreamError('WRONG_TYPE', `expected a JSON Schema, got ${quote(declaration)}`)
  }
  if (hasReference(declaration)) {
    refuse('a schema with $ref is not supported; write it out')
  }
  return usable(() => z.fromJSONSchema(declaration as Parameters<typeof z.fromJSONSchema>[0]))
}

/**
 * What is wrong with a value.
 * @throws StepstreamError when the schema cannot be used on it, because that shows, or because its
 * patterns could take too long
 */
export function issuesOf(
  schema: z.ZodType,
  declaration: unknown,
  value: unknown,
): readonly z.core.$ZodIssue[] {
  const slow = patternsOf(declaration).find((pattern) => !isBounded(pattern, longestText(value)))
  if (slow !== undefined) refuse(`the pattern ${quote(slow)} could take too long on this value`)
  return usable(() => schema.safeParse(value).error?.issues ?? [])
}

/** The value a schema gives where there is none; undefined without one. */
export function defaultOf(declaration: unknown): unknown {
  if (!isObject(declaration)) return undefined
  const { default: fallback } = declaration
  return fallback
}

/** A keyword with a value of the wrong type shows only when the schema is built, or used. */
function usable<T>(use: () => T): T {
  try {
    return use()
  } catch (error) {
    return refuse(`is not a usable JSON Schema: ${(error as Error).message}`)
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

function refuse(message: string): never {
  throw new StepstreamError('INVALID_VALUE', message)
}
