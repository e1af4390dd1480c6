import { isNode, LineCounter, parseDocument } from 'yaml'
import { type Definition, sentencesOf } from './read-definition.ts'

/** Both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/**
 * Where what a JSON pointer names stands in a definition, or the nearest part around it that is there.
 * JSON is YAML, and the reader of YAML knows where each value stands.
 */
export function placeOf({ text, format }: Definition, pointer: string): Place {
  const path = pathOf(pointer)
  if (format === 'sentences') {
    const sentences = sentencesOf(text)
    const { line, column } = sentences[Number(path[0])] ?? sentences[0] ?? { line: 1, column: 1 }
    return { line, column }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  for (let depth = path.length; depth > 0; depth--) {
    const keys = path.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const node = document.getIn(keys, true)
    if (isNode(node) && node.range) return at(lines, node.range[0])
  }
  return at(lines, document.contents?.range?.[0] ?? 0)
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
