import { StepstreamError } from '../../errors.ts'
import { quote } from '../faults.ts'
import {
  type CompiledExpression,
  compileExpression,
  isSyntax,
  MAX_EXPRESSION_CHARS,
} from './compile.ts'

/** A string with expressions in it: texts and expressions in turn. */
export type Template<Expression extends object = CompiledExpression> = readonly (
  | string
  | Expression
)[]

/** How many `}}` may be tried as the end of one expression. */
const MAX_ENDS = 16

/** How many expressions one string may hold. */
const MAX_PARTS = 1000

export function hasTemplate(text: string): boolean {
  return text.includes('{{')
}

/** Whether a string is one expression and nothing else, so that it can stand for any type. */
export function isWholeTemplate(template: Template<object>): boolean {
  return template.length === 1 && typeof template[0] !== 'string'
}

/**
 * Takes a string apart. An expression ends at the first `}}` that leaves a well-formed one, so that
 * braces inside CEL's strings and maps do not end it.
 * @throws StepstreamError INVALID_EXPRESSION
 */
export function parseTemplate<Expression extends object>(
  text: string,
  compile: (expression: string) => Expression,
): Template<Expression> {
  const parts: (string | Expression)[] = []
  let from = 0
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', from)) {
    if (parts.length >= MAX_PARTS) refuse(`a string may hold up to ${MAX_PARTS / 2} expressions`)
    if (open > from) parts.push(text.slice(from, open))
    const end = findEnd(text, open + 2)
    parts.push(compile(text.slice(open + 2, end)))
    from = end + 2
  }
  if (from < text.length) parts.push(text.slice(from))
  return parts
}

function findEnd(text: string, start: number): number {
  const first = text.indexOf('}}', start)
  if (first === -1) refuse(`${quote(text.slice(start - 2, start + 40))} has no closing }}`)
  let end = first
  for (let tries = 0; end !== -1 && tries < MAX_ENDS; tries++) {
    const expression = text.slice(start, end)
    if (expression.length > MAX_EXPRESSION_CHARS) break
    if (isSyntax(expression)) return end
    end = text.indexOf('}}', end + 1)
  }
  // None is well-formed: the shortest candidate gives the most useful message.
  const expression = text.slice(start, first)
  compileExpression(expression)
  return first
}

function refuse(message: string): never {
  throw new StepstreamError('INVALID_EXPRESSION', message)
}
