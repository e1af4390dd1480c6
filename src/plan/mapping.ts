import { Environment } from '@marcbachmann/cel-js'
import { StepstreamError } from '../errors.ts'
import type { Json } from '../json.ts'
import { boundEvaluation, withinLimits } from './cel/bounds.ts'
import { Cache } from './cel/cache.ts'
import { environmentOptions, failed, invalid, MAX_EXPRESSION_CHARS } from './cel/compile.ts'
import { hasTemplate, parseTemplate } from './cel/template.ts'
import { type CelValue, fromCel, toCel } from './cel/values.ts'
import { mapStrings, render } from './expressions.ts'
import type { Mapping } from './types.ts'

/** How many expressions are kept compiled. */
const CACHED = 1000

/** An expression over the one root. */
interface Compiled {
  run(context: Readonly<Record<string, CelValue>>): Json
}

/** CEL over one document, which expressions know by the name given. */
export function createMapping(root: string): Mapping {
  const environment = new Environment(environmentOptions).registerVariable(root, 'map')
  const expressions = new Cache<Compiled>(CACHED)
  const compile = (text: string) => expressions.get(text, () => compileIn(environment, text))

  return {
    checkExpression: (text) => void compile(text),
    checkValue(value) {
      if (isExpression(value)) compile(value)
      else {
        mapStrings(value, (text) => {
          parseTemplate(text, compile)
          return text
        })
      }
    },
    over(document) {
      const context = { [root]: toCel(document) }
      const evaluate = (text: string) => compile(text).run(context)
      const fill = (text: string) =>
        render(parseTemplate(text, compile), (expression) => expression.run(context))
      return {
        evaluate,
        value: (value) => (isExpression(value) ? evaluate(value) : mapStrings(value, fill)),
      }
    },
  }
}

function isExpression(value: Json): value is string {
  return typeof value === 'string' && !hasTemplate(value)
}

function compileIn(environment: Environment, text: string): Compiled {
  if (text.length > MAX_EXPRESSION_CHARS) {
    throw new StepstreamError(
      'INVALID_EXPRESSION',
      `the expression has ${text.length} characters; ${MAX_EXPRESSION_CHARS} are allowed`,
    )
  }
  const parsed = attempt(
    () => environment.parse(text),
    (error) => invalid(text, error),
  )
  const { valid, error } = parsed.check()
  if (!valid) throw invalid(text, error)
  boundEvaluation(parsed.ast)
  return {
    run: (context) =>
      attempt(
        () => fromCel(withinLimits(() => parsed(context))),
        (error) => failed(text, error),
      ),
  }
}

function attempt<T>(run: () => T, toError: (error: unknown) => StepstreamError): T {
  try {
    return run()
  } catch (error) {
    throw toError(error)
  }
}
