import { type ErrorCode, StepstreamError } from '../errors.ts'
import type { Json } from '../json.ts'
import { Cache } from './cel/cache.ts'
import { type CompiledExpression, compileExpression } from './cel/compile.ts'
import { hasTemplate, isWholeTemplate, parseTemplate, type Template } from './cel/template.ts'
import type { Expressions, Scope } from './types.ts'
import { checkVariable } from './variables.ts'

/** How many expressions, and strings with expressions, are kept compiled. */
const CACHED = 2000

/** Longer strings are taken apart each time, so that the cache stays small. */
const MAX_CACHED_CHARS = 4096

/** The expressions of sessions, with what the planner needs to check them beforehand. */
export interface ExpressionCompiler extends Expressions {
  /** One bare expression. @throws StepstreamError INVALID_EXPRESSION */
  compile(expression: string): CompiledExpression
  /** A string with `{{ … }}` in it. @throws StepstreamError INVALID_EXPRESSION */
  compileTemplate(text: string): Template
}

/** CEL by `@marcbachmann/cel-js`: typed, without side effects, bounded in time and size. */
export function createExpressions(): ExpressionCompiler {
  const expressions = new Cache<CompiledExpression>(CACHED)
  const templates = new Cache<Template>(CACHED)

  const compile = (text: string) => expressions.get(text, compileExpression)
  const compileTemplate = (text: string) =>
    text.length > MAX_CACHED_CHARS
      ? parseTemplate(text, compile)
      : templates.get(text, () => parseTemplate(text, compile))

  const evaluate = (text: string, scope: Scope) => {
    const expression = failing(() => compile(text))
    if (expression.readsSecrets) {
      throw new StepstreamError('EXPRESSION_FAILED', 'only "with" of a step may read secrets')
    }
    return expression.run(scope)
  }

  return {
    compile,
    compileTemplate,
    evaluate,
    setVariables: (set, varSchemas, scope) =>
      Object.fromEntries(
        Object.entries(set).map(([name, text]) => {
          const setOne = () => fitting(evaluate(text, scope), varSchemas[name])
          return [name, failing(setOne, `the variable "${name}"`)]
        }),
      ),
    fitVariables(values, varSchemas) {
      for (const [name, value] of Object.entries(values)) {
        const isDeclared = Object.hasOwn(varSchemas, name)
        const check = () => fitting(value, isDeclared ? varSchemas[name] : undefined)
        failing(check, `the variable "${name}"`, 'EXECUTOR_FAILED')
      }
      return values
    },
    resolve: (value, scope) =>
      mapStrings(value, (text) =>
        render(
          failing(() => compileTemplate(text)),
          (expression) => expression.run(scope),
        ),
      ),
    stepsRead(value) {
      const ids = new Set<string>()
      mapStrings(value, (text) => {
        for (const part of compileTemplate(text)) {
          if (typeof part !== 'string') for (const id of part.steps) ids.add(id)
        }
        return text
      })
      return ids
    },
    stepsReadBy: (text) => compile(text).steps,
  }
}

/** The value with every string that holds an expression replaced; the same value if none does. */
export function mapStrings(value: Json, replace: (text: string) => Json): Json {
  if (typeof value === 'string') return hasTemplate(value) ? replace(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) {
    const items = value.map((item) => mapStrings(item, replace))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  let isSame = true
  const entries = Object.entries(value).map(([key, item]) => {
    const mapped = mapStrings(item, replace)
    isSame &&= mapped === item
    return [key, mapped] as const
  })
  return isSame ? value : Object.fromEntries(entries)
}

/** The text, or what its one expression comes to. */
export function render<Expression extends object>(
  template: Template<Expression>,
  run: (expression: Expression) => Json,
): Json {
  const [only] = template
  if (isWholeTemplate(template)) return run(only as Expression)
  return template.map((part) => (typeof part === 'string' ? part : toText(run(part)))).join('')
}

function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The value, if a variable with this schema may have it. */
function fitting(value: Json, declaration: Json | undefined): Json {
  const problem = declaration === undefined ? 'is not declared' : checkVariable(declaration, value)
  if (problem !== undefined) throw new StepstreamError('EXPRESSION_FAILED', problem)
  return value
}

/** At run time a fault of the expression is a failure of the step. */
function failing<T>(run: () => T, subject?: string, code: ErrorCode = 'EXPRESSION_FAILED'): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof StepstreamError)) throw error
    const message = subject === undefined ? error.message : `${subject}: ${error.message}`
    throw new StepstreamError(code, message, { cause: error })
  }
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}
