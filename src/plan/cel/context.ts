import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Scope } from '../types.ts'
import type { Read, Root } from './reads.ts'
import { type CelValue, toCel } from './values.ts'

/** The parts of a value that an expression reads: `undefined` means all of it. */
type Selection = Map<string, Selection | undefined>

/** The selections of an expression's roots, made once when it is compiled. */
export type Selections = ReadonlyMap<Root, Selection | undefined>

/** Merges the paths an expression reads into one selection for each root. */
export function selectionsOf(reads: readonly Read[]): Selections {
  const selections: Selection = new Map()
  for (const { root, keys } of reads) select(selections, [root, ...keys])
  return selections as Selections
}

/**
 * What CEL evaluates over: of each root only what the expression reads, so that a large output
 * costs no more than the parts of it that are used.
 * @throws StepstreamError EXPRESSION_FAILED when a secret is not set
 */
export function contextFor(selections: Selections, scope: Scope): Record<string, CelValue> {
  const context: Record<string, CelValue> = {}
  for (const [root, selection] of selections) {
    context[root] = rootValue(root, selection, scope)
  }
  return context
}

function select(selection: Selection, [key, ...rest]: readonly string[]): void {
  if (key === undefined) return
  if (rest.length === 0) {
    selection.set(key, undefined)
    return
  }
  const known = selection.has(key)
  const inner = selection.get(key)
  if (known && inner === undefined) return
  const next: Selection = inner ?? new Map()
  selection.set(key, next)
  select(next, rest)
}

function rootValue(root: Root, selection: Selection | undefined, scope: Scope): CelValue {
  if (root === 'steps') return stepsOf(selection, scope)
  if (root === 'secrets') return secretsOf(selection, scope)
  return pick(scope[root] ?? null, selection)
}

function pick(value: Json, selection: Selection | undefined): CelValue {
  if (selection === undefined || typeof value !== 'object' || value === null) return toCel(value)
  if (Array.isArray(value)) return toCel(value)
  const picked = new Map<string, CelValue>()
  for (const [key, inner] of selection) {
    if (Object.hasOwn(value, key)) {
      picked.set(key, pick((value as Record<string, Json>)[key] ?? null, inner))
    }
  }
  return picked
}

function stepsOf(selection: Selection | undefined, scope: Scope): CelValue {
  const steps = new Map<string, CelValue>()
  for (const [id, inner] of selection ?? []) {
    const step = Object.hasOwn(scope.steps, id) ? scope.steps[id] : undefined
    steps.set(id, pick({ status: step?.status ?? 'pending', output: step?.output ?? null }, inner))
  }
  return steps
}

function secretsOf(selection: Selection | undefined, scope: Scope): CelValue {
  const secrets = new Map<string, CelValue>()
  for (const [name] of selection ?? []) {
    const value = scope.secret(name)
    if (value === undefined) {
      throw new StepstreamError('EXPRESSION_FAILED', `the secret ${name} is not set`)
    }
    secrets.set(name, value)
  }
  return secrets
}
