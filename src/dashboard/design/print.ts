import { Document, isMap, isSeq, parseDocument, visit } from 'yaml'
import type { Json } from '../../json.ts'
import { applyChanges, type Change } from './lines.ts'
import { isList, isObject } from './value.ts'

/** What is written in one line: longer than this it is not read at a glance. */
const MAX_INLINE_CHARS = 60

/** A value as YAML in block style, small lists and objects in one line; without a line end. */
export function printBlock(value: Json): string {
  const document = new Document(value)
  let depth = 0
  visit(document, {
    Collection(_, node) {
      const isRoot = depth++ === 0
      if (isRoot || !(isMap(node) || isSeq(node))) return
      if (isSmall(node.toJSON() as Json)) node.flow = true
    },
  })
  return tight(document.toString({ lineWidth: 0 }).replace(/\n$/, ''))
}

/** A value as YAML that may stand in a flow collection, in one line. */
export function printFlow(value: Json): string {
  const document = new Document([value])
  if (isSeq(document.contents)) document.contents.flow = true
  return tight(document.toString({ lineWidth: 0 }).trim()).slice(1, -1)
}

/** `[a, b]` beside `{ c: d }`: the library pads both or neither. */
function tight(text: string): string {
  const changes: Change[] = []
  visit(parseDocument(text), {
    Seq(_, { flow, range, items }) {
      if (flow !== true || !range || items.length === 0) return
      const [from, to] = [range[0], range[1]]
      const inner = text.slice(from + 1, to - 1)
      if (inner.includes('\n')) return
      const start = inner.length - inner.trimStart().length
      const end = inner.length - inner.trimEnd().length
      changes.push({ from: from + 1, to: from + 1 + start, insert: '' })
      changes.push({ from: to - 1 - end, to: to - 1, insert: '' })
    },
  })
  return applyChanges(text, changes)
}

/** A value as JSON, small lists and objects in one line. */
export function printJson(value: Json, indent = ''): string {
  if (!isList(value) && !isObject(value)) return JSON.stringify(value)
  if (isSmall(value) || Object.keys(value).length === 0) {
    return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')
  }
  const inner = `${indent}  `
  const parts = isList(value)
    ? value.map((each) => printJson(each, inner))
    : Object.entries(value).map(
        ([key, each]) => `${JSON.stringify(key)}: ${printJson(each, inner)}`,
      )
  const [open, close] = isList(value) ? '[]' : '{}'
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`
}

/** Whether it reads well in one line; a step, or a list of steps, does not. */
function isSmall(value: Json): boolean {
  if (isList(value)) {
    return (
      value.every((each) => !isObject(each) && !isList(each)) &&
      JSON.stringify(value).length <= MAX_INLINE_CHARS
    )
  }
  if (!isObject(value) || Object.hasOwn(value, 'uses') || Object.hasOwn(value, 'steps'))
    return false
  const text = JSON.stringify(value)
  return (
    text.length <= MAX_INLINE_CHARS &&
    !text.includes('\\n') &&
    Object.values(value).every((each) => !isObject(each) || isSmall(each))
  )
}

/** Every line but the first further to the right; empty ones stay empty. */
export function indentRest(text: string, indent: string): string {
  return text.replace(/\n(?!\n|$)/g, `\n${indent}`)
}
