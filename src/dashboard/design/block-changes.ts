import {
  type CST,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Json, JsonObject } from '../../json.ts'
import { align } from './align.ts'
import {
  aboveComments,
  applyChanges,
  belowComments,
  type Change,
  isBlank,
  lineStart,
  nextLine,
} from './lines.ts'
import type { ChangesOf, Place } from './place.ts'
import { indentRest, printBlock } from './print.ts'

/** Where the content of a node ends, without the line end behind it. */
export function endOf(text: string, node: Node): number {
  const [from, to] = node.range ?? [0, 0]
  if (isCollection(node) && node.flow !== true) {
    const last: unknown = node.items.at(-1)
    const part = isMap(node) ? (last as YAMLMap['items'][number]).value : last
    if (isNode(part)) return endOf(text, part)
  }
  let end = to
  while (end > from && /\s/.test(text[end - 1] ?? '')) end--
  return end
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value
}

/** A pair of a map, where it stands. */
interface Pair {
  readonly key: string
  readonly keyFrom: number
  readonly to: number
  readonly value: Node | undefined
}

/** The pairs of a map; undefined where one is written in a way that is left alone. */
export function pairsOf(text: string, map: YAMLMap): readonly Pair[] | undefined {
  const pairs = map.items.map((pair): Pair | undefined => {
    const { key, value } = pair as unknown as { key: unknown; value: Node | null }
    if (!isScalar(key) || typeof key.value !== 'string' || !key.range) return undefined
    if (key.anchor !== undefined || key.tag !== undefined) return undefined
    const isEmpty =
      value === null || (isScalar(value) && value.source === '' && !value.type?.startsWith('QUOTE'))
    const colon = text.indexOf(':', key.range[1])
    const to = isEmpty ? colon + 1 : endOf(text, value)
    return { key: key.value, keyFrom: key.range[0], to, value: value ?? undefined }
  })
  return pairs.includes(undefined) ? undefined : (pairs as Pair[])
}

export function blockMapChanges(
  place: Place,
  map: YAMLMap,
  before: JsonObject,
  after: JsonObject,
  changesOf: ChangesOf,
): readonly Change[] | undefined {
  const { text } = place
  const pairs = pairsOf(text, map)
  const [first] = pairs ?? []
  if (pairs === undefined || first === undefined) return undefined
  if (!pairs.some(({ key }) => Object.hasOwn(after, key))) return undefined
  const column = first.keyFrom - lineStart(text, first.keyFrom)
  const indent = ' '.repeat(column)
  const changes: Change[] = []
  for (const [index, pair] of pairs.entries()) {
    const next = after[pair.key]
    if (!Object.hasOwn(after, pair.key) || next === undefined) {
      changes.push(removePair(text, pairs, index, column))
      continue
    }
    const inner =
      pair.value === undefined
        ? undefined
        : changesOf(place, pair.value, before[pair.key] ?? null, next)
    if (inner === undefined) changes.push(replacePair(text, pair, next, indent))
    else changes.push(...inner)
  }
  let previous: Pair | undefined
  for (const [key, value] of Object.entries(after)) {
    const known = pairs.find((pair) => pair.key === key)
    if (known !== undefined) previous = known
    else changes.push(insertPair(text, previous, first, printPair(key, value, indent), indent))
  }
  return changes
}

function printPair(key: string, value: Json, indent: string): string {
  return indentRest(printBlock({ [key]: value }), indent)
}

function replacePair(
  text: string,
  { key, keyFrom, to }: Pair,
  value: Json,
  indent: string,
): Change {
  const printed = printPair(key, value, indent)
  const rest = text.slice(to, nextLine(text, to)).trimEnd()
  if (!printed.includes('\n') || isBlank(rest)) return { from: keyFrom, to, insert: printed }
  // What stands behind a text of several lines would be part of it.
  return { from: keyFrom, to: to + rest.length, insert: `${rest.trim()}\n${indent}${printed}` }
}

function removePair(text: string, pairs: readonly Pair[], index: number, column: number): Change {
  const pair = pairs[index] as Pair
  const start = lineStart(text, pair.keyFrom)
  const end = nextLine(text, pair.to)
  if (isBlank(text.slice(start, pair.keyFrom))) {
    const from = aboveComments(text, start, column)
    // The last line of a text may have no end, and the one before it keeps having none.
    if (end === text.length && !text.endsWith('\n') && from > 0)
      return { from: from - 1, to: end, insert: '' }
    return { from, to: end, insert: '' }
  }
  const next = pairs[index + 1]
  const isPlain = next !== undefined && isBlank(text.slice(end, next.keyFrom))
  return { from: pair.keyFrom, to: isPlain ? next.keyFrom : end - 1, insert: '' }
}

function insertPair(
  text: string,
  previous: Pair | undefined,
  first: Pair,
  printed: string,
  indent: string,
): Change {
  if (previous === undefined) {
    const at = first.keyFrom
    return { from: at, to: at, insert: `${printed}\n${indent}` }
  }
  return insertLine(text, nextLine(text, previous.to), `${indent}${printed}`)
}

/** A line at the beginning of another one, or behind the last one, that may have no end. */
function insertLine(text: string, at: number, line: string): Change {
  const isOpen = at === text.length && at > 0 && text[at - 1] !== '\n'
  return { from: at, to: at, insert: isOpen ? `\n${line}` : `${line}\n` }
}

