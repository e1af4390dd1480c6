import type { Json, JsonObject } from '../../json.ts'
import { addStep, inBranch } from './add-step.ts'
import {
  type Before,
  type Drafted,
  NEW,
  renaming,
  settle,
  structured,
  withField,
  withIds,
} from './draft-steps.ts'
import { type Compiled, type Edit, RefusedEdit } from './edit.ts'
import { withReadIds } from './expressions.ts'
import { linksOf } from './links.ts'
import { type Item, namesOf, newId, outlineOf, stepIdPattern } from './outline.ts'
import { isObject, withValueAt } from './value.ts'

/** The steps of a workflow after an edit. */
export interface EditedSteps {
  readonly steps: readonly Json[]
  /** The step that the edit was about, by index; undefined: it is gone. */
  readonly chosen: number | undefined
}

/**
 * Makes an edit of the steps of a workflow. What it is not about is the same as before, by identity.
 * @throws RefusedEdit
 */
export function editSteps(steps: readonly Json[], edit: Edit, compiled: Compiled): EditedSteps {
  const items = outlineOf(steps)
  const before: Before = { items, links: linksOf(items), compiled }
  const drafted = items.map(({ value, index }): Drafted => ({ value, old: index }))
  switch (edit.do) {
    case 'add':
      return addStep(before, edit.step, edit.spot)
    case 'remove':
      return removeStep(before, drafted, itemAt(items, edit.index))
    case 'duplicate':
      return duplicateStep(before, itemAt(items, edit.index))
    case 'move':
      return moveStep(before, drafted, itemAt(items, edit.index), edit.to)
    case 'connect':
      return connect(before, drafted, itemAt(items, edit.from), itemAt(items, edit.to))
    case 'disconnect':
      return disconnect(before, drafted, itemAt(items, edit.from), itemAt(items, edit.to))
    case 'rename':
      return renameStep(before, itemAt(items, edit.index), edit.id)
    case 'set':
      return setField(before, itemAt(items, edit.index), edit.path, edit.value)
    case 'replace':
      return replaceStep(before, itemAt(items, edit.index), edit.step)
    case 'setWorkflow':
      return { steps, chosen: undefined }
  }
}

function itemAt(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new RefusedEdit('There is no such step any more.')
  return item
}

/** What came after it comes after what it came after. */
function removeStep(before: Before, drafted: readonly Drafted[], { index, id }: Item): EditedSteps {
  const parentsOf = (old: number) => [...(before.links.parents[old] ?? [])]
  const left = drafted.flatMap(({ value, old = NEW }): Drafted[] => {
    if (old === index) return []
    const draft = { value: withoutBranch(value, id), old }
    const parents = parentsOf(old)
    const isNaming = before.items[old]?.dependsOn?.includes(id) === true
    if (!parents.includes(index) && !isNaming) return [draft]
    const after = parents.flatMap((one) => (one === index ? parentsOf(index) : [one]))
    return [{ ...draft, after }]
  })
  const steps = settle(left, before)
  return { steps, chosen: steps.length === 0 ? undefined : Math.min(index, steps.length - 1) }
}

function withoutBranch(value: Json, id: string): Json {
  if (!isObject(value) || value['uses'] !== 'condition' || !isObject(value['with'])) return value
  let input: JsonObject = value['with']
  for (const side of ['then', 'else']) {
    const names = namesOf(input[side])
    if (!names.includes(id)) continue
    const left = names.filter((name) => name !== id)
    input = withField(input, side, left.length === 0 ? undefined : left)
  }
  return input === value['with'] ? value : { ...value, with: input }
}

function duplicateStep(before: Before, item: Item): EditedSteps {
  const { items, links } = before
  const { index, id, value } = item
  const name = item.hasOwnId ? newId(items, id) : undefined
  const copied = name === undefined ? value : withReadIds(value, (one) => (one === id ? name : one))
  const copy = isObject(copied) && name !== undefined ? { ...copied, id: name } : copied
  const isBeside = item.dependsOn !== undefined && item.group === undefined
  const drafted = items.flatMap((one): Drafted[] => {
    const { index: place } = one
    const old =
      name === undefined ? one.value : inBranch(one.value, { at: 'after', index }, items, name)
    // What follows comes after the first, as before.
    const after = isBeside && place > index ? links.parents[place] : undefined
    const draft = { value: old, old: place, ...(after === undefined ? {} : { after }) }
    return place === index ? [draft, { value: copy, like: index }] : [draft]
  })
  return { steps: settle(drafted, before), chosen: index + 1 }
}

