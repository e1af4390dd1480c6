import type { Node, YAMLMap, YAMLSeq } from 'yaml'
import type { Json, JsonObject } from '../../json.ts'
import { align } from './align.ts'
import { changedPart, endOf, pairsOf } from './block-changes.ts'
import { type Change, lineStart } from './lines.ts'
import type { ChangesOf, Place } from './place.ts'
import { printFlow, printJson } from './print.ts'

/** A part of a flow collection, where it stands. */
interface Part {
  readonly from: number
  readonly to: number
}

/** A part of what it becomes; `old` is where it stood. */
interface NextPart {
  readonly text: string
  readonly old?: number
}

export function flowMapChanges(
  place: Place,
  map: YAMLMap,
  before: JsonObject,
  after: JsonObject,
  changesOf: ChangesOf,
): readonly Change[] | undefined {
  const { text } = place
  const pairs = pairsOf(text, map)
  if (pairs === undefined) return undefined
  const parts = pairs.map(({ keyFrom, to }): Part => ({ from: keyFrom, to }))
  const indent = indentOf(text, map, parts)
  const next = Object.entries(after).map(([key, value]): NextPart => {
    const old = pairs.findIndex((pair) => pair.key === key)
    const pair = pairs[old]
    if (pair === undefined)
      return { text: `${printKey(place, key)}: ${print(place, value, indent)}` }
    const { keyFrom, to, value: node } = pair
    const changes =
      node === undefined ? undefined : changesOf(place, node, before[key] ?? null, value)
    if (changes !== undefined) return { old, text: changedPart(text, keyFrom, to, changes) }
    const start = node?.range?.[0] ?? to
    const key_ = node === undefined ? `${text.slice(keyFrom, to)} ` : text.slice(keyFrom, start)
    return { old, text: key_ + print(place, value, indent) }
  })
  return rebuild(text, map, parts, inOrder(next), indent)
}

/** What there was keeps its order; what is new stands behind what it follows. */
function inOrder(next: readonly NextPart[]): readonly NextPart[] {
  const known = next.filter(({ old }) => old !== undefined)
  const ordered = [...known].sort((one, other) => (one.old ?? 0) - (other.old ?? 0))
  const result = [...ordered]
  next.forEach((part, index) => {
    if (part.old !== undefined) return
    const previous = next[index - 1]
    result.splice(previous === undefined ? 0 : result.indexOf(previous) + 1, 0, part)
  })
  return result
}

export function flowListChanges(
  place: Place,
  list: YAMLSeq,
  before: readonly Json[],
  after: readonly Json[],
  changesOf: ChangesOf,
): readonly Change[] | undefined {
  const { text } = place
  const nodes = list.items as Node[]
  const parts = nodes.map((node): Part => ({ from: node.range?.[0] ?? 0, to: endOf(text, node) }))
  const indent = indentOf(text, list, parts)
  const { from } = align(before, after, (one, other) => one === other)
  const next = after.map((value, index): NextPart => {
    const source = from[index]
    const part = source === undefined ? undefined : parts[source.old]
    const node = source === undefined ? undefined : nodes[source.old]
    if (source === undefined || part === undefined || node === undefined) {
      return { text: print(place, value, indent) }
    }
    if (source.how !== 'changed') return { old: source.old, text: text.slice(part.from, part.to) }
    const changes = changesOf(place, node, before[source.old] ?? null, value)
    return {
      old: source.old,
      text:
        changes === undefined
          ? print(place, value, indent)
          : changedPart(text, part.from, part.to, changes),
    }
  })
  return rebuild(text, list, parts, next, indent)
}

/** The collection with other parts; what stood between two that are neighbours still does. */
function rebuild(
  text: string,
  node: Node,
  parts: readonly Part[],
  next: readonly NextPart[],
  indent: string | undefined,
): readonly Change[] | undefined {
  const [first] = parts
  const last = parts.at(-1)
  if (first === undefined || last === undefined || next.length === 0 || !node.range)
    return undefined
  const [from, to] = node.range
  const usual = indent === undefined ? ', ' : `,\n${indent}`
  let result = text.slice(from, first.from)
  next.forEach((part, index) => {
    if (index > 0) {
      const before = next[index - 1]?.old
      const areNeighbours = before !== undefined && part.old === before + 1
      result += areNeighbours ? text.slice(parts[before]?.to, parts[part.old ?? 0]?.from) : usual
    }
    result += part.text
  })
  return [{ from, to, insert: result + text.slice(last.to, to) }]
}

/** How far to the right the parts stand, each in a line of its own; undefined where they share one. */
function indentOf(text: string, node: Node, [first]: readonly Part[]): string | undefined {
  const open = node.range?.[0] ?? 0
  if (first === undefined || !text.slice(open, first.from).includes('\n')) return undefined
  return text.slice(lineStart(text, first.from), first.from)
}

function printKey({ written }: Place, key: string): string {
  return written === 'json' ? JSON.stringify(key) : printFlow(key)
}

function print({ written }: Place, value: Json, indent: string | undefined): string {
  if (written === 'yaml') return printFlow(value)
  return indent === undefined
    ? JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')
    : printJson(value, indent)
}