/** An entry of a list with its comments: whole lines. */
interface Region {
  readonly from: number
  readonly to: number
  readonly node: Node
}

export function blockListChanges(
  place: Place,
  list: YAMLSeq,
  before: readonly Json[],
  after: readonly Json[],
  changesOf: ChangesOf,
): readonly Change[] | undefined {
  const { text } = place
  const found = regionsOf(text, list)
  if (found === undefined || after.length === 0) return undefined
  const { regions, column } = found
  const indent = ' '.repeat(column)
  const { from } = align(before, after, (one, other) => one === other)
  const changes: Change[] = []
  const used = new Set(from.flatMap((one) => (one === undefined ? [] : [one.old])))
  const isMoved = new Set(from.flatMap((one) => (one?.how === 'moved' ? [one.old] : [])))
  for (const [old, region] of regions.entries()) {
    if (!used.has(old) || isMoved.has(old)) changes.push(removeRegion(text, region, old === 0))
  }
  const separator = areApart(text, regions) ? '\n' : ''
  let at = regions[0]?.from ?? 0
  for (const [index, value] of after.entries()) {
    const source = from[index]
    const region = source === undefined ? undefined : regions[source.old]
    if (source?.how === 'kept' && region !== undefined) {
      at = region.to
    } else if (source?.how === 'changed' && region !== undefined) {
      const inner = changesOf(place, region.node, before[source.old] ?? null, value)
      changes.push(...(inner ?? [replaceEntry(text, region, value, column)]))
      at = region.to
    } else {
      const lines =
        source === undefined || region === undefined
          ? `${indent}- ${indentRest(printBlock(value), `${indent}  `)}`
          : text.slice(region.from, region.to).replace(/\r?\n$/, '')
      const isFirst = at === regions[0]?.from
      changes.push(
        isFirst
          ? { from: at, to: at, insert: `${lines}\n${separator}` }
          : insertLine(text, at, `${separator}${lines}`),
      )
    }
  }
  return changes
}

function regionsOf(
  text: string,
  list: YAMLSeq,
): { readonly regions: readonly Region[]; readonly column: number } | undefined {
  const token = list.srcToken as CST.BlockSequence | undefined
  if (token?.type !== 'block-seq') return undefined
  let column: number | undefined
  let floor = 0
  const regions: Region[] = []
  for (const [index, { start }] of token.items.entries()) {
    const node = list.items[index]
    const dash = start.find(({ type }) => type === 'seq-item-ind')?.offset
    // Comments behind the last entry are an entry without anything to the reader.
    if (dash === undefined && node === undefined) continue
    if (dash === undefined || !isNode(node) || !node.range) return undefined
    const line = lineStart(text, dash)
    column ??= dash - line
    if (!isBlank(text.slice(line, dash)) || node.range[0] < dash) return undefined
    const from = Math.max(aboveComments(text, line, column), floor)
    const end = nextLine(text, Math.max(endOf(text, node), dash + 1))
    const to = belowComments(text, end, column)
    regions.push({ from, to, node })
    floor = to
  }
  return column === undefined ? undefined : { regions, column }
}

/** One of two empty lines around it goes along. */
function removeRegion(text: string, { from, to }: Region, isFirst: boolean): Change {
  const isLast = to === text.length
  if (isLast && !text.endsWith('\n') && from > 0) return { from: from - 1, to, insert: '' }
  const above = from === 0 ? 0 : lineStart(text, from - 1)
  const isBlankAbove = isFirst || (from > 0 && isBlank(text.slice(above, from)))
  const below = nextLine(text, to)
  if (isBlankAbove && !isLast && isBlank(text.slice(to, below)))
    return { from, to: below, insert: '' }
  return { from, to, insert: '' }
}

function replaceEntry(text: string, { node }: Region, value: Json, column: number): Change {
  const from = node.range?.[0] ?? 0
  const to = Math.max(endOf(text, node), from)
  const printed = indentRest(printBlock(value), ' '.repeat(column + 2))
  const rest = text.slice(to, nextLine(text, to)).trimEnd()
  if (!printed.includes('\n') || isBlank(rest)) return { from, to, insert: printed }
  const indent = ' '.repeat(column + 2)
  return { from, to: to + rest.length, insert: `${rest.trim()}\n${indent}${printed}` }
}

function areApart(text: string, regions: readonly Region[]): boolean {
  const [one, two] = regions
  return (
    one !== undefined &&
    two !== undefined &&
    isBlank(text.slice(one.to, two.from)) &&
    two.from > one.to
  )
}

/** Where an entry of a list stands, without its dash, and how far to the right. */
export function entryRange(
  text: string,
  list: Node,
  index: number,
): { readonly from: number; readonly to: number; readonly column: number } | undefined {
  const node: unknown = isSeq(list) ? list.items[index] : undefined
  if (!isNode(node) || !node.range) return undefined
  const [from] = node.range
  return { from, to: endOf(text, node), column: from - lineStart(text, from) }
}

/** The changes of a part alone, made in its text. */
export function changedPart(
  text: string,
  from: number,
  to: number,
  changes: readonly Change[],
): string {
  const shifted = changes.map((change) => ({
    ...change,
    from: change.from - from,
    to: change.to - from,
  }))
  return applyChanges(text.slice(from, to), shifted)
}