function moveStep(
  before: Before,
  drafted: readonly Drafted[],
  { index }: Item,
  to: number,
): EditedSteps {
  const left = drafted.filter(({ old }) => old !== index)
  const place = Math.max(0, Math.min(to, left.length))
  const moved = drafted[index]
  if (moved === undefined) return { steps: before.items.map(({ value }) => value), chosen: index }
  return { steps: settle(left.toSpliced(place, 0, moved), before), chosen: place }
}

function connect(before: Before, drafted: readonly Drafted[], from: Item, to: Item): EditedSteps {
  const parents = before.links.parents[to.index] ?? new Set()
  if (from.index === to.index) throw new RefusedEdit(`“${to.id}” cannot come after itself.`)
  if (parents.has(from.index)) throw new RefusedEdit(`“${to.id}” comes after “${from.id}” already.`)
  if (from.isFinally !== to.isFinally) {
    throw new RefusedEdit(
      from.isFinally
        ? `“${from.id}” is a finally step: it runs after all others, so nothing else can come after it.`
        : `“${to.id}” is a finally step: it runs after “${from.id}” anyway.`,
    )
  }
  return { steps: linkTo(before, drafted, to.index, [...parents, from.index]), chosen: to.index }
}

function disconnect(
  before: Before,
  drafted: readonly Drafted[],
  from: Item,
  to: Item,
): EditedSteps {
  const { choosers, parents } = before.links
  const left = [...(parents[to.index] ?? [])].filter((index) => index !== from.index)
  const freed = choosers[to.index]?.has(from.index)
    ? drafted.map((one) =>
        one.old === from.index ? { ...one, value: withoutBranch(one.value, to.id) } : one,
      )
    : drafted
  return { steps: linkTo(before, freed, to.index, left), chosen: to.index }
}

/** One step comes after others; who comes after what does not change but for it. */
function linkTo(
  before: Before,
  drafted: readonly Drafted[],
  index: number,
  parents: readonly number[],
): readonly Json[] {
  const linked = drafted.map((one): Drafted => {
    const { old = NEW } = one
    return { ...one, after: old === index ? parents : (before.links.parents[old] ?? []) }
  })
  return settle(linked, before)
}

function renameStep(before: Before, { index, id, hasOwnId }: Item, wanted: string): EditedSteps {
  if (wanted === id && hasOwnId)
    return { steps: before.items.map(({ value }) => value), chosen: index }
  if (!stepIdPattern.test(wanted)) {
    throw new RefusedEdit(
      `“${wanted}” is no id: a letter or _ comes first, then up to 63 letters, digits or _.`,
    )
  }
  const others = before.items.filter((item) => item.index !== index)
  if (others.some((item) => item.id === wanted)) {
    throw new RefusedEdit(`Another step is called “${wanted}” already.`)
  }
  const rename = renaming(new Map([[id, wanted]]))
  const named = withField(structured(index, before), 'id', wanted)
  const drafted = before.items.map((item): Drafted => {
    const value = item.index === index ? named : item.value
    return { value: withIds(value, rename), old: item.index }
  })
  return { steps: drafted.map(({ value }) => value), chosen: index }
}

function setField(
  before: Before,
  { index, value }: Item,
  path: readonly string[],
  next: Json | undefined,
): EditedSteps {
  const [field = '', ...rest] = path
  const step = structured(index, before)
  const changed = withField(step, field, withValueAt(step[field], rest, next))
  const steps = before.items.map((item) => (item.index === index ? changed : item.value))
  refuseCycle(steps, changed !== value)
  return { steps, chosen: index }
}

function replaceStep(before: Before, { index, id }: Item, step: Json): EditedSteps {
  const wanted = isObject(step) ? step['id'] : undefined
  const steps = before.items.map((item) => (item.index === index ? step : item.value))
  refuseCycle(steps, true)
  if (
    typeof wanted === 'string' &&
    before.items.some((item) => item.id === wanted && item.index !== index)
  ) {
    throw new RefusedEdit(`Another step is called “${wanted}” already.`)
  }
  const now = outlineOf(steps)[index]?.id ?? id
  if (now === id) return { steps, chosen: index }
  const rename = renaming(new Map([[id, now]]))
  return { steps: steps.map((value) => withIds(value, rename)), chosen: index }
}

function refuseCycle(steps: readonly Json[], isChanged: boolean): void {
  if (isChanged)
    settle(
      steps.map((value): Drafted => ({ value })),
      emptyBefore,
    )
}

const emptyBefore: Before = {
  items: [],
  links: { parents: [], byPlace: [], choosers: [] },
  compiled: () => undefined,
}
