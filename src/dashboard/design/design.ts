import type { Json } from '../../json.ts'
import type { Format } from '../pages/new/draft.ts'
import { type Item, outlineOf } from './outline.ts'
import { readSentences } from './sentence-lines.ts'
import { isList, isObject, valueAt } from './value.ts'
import { type Read, readText } from './write-text.ts'

/** A workflow as it is written. */
export interface Source {
  readonly format: Format
  readonly text: string
}

/** A workflow as it is drawn. */
export interface Design {
  readonly source: Source
  readonly root: Json | undefined
  /** Where the steps stand. */
  readonly stepsAt: readonly string[]
  readonly steps: readonly Json[]
  readonly items: readonly Item[]
  /** Absent where nothing but sentences was written. */
  readonly read?: Read
}

/** Reads a workflow; a text why it cannot be drawn. */
export function readDesign(source: Source): Design | string {
  const { format, text } = source
  if (format === 'sentences') {
    const steps = readSentences(text)
    return { source, root: steps, stepsAt: [], steps, items: outlineOf(steps) }
  }
  const read = readText(text, format)
  if (read === undefined) return 'The text cannot be read yet: its faults are marked there.'
  const { value: root } = read
  if (root !== undefined && !isObject(root) && !isList(root)) {
    return 'A workflow is an object with steps, or a list of steps.'
  }
  const workflowAt = isObject(root) && Object.hasOwn(root, 'workflow') ? ['workflow'] : []
  const workflow = valueAt(root, workflowAt)
  if (typeof workflow === 'string')
    return `It names the saved workflow “${workflow}”: design that one.`
  const stepsAt = isList(workflow) ? workflowAt : [...workflowAt, 'steps']
  const steps = stepsAt.length === 0 ? root : valueAt(root, stepsAt)
  if (steps !== undefined && steps !== null && !isList(steps)) return 'Its “steps” are no list.'
  const list = steps ?? []
  return { source, root, stepsAt, steps: list, items: outlineOf(list), read }
}
