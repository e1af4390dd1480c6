import { isNode, parseDocument } from 'yaml'
import type { Mark } from '../../parts/mark.ts'

export type Format = 'sentences' | 'yaml' | 'json'

export interface Fault {
  readonly pointer: string
  readonly message: string
}

/** What was written, as a request sends it; undefined where it cannot be read. */
export interface Draft {
  readonly content: string
  readonly type: 'application/json' | 'application/yaml'
  readonly faults: readonly Mark[]
}

/** Reads what was written, without judging what it says. */
export function readDraft(text: string, format: Format): Draft | undefined {
  if (text.trim() === '') return undefined
  if (format === 'sentences') {
    const sentences = linesOf(text).map(({ sentence }) => sentence)
    return { content: JSON.stringify(sentences), type: 'application/json', faults: [] }
  }
  const { errors } = parseDocument(text, { strict: true })
  const faults = errors.map(
    ({ pos: [from, to], message }): Mark => ({
      from,
      to,
      severity: 'error',
      message: message.split('\n')[0] ?? message,
    }),
  )
  const type = format === 'json' ? 'application/json' : 'application/yaml'
  return { content: text, type, faults }
}

/** Where faults stand in the text, by their JSON pointers: at the nearest that is there. */
export function marksOf(
  text: string,
  format: Format,
  faults: readonly Fault[],
  severity: Mark['severity'],
): readonly Mark[] {
  if (faults.length === 0) return []
  const rangeOf = format === 'sentences' ? rangesOfLines(text) : rangesOfValues(text)
  return faults.map(({ pointer, message }) => {
    const [from, to] = rangeOf(pathOf(pointer))
    return { from, to, severity, message: `${pointer === '' ? '' : `${pointer}: `}${message}` }
  })
}

/** Finds the part of a text that a path leads to. */
type RangeOf = (path: readonly string[]) => readonly [from: number, to: number]

function rangesOfLines(text: string): RangeOf {
  const lines = linesOf(text)
  return (path) => {
    // A list is normalised into a workflow before it is checked.
    const index = Number(path[0] === 'steps' ? path[1] : path[0])
    const { from = 0, to = 0 } = lines[Number.isInteger(index) ? index : 0] ?? {}
    return [from, to]
  }
}

function rangesOfValues(text: string): RangeOf {
  // JSON is YAML, and this reader knows where each value stands.
  const document = parseDocument(text)
  return (path) => {
    for (let depth = path.length; depth > 0; depth--) {
      const keys = path.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
      const node = document.getIn(keys, true)
      if (isNode(node) && node.range) return [node.range[0], firstLine(text, node.range)]
    }
    return [0, firstLine(text, [0, text.length])]
  }
}

/** A fault of something long is marked in its first line. */
function firstLine(text: string, [from, to]: readonly [number, number, ...number[]]): number {
  const end = text.indexOf('\n', from)
  return end === -1 || end > to ? to : end
}

function linesOf(text: string) {
  let from = 0
  return text.split('\n').flatMap((line) => {
    const at = { sentence: line.trim(), from, to: from + line.length }
    from += line.length + 1
    return at.sentence === '' ? [] : [at]
  })
}

function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The request as one would send it from a shell. */
export function curlOf(origin: string, { content, type }: Draft, withKey: boolean): string {
  const quoted = content.replaceAll("'", `'\\''`)
  return [
    `curl -s ${origin}/v1/sessions`,
    ...(withKey ? [`  -H "Authorization: Bearer $KEY"`] : []),
    `  -H 'Content-Type: ${type}'`,
    `  --data-binary '${quoted}'`,
  ].join(' \\\n')
}
