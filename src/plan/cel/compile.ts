import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { quote } from '../faults.ts'
import type { Scope } from '../types.ts'
import { boundEvaluation, withinLimits } from './bounds.ts'
import { contextFor, selectionsOf } from './context.ts'
import { endingsOf, registerEndings, withSteps } from './endings.ts'
import { type Read, type Root, readsOf, roots } from './reads.ts'
import { fromCel } from './values.ts'

/** How long an expression may be. */
export const MAX_EXPRESSION_CHARS = 4000

/** An expression that has been parsed, type-checked and bounded. */
export interface CompiledExpression {
  readonly text: string
  /** Every path it reads. */
  readonly reads: readonly Read[]
  /** The ids of the steps it reads. */
  readonly steps: ReadonlySet<string>
  readonly readsSecrets: boolean
  /** The functions it calls that ask how steps ended: `always`, `failed`, … */
  readonly asksEndings: ReadonlySet<string>
  /** False when it is certain to give something else than true or false. */
  readonly mayBeBoolean: boolean
  /** @throws StepstreamError EXPRESSION_FAILED */
  run(scope: Scope): Json
}

/** The library's names of the types that are not bool; `dyn` and what is derived from it may be. */
const neverBoolean = /^(?:u?int|double|string|bytes|null|type|list|map|google)/

/** The roots that are no maps of anything. */
const typeOf: Readonly<Partial<Record<Root, string>>> = {
  secrets: 'map<string, string>',
  item: 'dyn',
  index: 'int',
}

/** What holds for expressions over whatever roots. */
export const environmentOptions = {
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 1000, maxDepth: 64, maxListElements: 500, maxMapEntries: 500 },
}

const environment = new Environment(environmentOptions)
for (const root of roots) {
  environment.registerVariable(root, typeOf[root] ?? 'map')
}
registerEndings(environment)

/** Whether a text is an expression as far as syntax goes; used to find where one ends. */
export function isSyntax(text: string): boolean {
  try {
    environment.parse(text)
    return true
  } catch {
    return false
  }
}

/** @throws StepstreamError INVALID_EXPRESSION with the position of the fault */
export function compileExpression(text: string): CompiledExpression {
  if (text.length > MAX_EXPRESSION_CHARS) {
    throw new StepstreamError(
      'INVALID_EXPRESSION',
      `the expression has ${text.length} characters; ${MAX_EXPRESSION_CHARS} are allowed`,
    )
  }
  const parsed = parse(text)
  const endings = endingsOf(parsed.ast)
  const reads: readonly Read[] = [
    ...readsOf(parsed.ast),
    ...Array.from(endings.steps, (id): Read => ({ root: 'steps', keys: [id, 'status'] })),
  ]
  const { valid, error, type } = parsed.check()
  if (!valid) throw invalid(text, error)
  boundEvaluation(parsed.ast)
  const selections = selectionsOf(reads)
  return {
    text,
    reads,
    steps: new Set(reads.flatMap(({ root, keys }) => (root === 'steps' ? keys.slice(0, 1) : []))),
    readsSecrets: selections.has('secrets'),
    asksEndings: endings.functions,
    mayBeBoolean: !neverBoolean.test(type ?? ''),
    run(scope) {
      const context = contextFor(selections, scope)
      try {
        return fromCel(withSteps(scope.steps, () => withinLimits(() => parsed(context))))
      } catch (error) {
        throw failed(text, error)
      }
    },
  }
}

function parse(text: string): { (context: object): unknown; ast: ASTNode; check: Check } {
  try {
    return environment.parse(text)
  } catch (error) {
    throw invalid(text, error)
  }
}

type Check = () => { valid: boolean; error?: Error; type?: string }

/** What an expression that cannot be read is refused with. */
export function invalid(text: string, error: unknown): StepstreamError {
  const { summary, range } = describe(error)
  const place = range === undefined ? '' : ` at character ${range.start + 1}`
  const hint =
    error instanceof ParseError && text.trimStart().startsWith('{{')
      ? '; this field is an expression itself, write it without {{ }}'
      : ''
  return new StepstreamError(
    'INVALID_EXPRESSION',
    `${quote(text.trim())}: ${summary}${place}${hint}`,
    { cause: error },
  )
}

/** What an evaluation that went wrong fails with. */
export function failed(text: string, error: unknown): StepstreamError {
  const { summary } = describe(error)
  return new StepstreamError('EXPRESSION_FAILED', `${quote(text.trim())}: ${summary}`, {
    cause: error,
  })
}

/** The library's errors carry a drawing of the place in their message; the summary is without. */
function describe(error: unknown): { summary: string; range?: { start: number } } {
  const { summary, message, range } = error as {
    summary?: string
    message?: string
    range?: { start: number }
  }
  const text = summary ?? message ?? String(error)
  return range === undefined ? { summary: text } : { summary: text, range }
}
