import { StepstreamError } from '../errors.ts'
import type { Json } from '../json.ts'
import { Cache } from './cel/cache.ts'
import { type CompiledExpression, compileExpression } from './cel/compile.ts'
import { hasTemplate, isWholeTemplate, parseTemplate, type Template } from './cel/template.ts'
import type { Expressions, Scope } from './types.ts'

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

  return {
    compile,
    compileTemplate,
    evaluate(text, scope) {
      const expression = failing(() => compile(text))
      if (expression.readsSecrets) {
        throw new StepstreamError('EXPRESSION_FAILED', 'only "with" of a step may read secrets')
      }
      return expression.run(scope)
    },
    resolve: (value, scope) =>
      mapStrings(value, (text) =>
        render(
          failing(() => compileTemplate(text)),
          scope,
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
function mapStrings(value: Json, replace: (text: string) => Json): Json {
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

function render(template: Template, scope: Scope): Json {
  const [only] = template
  if (isWholeTemplate(template)) return (only as CompiledExpression).run(scope)
  return template
    .map((part) => (typeof part === 'string' ? part : toText(part.run(scope))))
    .join('')
}

function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** At run time a fault of the expression is a failure of the step. */
function failing<T>(compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof StepstreamError)) throw error
    throw new StepstreamError('EXPRESSION_FAILED', error.message, { cause: error })
  }
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}
