import { type ErrorCode, StepstreamError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { isObject } from './body.ts'
import type { CompiledExpression } from './cel/compile.ts'
import type { Read } from './cel/reads.ts'
import { hasTemplate } from './cel/template.ts'
import type { ExpressionCompiler } from './expressions.ts'
import type { Faults, Path } from './faults.ts'

/** An expression of a step, and where it stood in the body. */
export interface PlacedExpression {
  readonly expression: CompiledExpression
  readonly at: Path
  readonly mayReadSecrets: boolean
}

/** What an expression may refer to. */
export interface Known {
  /** The step the expression belongs to. */
  readonly stepId: string
  hasStep(id: string): boolean
  isAncestor(id: string): boolean
  hasInput(name: string): boolean
  hasSecret(name: string): boolean
}

/** Compiles one bare expression; none when it has a fault. */
export function compileAt(
  text: string,
  at: Path,
  expressions: ExpressionCompiler,
  faults: Faults,
): readonly PlacedExpression[] {
  const compiled = attempt(() => expressions.compile(text), at, faults)
  return compiled === undefined ? [] : [{ expression: compiled, at, mayReadSecrets: false }]
}

/** The same for one that must be true or false. */
export function compileCondition(
  text: string,
  at: Path,
  expressions: ExpressionCompiler,
  faults: Faults,
): readonly PlacedExpression[] {
  const placed = compileAt(text, at, expressions, faults)
  if (placed.some(({ expression }) => !expression.mayBeBoolean)) {
    faults.add(at, 'INVALID_EXPRESSION', 'the expression must be true or false')
  }
  return placed
}

/** Compiles every `{{ … }}` in the strings of a step's `with`, the bare expressions left out. */
export function compileTemplates(
  input: JsonObject,
  bareFields: readonly string[],
  withAt: (path: Path) => Path,
  expressions: ExpressionCompiler,
  faults: Faults,
): readonly PlacedExpression[] {
  const found: PlacedExpression[] = []
  const visit = (value: Json, path: Path): void => {
    if (typeof value === 'string') {
      if (!hasTemplate(value)) return
      const at = withAt(path)
      for (const part of attempt(() => expressions.compileTemplate(value), at, faults) ?? []) {
        if (typeof part !== 'string') found.push({ expression: part, at, mayReadSecrets: true })
      }
    } else if (Array.isArray(value)) {
      value.forEach((item: Json, index) => {
        visit(item, [...path, index])
      })
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) visit(value[key] as Json, [...path, key])
    }
  }
  for (const key of Object.keys(input)) {
    const value = input[key]
    const isBare = bareFields.includes(key) && typeof value === 'string'
    if (!isBare && value !== undefined) visit(value, [key])
  }
  return found
}

/** Whether what stands at a path is, or is inside, a string that an expression will replace. */
export function isReplaced(input: Json, path: Path): boolean {
  let here: Json | undefined = input
  for (const key of path) {
    if (typeof here === 'string') return hasTemplate(here)
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return false
    here = (here as Record<string | number, Json>)[key]
  }
  return typeof here === 'string' && hasTemplate(here)
}

/** Adds a fault for each name an expression reads that it cannot know. */
export function checkReferences(placed: PlacedExpression, known: Known, faults: Faults): void {
  const { expression, at, mayReadSecrets } = placed
  for (const read of expression.reads) {
    const problem = problemOf(read, known, mayReadSecrets)
    if (problem !== undefined) faults.add(at, ...problem)
  }
}

function problemOf(
  { root, keys: [name] }: Read,
  known: Known,
  mayReadSecrets: boolean,
): [ErrorCode, string] | undefined {
  if (root === 'secrets' && !mayReadSecrets) {
    return ['INVALID_EXPRESSION', 'secrets may be read in "with" only']
  }
  if (name === undefined) return undefined
  if (root === 'secrets' && !known.hasSecret(name)) {
    return ['UNKNOWN_SECRET', `the secret "${name}" is not set; it comes from SECRET_${name}`]
  }
  if (root === 'inputs' && !known.hasInput(name)) {
    return ['INVALID_EXPRESSION', `the workflow declares no input "${name}"`]
  }
  if (root !== 'steps') return undefined
  if (!known.hasStep(name)) return ['UNKNOWN_STEP', `the workflow has no step "${name}"`]
  if (known.isAncestor(name)) return undefined
  return [
    'UNKNOWN_STEP',
    name === known.stepId
      ? `step "${name}" cannot read its own output`
      : `step "${name}" may not have run by then; add "${name}" to dependsOn of "${known.stepId}"`,
  ]
}

function attempt<T>(compile: () => T, at: Path, faults: Faults): T | undefined {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof StepstreamError)) throw error
    faults.add(at, error.code, error.message)
    return undefined
  }
}
