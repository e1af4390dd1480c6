import type { PhraseArgument } from './user-phrases.ts'

const placeholder = /<(\d{1,2})>/g

/** The places that a value has for arguments and that its phrase has none for, such as `<3>`. */
export function unknownPlaces(value: unknown, parameters: number): readonly string[] {
  const found: string[] = []
  forEachString(value, (text) => {
    for (const [place, number] of text.matchAll(placeholder)) {
      if (Number(number) < 1 || Number(number) > parameters) found.push(place)
    }
  })
  return found
}

/** How many characters the arguments come to in a value. */
export function lengthOfArguments(value: unknown, args: readonly PhraseArgument[]): number {
  let length = 0
  forEachString(value, (text) => {
    for (const [, number] of text.matchAll(placeholder)) {
      length += 2 * (args[Number(number) - 1]?.text.length ?? 0) + 2
    }
  })
  return length
}

/**
 * A sentence with its arguments. What was quoted stays so where it stands by itself, and cannot end the
 * quotes that it stands in, so an argument never changes how the sentence is read.
 */
export function fillSentence(sentence: string, args: readonly PhraseArgument[]): string {
  return sentence.replaceAll(placeholder, (place, number: string, at: number) => {
    const argument = args[Number(number) - 1]
    if (argument === undefined) return place
    const { text, isQuoted } = argument
    const quote = quoteAround(sentence, at, at + place.length)
    if (quote !== undefined) return escaped(text, quote)
    const isAlone =
      /^$|\s$/.test(sentence.slice(0, at)) &&
      /^$|^[\s.,;:!?)]/.test(sentence.slice(at + place.length))
    return isQuoted && isAlone ? `"${escaped(text, '"')}"` : text
  })
}

/** A step with its arguments; a string that is one of them and nothing else keeps its type. */
export function fillStep(value: unknown, args: readonly PhraseArgument[]): unknown {
  if (typeof value === 'string') {
    const [, only] = /^<(\d{1,2})>$/.exec(value) ?? []
    const whole = only === undefined ? undefined : args[Number(only) - 1]
    if (whole !== undefined) return whole.value
    return value.replaceAll(placeholder, (place, number: string) => {
      return args[Number(number) - 1]?.text ?? place
    })
  }
  if (Array.isArray(value)) return value.map((item) => fillStep(item, args))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, fillStep(item, args)])
  return Object.fromEntries(entries)
}

/** The quotes that a place stands in, by the quotes that are open before it. */
function quoteAround(sentence: string, from: number, to: number): string | undefined {
  const before = sentence.slice(0, from)
  for (const quote of ['"', '`']) {
    if ((before.split(quote).length - 1) % 2 === 1) return quote
  }
  if (before.lastIndexOf('“') > before.lastIndexOf('”')) return '”'
  const isSingle = sentence.charAt(from - 1) === "'" && sentence.charAt(to) === "'"
  return isSingle ? "'" : undefined
}

/** Expressions are taken over as they are. */
function escaped(text: string, quote: string): string {
  return text
    .split(/(\{\{.*?\}\})/s)
    .map((part, index) => {
      if (index % 2 === 1) return part
      return part.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
    })
    .join('')
}

function forEachString(value: unknown, visit: (text: string) => void): void {
  if (typeof value === 'string') visit(value)
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) forEachString(item, visit)
  }
}
