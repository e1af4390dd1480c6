import { type Document, isScalar, parseDocument } from 'yaml'
import type { Json } from '../../json.ts'
import { applyChanges, type Change } from './lines.ts'
import { changesOf } from './node-changes.ts'
import type { Written } from './place.ts'
import { printBlock, printJson } from './print.ts'
import { isEqual } from './value.ts'

/** A text that was read: its document, and what it says. */
export interface Read {
  readonly text: string
  readonly written: Written
  readonly document: Document.Parsed
  readonly value: Json | undefined
}

/** What a text cannot be made to say without touching what else stands in it. */
export class UnwritableError extends Error {
  constructor() {
    super(
      'The text says this in a way that is not changed here, such as by an anchor. Change it in the text.',
    )
    this.name = 'UnwritableError'
  }
}

/** Reads YAML or JSON; undefined where it is not well-formed. */
export function readText(text: string, written: Written): Read | undefined {
  const document = parseDocument(text, { keepSourceTokens: true })
  if (document.errors.length > 0) return undefined
  const value = document.toJS() as Json | null
  return { text, written, document, value: value === null ? undefined : value }
}

/**
 * The text changed so that it says another value, and only where the values differ: comments, order and
 * form of all else stay as they are. Values that are the same object are not looked into.
 * @throws UnwritableError
 */
export function writeValue({ text, written, document, value }: Read, after: Json): string {
  const { contents } = document
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null)
  const changes =
    isEmpty || value === undefined
      ? undefined
      : changesOf({ text, written }, contents, value, after)
  const result = changes === undefined ? rewritten(text, after, written) : made(text, changes)
  const check = readText(result, written)
  if (check === undefined || !isEqual(check.value, after)) throw new UnwritableError()
  return result
}

/** Line ends are those of the text. */
function made(text: string, changes: readonly Change[]): string {
  if (!text.includes('\r\n')) return applyChanges(text, changes)
  const own = changes.map((change) => ({
    ...change,
    insert: change.insert.replace(/\r?\n/g, '\r\n'),
  }))
  return applyChanges(text, own)
}

/** Written anew, behind the comments that a text without anything else begins with. */
function rewritten(text: string, after: Json, written: Written): string {
  if (written === 'json') return `${printJson(after)}\n`
  const comments = text
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .map((line) => `${line}\n`)
  return `${comments.join('')}${printBlock(after)}\n`
}
