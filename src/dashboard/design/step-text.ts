import { isMap, isSeq, type YAMLSeq } from 'yaml'
import { entryRange } from './block-changes.ts'
import type { Design } from './design.ts'
import { readDesign } from './design.ts'
import { type Compiled, RefusedEdit } from './edit.ts'
import { type Edited, editDesign } from './edit-design.ts'
import { indentRest, printBlock, printJson } from './print.ts'
import { isEqual } from './value.ts'
import { readText } from './write-text.ts'

/** The text of one step, comments included, as it would stand alone. */
export function stepText(design: Design, index: number): string {
  const { source, steps } = design
  const value = steps[index]
  if (value === undefined) return ''
  const range = rangeOf(design, index)
  if (range === undefined) return source.format === 'json' ? printJson(value) : printBlock(value)
  const { from, to, column } = range
  const [first = '', ...rest] = source.text.slice(from, to).split('\n')
  const indent = new RegExp(`^ {1,${column}}`)
  return [first, ...rest.map((row) => (column === 0 ? row : row.replace(indent, '')))].join('\n')
}

/** Puts another text in the place of a step, as it was typed. @throws RefusedEdit */
export function replaceStepText(
  design: Design,
  index: number,
  text: string,
  compiled: Compiled,
): Edited {
  const step = readText(text, design.source.format === 'json' ? 'json' : 'yaml')?.value
  if (step === undefined) throw new RefusedEdit('This text cannot be read as a step.')
  const edited = editDesign(design, { do: 'replace', index, step }, compiled)
  const next = readDesign(edited)
  if (typeof next === 'string') return edited
  const range = rangeOf(next, index)
  if (range === undefined) return edited
  const { from, to, column } = range
  const typed = indentRest(text.trim(), ' '.repeat(column))
  const result = edited.text.slice(0, from) + typed + edited.text.slice(to)
  const check = readDesign({ ...edited, text: result })
  // Where the text as typed says something else at its place, what it says was written anew.
  const isSame = typeof check !== 'string' && isEqual(check.root, next.root)
  return isSame ? { ...edited, text: result } : edited
}

/** Where the step stands in a list whose entries have lines of their own. */
function rangeOf({ source, read, stepsAt }: Design, index: number) {
  const contents: unknown = read?.document.contents
  const list: unknown = isMap(contents) ? contents.getIn([...stepsAt], true) : contents
  if (!isSeq(list)) return undefined
  const range = entryRange(source.text, list as YAMLSeq.Parsed, index)
  const isAlone =
    range !== undefined &&
    /^[ \t-]*$/.test(source.text.slice(range.from - range.column, range.from))
  return isAlone ? range : undefined
}
