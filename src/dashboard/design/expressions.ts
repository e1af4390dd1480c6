import { type ASTNode, parse } from '@marcbachmann/cel-js'
import type { Json, JsonObject } from '../../json.ts'
import { applyChanges, type Change } from './lines.ts'
import { isList, isObject } from './value.ts'

/** Functions that ask how a step ended, by its id. */
const endings: ReadonlySet<string> = new Set(['failed', 'succeeded', 'skipped'])

/** How many `}}` may be tried as the end of one expression. */
const MAX_ENDS = 16

/** A step's name in an expression: what is written, and where. */
interface Named {
  readonly id: string
  readonly from: number
  readonly to: number
  /** How another id is written there. */
  write(id: string): string
}

/** What a value of a document is to its expressions. */
type Kind = 'expression' | 'text'

/** The ids of the steps that a step, or another part of a document, reads. */
export function readsOf(value: Json): ReadonlySet<string> {
  const found = new Set<string>()
  mapTexts(value, (text, kind) => {
    for (const { id } of namesIn(text, kind)) found.add(id)
    return text
  })
  return found
}

/** A part of a document whose expressions read steps by other ids; the same where none does. */
export function withReadIds(value: Json, rename: (id: string) => string): Json {
  return mapTexts(value, (text, kind) => {
    const changes = namesIn(text, kind).flatMap(({ id, from, to, write }): Change[] => {
      const next = rename(id)
      return next === id ? [] : [{ from, to, insert: write(next) }]
    })
    return applyChanges(text, changes)
  })
}

function namesIn(text: string, kind: Kind): readonly Named[] {
  if (kind === 'expression') return namesOfExpression(text, 0)
  const found: Named[] = []
  for (let open = text.indexOf('{{'); open !== -1; ) {
    const start = open + 2
    const end = endOf(text, start)
    if (end === undefined) break
    found.push(...namesOfExpression(text.slice(start, end), start))
    open = text.indexOf('{{', end + 2)
  }
  return found
}

/** It ends at the first `}}` that leaves a well-formed one. */
function endOf(text: string, start: number): number | undefined {
  let end = text.indexOf('}}', start)
  for (let tries = 0; end !== -1 && tries < MAX_ENDS; tries++) {
    if (read(text.slice(start, end)) !== undefined) return end
    end = text.indexOf('}}', end + 1)
  }
  return undefined
}

/** What cannot be read as an expression names nothing; the service says what is wrong with it. */
function read(text: string): ASTNode | undefined {
  try {
    return parse(text).ast
  } catch {
    return undefined
  }
}

function namesOfExpression(text: string, offset: number): readonly Named[] {
  const ast = read(text)
  const found: Named[] = []
  const named = (id: string, from: number, to: number, write: Named['write']) =>
    found.push({ id, from: from + offset, to: to + offset, write })
  const visit = (node: ASTNode): void => {
    if (node.op === '.' && isRoot(node.args[0])) {
      // The name ends the node: white space may stand around the dot.
      named(node.args[1], node.end - node.args[1].length, node.end, (id) => id)
    } else if (node.op === '[]' && isRoot(node.args[0])) {
      asText(node.args[1])
    } else if (node.op === 'call' && endings.has(node.args[0])) {
      for (const argument of node.args[1]) asText(argument)
    }
    for (const child of childrenOf(node)) visit(child)
  }
  const asText = (node: ASTNode) => {
    if (node.op !== 'value' || typeof node.args !== 'string') return
    const quote = text[node.start] ?? "'"
    named(node.args, node.start, node.end, (id) => `${quote}${id}${quote}`)
  }
  if (ast !== undefined) visit(ast)
  return found
}

function isRoot(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'steps'
}

/** Whatever is a node among the arguments of one. */
function childrenOf(node: ASTNode): readonly ASTNode[] {
  return [node.args].flat(3).filter((one): one is ASTNode => {
    return typeof one === 'object' && one !== null && 'op' in one
  })
}

type Visit = (text: string, kind: Kind) => string

/** Every text of a step, or of a part of it, told apart by whether it is an expression as a whole. */
function mapTexts(value: Json, visit: Visit, path: readonly (string | number)[] = []): Json {
  if (typeof value === 'string') return visit(value, isExpression(path) ? 'expression' : 'text')
  if (isList(value)) {
    return same(
      value,
      value.map((one, index) => mapTexts(one, visit, [...path, index])),
    )
  }
  if (!isObject(value)) return value
  const isForeign = value['uses'] === 'workflow'
  const next = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      // Another workflow's expressions read its own steps.
      isForeign && key === 'with' && isObject(one) && typeof one['workflow'] === 'object'
        ? sameObject(one, {
            ...(mapTexts(one, visit, [...path, key]) as JsonObject),
            workflow: one['workflow'],
          })
        : mapTexts(one, visit, [...path, key]),
    ]),
  )
  return sameObject(value, next)
}

/** Fields of a step that are expressions without braces. */
function isExpression(path: readonly (string | number)[]): boolean {
  return /^(when|set\/.*|forEach|forEach\/items|repeat\/until|with\/if|with\/onWarning)$/.test(
    path.join('/'),
  )
}

function same(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  return after.every((one, index) => one === before[index]) ? before : after
}

function sameObject(before: JsonObject, after: JsonObject): JsonObject {
  return Object.keys(after).every((key) => after[key] === before[key]) ? before : after
}
