import type { ErrorCode } from '../errors.ts'
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
  readonly may: Rights
}

/** What an expression may do by its place, beyond what all may. */
export interface Rights {
  readonly readSecrets?: true
  readonly readOwnOutput?: true
  /** Read `item` and `index`. */
  readonly readItem?: true
  /** Call `always()`, `failed('id')` and the like. */
  readonly askEndings?: true
}

/** What an expression may refer to. */
export interface Known {
  /** The step the expression belongs to. */
  readonly stepId: string
  hasStep(id: string): boolean
  /** Whether a step has settled whenever this one starts. */
  hasSettled(id: string): boolean
  /** Whether a step that comes later may send the session back to this one. */
  mayPushBack(id: string): boolean
  isFinally(id: string): boolean
  hasInput(name: string): boolean
  hasVariable(name: string): boolean
  hasSecret(name: string): boolean
}

/** Compiles one bare expression; none when it has a fault. */
export function compileAt(
  text: string,
  at: Path,
  expressions: ExpressionCompiler,
  faults: Faults,
  may: Rights = {},
): readonly PlacedExpression[] {
  const expression = faults.attempt(at, () => expressions.compile(text))
  return expression === undefined ? [] : [{ expression, at, may }]
}

/** The same for a `when`, which must be true or false. */
export function compileCondition(
  text: string,
  at: Path,
  expressions: ExpressionCompiler,
  faults: Faults,
): readonly PlacedExpression[] {
  const placed = compileAt(text, at, expressions, faults, { askEndings: true })
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
      for (const part of faults.attempt(at, () => expressions.compileTemplate(value)) ?? []) {
        if (typeof part === 'string') continue
        found.push({ expression: part, at, may: { readSecrets: true } })
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
  const { expression, at, may } = placed
  const [asked] = expression.asksEndings
  if (asked !== undefined && !may.askEndings) {
    faults.add(at, 'INVALID_EXPRESSION', `${asked}() is understood in "when" of a step only`)
  }
  for (const read of expression.reads) {
    const problem = problemOf(read, known, may)
    if (problem !== undefined) faults.add(at, ...problem)
  }
}

function problemOf(read: Read, known: Known, may: Rights): [ErrorCode, string] | undefined {
  const {
    root,
    keys: [name],
  } = read
  if (root === 'secrets' && !may.readSecrets) {
    return ['INVALID_EXPRESSION', 'secrets may be read in "with" only']
  }
  if ((root === 'item' || root === 'index') && !may.readItem) {
    const message = `“${root}” is there for what a step with “forEach” does for each item only`
    return ['INVALID_EXPRESSION', message]
  }
  if (name === undefined) return undefined
  if (root === 'secrets' && !known.hasSecret(name)) {
    return ['UNKNOWN_SECRET', `the secret "${name}" is not set; it comes from SECRET_${name}`]
  }
  if (root === 'inputs' && !known.hasInput(name)) {
    return ['INVALID_EXPRESSION', `the workflow declares no input "${name}"`]
  }
  if (root === 'vars' && !known.hasVariable(name)) {
    return ['INVALID_EXPRESSION', `the workflow declares no variable "${name}"`]
  }
  if (root !== 'steps') return undefined
  const message = stepProblem(name, read, known, may)
  return message === undefined ? undefined : ['UNKNOWN_STEP', message]
}

function stepProblem(
  name: string,
  { keys: [, field] }: Read,
  known: Known,
  may: Rights,
): string | undefined {
  const { stepId } = known
  if (!known.hasStep(name)) return `the workflow has no step "${name}"`
  if (known.hasSettled(name) || known.mayPushBack(name)) return undefined
  if (name === stepId) {
    if (!may.readOwnOutput) return `step "${name}" cannot read its own output`
    return field === 'output' ? undefined : `of itself step "${name}" can read the output only`
  }
  if (known.isFinally(name) && !known.isFinally(stepId)) {
    return `step "${name}" is a finally step, so it runs after step "${stepId}"`
  }
  return `step "${name}" may not have run by then; add "${name}" to dependsOn of "${stepId}"`
}
