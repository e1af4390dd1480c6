import type { Json } from '../../json.ts'
import { type Design, readDesign, type Source } from './design.ts'
import { type Compiled, type Edit, RefusedEdit } from './edit.ts'
import { withReadIds } from './expressions.ts'
import { editSteps } from './make-edit.ts'
import { outlineOf } from './outline.ts'
import { printBlock } from './print.ts'
import { writeSentences } from './sentence-lines.ts'
import { isList, isObject, valueAt, withValueAt } from './value.ts'
import { type Read, readText, UnwritableError, writeValue } from './write-text.ts'

/** What came of an edit. */
export interface Edited extends Source {
  /** The id of the step that the edit was about; undefined: it is gone. */
  readonly chosen: string | undefined
  /** What else had to change, for whoever made the edit. */
  readonly notice?: string
}

/**
 * Makes an edit in the text: what it is not about stays as it is written, to the byte.
 * @throws RefusedEdit with why it cannot be made
 */
export function editDesign(design: Design, edit: Edit, compiled: Compiled): Edited {
  if (edit.do === 'setWorkflow') return editWorkflow(design, edit.path, edit.value)
  const { steps, chosen } = editSteps(design.steps, edit, compiled)
  const written = writeSteps(design, steps, edit)
  return { ...written, chosen: chosen === undefined ? undefined : outlineOf(steps)[chosen]?.id }
}

function writeSteps(
  { source, root, stepsAt, read, steps: before }: Design,
  steps: readonly Json[],
  edit: Edit,
): Source & { readonly notice?: string } {
  if (read === undefined) {
    const text = writeSentences(source.text, before, steps)
    if (text !== undefined) return { format: 'sentences', text }
    return fromSentences(before, steps)
  }
  const whole = stepsAt.length === 0 ? steps : (withValueAt(root ?? {}, stepsAt, steps) as Json)
  const [after, notice] = tidied(whole, root, edit)
  return { ...source, text: written(read, after), ...(notice === undefined ? {} : { notice }) }
}

/** What holds for the whole of a workflow goes along with its steps. */
function tidied(after: Json, before: Json | undefined, edit: Edit): readonly [Json, string?] {
  if (edit.do === 'remove') return withoutEmptyGroups(after)
  if (edit.do !== 'rename' && edit.do !== 'replace') return [after]
  const phrases = valueAt(after, ['phrases'])
  const old = outlineOf(stepsOf(before))[edit.index]?.id
  const now = outlineOf(stepsOf(after))[edit.index]?.id
  if (!isObject(phrases) || old === undefined || now === undefined || old === now) return [after]
  const rename = (id: string) => (id === old ? now : id)
  const next = Object.fromEntries(
    Object.entries(phrases).map(([name, steps]) => [
      name,
      isList(steps) ? steps.map((step) => withReadIds(step, rename)) : steps,
    ]),
  )
  return [withValueAt(after, ['phrases'], next) as Json]
}

function stepsOf(root: Json | undefined): readonly Json[] {
  const steps = valueAt(root, ['steps'])
  return isList(steps) ? steps : []
}

/** What is said of a group that no step is in any more would be refused. */
function withoutEmptyGroups(root: Json): readonly [Json, string?] {
  const at = isObject(root) && isObject(root['workflow']) ? ['workflow'] : []
  const groups = valueAt(root, [...at, 'groups'])
  const steps = valueAt(root, [...at, 'steps'])
  if (!isObject(groups) || !isList(steps)) return [root]
  const used = new Set(outlineOf(steps).map(({ group }) => group))
  const empty = Object.keys(groups).filter((name) => !used.has(name))
  if (empty.length === 0) return [root]
  const left = Object.fromEntries(Object.entries(groups).filter(([name]) => used.has(name)))
  const next = Object.keys(left).length === 0 ? undefined : left
  const names = empty.map((name) => `“${name}”`).join(', ')
  return [
    withValueAt(root, [...at, 'groups'], next) as Json,
    `What was said of the group ${names} went with its last step.`,
  ]
}

function fromSentences(
  before: readonly Json[],
  steps: readonly Json[],
): Source & { readonly notice?: string } {
  const text = before.length === 0 ? '' : `${printBlock([...before])}\n`
  const read = readText(text, 'yaml')
  if (read === undefined) throw new UnwritableError()
  if (before.length === 0) return { format: 'yaml', text: written(read, { steps: [...steps] }) }
  // Read anew, the sentences are the same to the alignment: texts are what they say.
  return {
    format: 'yaml',
    text: written(read, [...steps]),
    notice: 'It became YAML: a sentence alone cannot say this.',
  }
}

function editWorkflow(
  { source, root, stepsAt, read, steps }: Design,
  path: readonly string[],
  value: Json | undefined,
): Edited {
  if (read === undefined) {
    const text = steps.length === 0 ? '' : `${printBlock([...steps])}\n`
    const yaml = readDesign({ format: 'yaml', text })
    if (typeof yaml === 'string') throw new UnwritableError()
    const notice = 'It became YAML: a list of sentences cannot say this.'
    return { ...editWorkflow(yaml, path, value), notice }
  }
  if (stepsAt.length === 0 && root !== undefined) {
    const wrapped = readDesign({ ...source, text: wrap(source) })
    if (typeof wrapped === 'string') throw new UnwritableError()
    return editWorkflow(wrapped, path, value)
  }
  const at = [...stepsAt.slice(0, -1), ...path]
  if (isList(valueAt(root, stepsAt.slice(0, -1)))) {
    throw new RefusedEdit(
      'Here the workflow is a list of steps; make it an object with “steps” first.',
    )
  }
  const changed = withValueAt(root ?? {}, at, value) as Json
  const after =
    path[0] === 'name' && isObject(changed) && at.length === 1 ? nameFirst(changed) : changed
  return { ...source, text: written(read, after), chosen: undefined }
}

function nameFirst<T extends Readonly<Record<string, Json>>>(root: T): Json {
  const { name, ...rest } = root
  return name === undefined ? root : { name, ...rest }
}

/** A list of steps as the steps of a workflow, each line as it was. */
function wrap({ text, format }: Source): string {
  if (format === 'json') {
    const inner = text.trim().replaceAll('\n', '\n  ')
    return `{\n  "steps": ${inner}\n}\n`
  }
  return text.trimStart().startsWith('[') ? `steps: ${text.trimStart()}` : `steps:\n${text}`
}

function written(read: Read, after: Json): string {
  try {
    return writeValue(read, after)
  } catch (error) {
    if (error instanceof UnwritableError) throw new RefusedEdit(error.message)
    throw error
  }
}
