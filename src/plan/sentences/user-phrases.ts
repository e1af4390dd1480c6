import {
  CucumberExpression,
  type Node,
  ParameterTypeRegistry,
} from '@cucumber/cucumber-expressions'
import type { Json } from '../../json.ts'
import type { Faults, Path } from '../faults.ts'

/** How many parameters may end anywhere: each multiplies what a match can cost. */
const MAX_LOOSE = 2

/** What an expression with such parameters reads, in characters, so that a match stays cheap. */
const MAX_LOOSE_CHARS = 300

/** The kinds of parameter that Cucumber knows. */
const registry = new ParameterTypeRegistry()

/** What stood in the place of a parameter. */
export interface PhraseArgument {
  /** As words of a sentence, without quotes. */
  readonly text: string
  /** Of its own type, where it stands for a whole value. */
  readonly value: Json
  /** It was quoted. */
  readonly isQuoted: boolean
}

export interface UserPhrase {
  /** As it is written: a Cucumber expression. */
  readonly name: string
  /** What it stands for: sentences and steps, not looked at yet. */
  readonly steps: readonly unknown[]
  readonly parameters: number
}

export interface MatchedPhrase {
  readonly phrase: UserPhrase
  readonly args: readonly PhraseArgument[]
}

/** Finds the phrase that a sentence is of; of two the one that is declared first. */
export type UserPhrases = (sentence: string) => MatchedPhrase | undefined

interface CompiledPhrase {
  readonly phrase: UserPhrase
  readonly expression: CucumberExpression
  /** What every sentence of it begins with, in lower case. */
  readonly beginning: string
  readonly maxChars: number
}

/** The phrases of a workflow; those that are no expressions become faults. */
export function createUserPhrases(
  declared: Readonly<Record<string, readonly unknown[]>>,
  at: Path,
  faults: Faults,
): UserPhrases {
  const compiled = Object.entries(declared).flatMap(([name, steps]) => {
    const phrase = compilePhrase(name, steps)
    if (typeof phrase !== 'string') return [phrase]
    faults.add([...at, name], 'INVALID_VALUE', phrase)
    return []
  })
  return (sentence) => {
    for (const { phrase, expression, beginning, maxChars } of compiled) {
      if (sentence.length > maxChars) continue
      if (!sentence.slice(0, beginning.length).toLowerCase().startsWith(beginning)) continue
      const match = expression.match(sentence) ?? expression.match(withOtherCase(sentence))
      if (match === null) continue
      const args = match.map((argument) => {
        const isQuoted = argument.parameterType.name === 'string'
        const value = argument.getValue<unknown>(null)
        const text = isQuoted ? String(value ?? '') : (argument.group.value ?? '')
        return { text, value: typeof value === 'number' ? value : text, isQuoted }
      })
      return { phrase, args }
    }
    return undefined
  }
}

/** A compiled phrase, or what is wrong with it. */
function compilePhrase(name: string, steps: readonly unknown[]): CompiledPhrase | string {
  const expression = parse(name.trim())
  if (typeof expression === 'string') return expression
  const nodes = expression.ast.nodes ?? []
  const parameters = nodes.filter(isParameter).length
  const first = nodes.findIndex((node) => node.type !== 'TEXT_NODE')
  const texts = first === -1 ? nodes : nodes.slice(0, first)
  const loose = nodes.filter((node, index) => isLoose(node, nodes[index + 1])).length
  if (nodes.some((node, index) => isParameter(node) && isParameter(nodes[index + 1]))) {
    return 'two parameters follow one another; put a word between them'
  }
  if (loose > MAX_LOOSE) {
    return `up to ${MAX_LOOSE} parameters may be {} or be followed by other than a space; use {string}`
  }
  return {
    phrase: { name, steps, parameters },
    expression,
    beginning: texts
      .map((node) => node.text())
      .join('')
      .toLowerCase(),
    maxChars: loose > 1 ? MAX_LOOSE_CHARS : Number.POSITIVE_INFINITY,
  }
}

/** A Cucumber expression, or what is wrong with it. */
function parse(text: string): CucumberExpression | string {
  try {
    return new CucumberExpression(text, registry)
  } catch (error) {
    // The library does not export the class of its errors.
    if (error instanceof Error) return oneLine(error.message)
    throw error
  }
}

function isParameter(node: Node | undefined): boolean {
  return node?.type === 'PARAMETER_NODE'
}

/** Whether what a parameter takes can end at many places. */
function isLoose(node: Node, next: Node | undefined): boolean {
  if (!isParameter(node)) return false
  const type = node.nodes?.map((part) => part.text()).join('') ?? ''
  if (type === 'string') return false
  return (
    type === '' || !(next === undefined || /^\s/.test(next.type === 'TEXT_NODE' ? next.text() : ''))
  )
}

/** The library draws where the problem is over several lines. */
function oneLine(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '' && !/^[\s^-]*\^[\s^-]*$/.test(line)).join('; ')
}

/** A sentence begins with a capital, or does not. */
function withOtherCase(sentence: string): string {
  const first = sentence.charAt(0)
  const other = first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase()
  return other + sentence.slice(1)
}
