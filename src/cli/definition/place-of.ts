import { isNode, LineCounter, parseDocument } from 'yaml'
import { type Definition, sentencesOf } from './read-definition.ts'

/** Both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Finds where what a JSON pointer names stands, or the nearest part around it that is there. */
export type FindPlace = (pointer: string) => Place

/** Reads a definition once. JSON is YAML, and the reader of YAML knows where each value stands. */
export function placesIn({ text, format }: Definition): FindPlace {
  if (format === 'sentences') return placesOfSentences(text)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  return (pointer) => {
    const path = pathOf(pointer)
    for (let depth = path.length; depth > 0; depth--) {
      const keys = path.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
      const node = document.getIn(keys, true)
      if (isNode(node) && node.range) return at(lines, node.range[0])
    }
    return at(lines, document.contents?.range?.[0] ?? 0)
  }
}

function placesOfSentences(text: string): FindPlace {
  const sentences = sentencesOf(text)
  return (pointer) => {
    const [index] = pathOf(pointer)
    const { line, column } = sentences[Number(index)] ?? sentences[0] ?? { line: 1, column: 1 }
    return { line, column }
  }
}

/** The first thing that makes a text no JSON or YAML. */
export function malformationOf({
  text,
}: Definition): (Place & { readonly message: string }) | undefined {
  const lines = new LineCounter()
  const [fault] = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors
  return fault && { ...at(lines, fault.pos[0]), message: fault.message }
}

function at(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
