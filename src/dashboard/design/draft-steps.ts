import type { Json, JsonObject } from '../../json.ts'
import { type Compiled, RefusedEdit, SentenceRefused, UncompiledSentence } from './edit.ts'
import { readsOf, withReadIds } from './expressions.ts'
import { ancestorsOf, cycleOf, type Links, linksOf } from './links.ts'
import { type Item, namesOf, outlineOf } from './outline.ts'
import { isObject } from './value.ts'

/** A step on its way through an edit. */
export interface Drafted {
  readonly value: Json
  /** Where it stood before; undefined: it is new. */
  readonly old?: number
  /** Where the step stands that it is a copy of. */
  readonly like?: number
  /** What it is to come after, by where that stood; undefined: what its place and its own word make of it. */
  readonly after?: Iterable<number>
}

/** Where the new step of an edit stood. */
export const NEW = -1

/** The steps of a workflow while an edit changes them. */
export interface Before {
  readonly items: readonly Item[]
  readonly links: Links
  readonly compiled: Compiled
}

/** A step that can say more than a sentence can. @throws RefusedEdit */
export function structured(index: number, { items, compiled }: Before): JsonObject {
  const value = items[index]?.value
  if (isObject(value)) return value
  const found = compiled(index)
  if (found === undefined) {
    if (typeof value === 'string') throw new UncompiledSentence(value)
    throw new RefusedEdit('What stands there is no step. Change it in the text.')
  }
  return { uses: found.uses, ...(isEmpty(found.with) ? {} : { with: found.with }) }
}

function isEmpty(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0
}

/** With another id, or another order, at the place where readers look for it. */
export function withField(step: JsonObject, field: string, value: Json | undefined): JsonObject {
  const { [field]: before, ...rest } = step
  if (value === undefined) return before === undefined ? step : rest
  if (before !== undefined) return { ...step, [field]: value }
  const order = ['id', 'name', 'dependsOn', 'group', 'when', 'uses', 'with', 'forEach', 'repeat']
  const rank = order.indexOf(field)
  const head = Object.entries(step).filter(([key]) => {
    const place = order.indexOf(key)
    return rank === -1 || (place !== -1 && place < rank)
  })
  const known = new Set(head.map(([key]) => key))
  const tail = Object.entries(step).filter(([key]) => !known.has(key))
  return Object.fromEntries([...head, [field, value], ...tail])
}

/**
 * The steps as a document says them: names that places gave follow their steps, and what a step is to
 * come after is written where its place does not say so.
 * @throws RefusedEdit where they would wait for one another, or one would read what has not run by then
 */
export function settle(drafted: readonly Drafted[], before: Before): readonly Json[] {
  const renamed = followPlaces(drafted, before)
  const items = outlineOf(renamed)
  const { byPlace, choosers, parents } = linksOf(items)
  const placeOf = new Map(drafted.map(({ old = NEW }, index) => [old, index]))
  const ids = new Set(items.map(({ id }) => id))
  const idsBefore = new Set(before.items.map(({ id }) => id))
  const isLost = (name: string) => idsBefore.has(name) && !ids.has(name)
  const settled = items.map((item, index): Json => {
    const wanted = drafted[index]?.after
    if (wanted === undefined) return item.value
    const after = new Set([...wanted].flatMap((one) => placeOf.get(one) ?? []))
    const all = new Set([...after, ...(choosers[index] ?? [])])
    const isNamingLost = item.dependsOn?.some((name) => isLost(name))
    if (isSame(all, parents[index]) && isNamingLost !== true) return item.value
    const old = drafted[index]?.old
    if (!isObject(item.value) && old === undefined) throw new SentenceRefused()
    const step = isObject(item.value) ? item.value : structured(old ?? NEW, before)
    const isByPlace = isSame(all, new Set([...(byPlace[index] ?? []), ...(choosers[index] ?? [])]))
    if (isByPlace && item.dependsOn === undefined) return step
    const names = namesFor(item, after, items, choosers[index] ?? new Set())
    return withField(
      step,
      'dependsOn',
      named(
        item,
        names.filter((name) => !isLost(name)),
      ),
    )
  })
  const settledItems = outlineOf(settled)
  const links = linksOf(settledItems)
  refuseCycles(settledItems, links)
  refuseLostReads(settledItems, links, drafted, before)
  return settled
}

/** What it says stays in its order. */
function namesFor(
  item: Item,
  after: ReadonlySet<number>,
  items: readonly Item[],
  choosers: ReadonlySet<number>,
): readonly string[] {
  const indexOf = new Map(items.map(({ id, index }) => [id, index]))
  const kept = (item.dependsOn ?? []).filter((name) => {
    const index = indexOf.get(name)
    return index === undefined || after.has(index)
  })
  const added = [...after]
    .filter((index) => !choosers.has(index))
    .sort((one, other) => one - other)
    .map((index) => items[index]?.id ?? '')
    .filter((name) => !kept.includes(name))
  return [...kept, ...added]
}

/** One name is written as it was: alone, or as a list. */
function named({ value }: Item, names: readonly string[]): Json {
  const written = isObject(value) ? value['dependsOn'] : undefined
  const [first] = names
  return typeof written === 'string' && names.length === 1 && first !== undefined ? first : names
}

function isSame(one: ReadonlySet<number>, other: ReadonlySet<number> | undefined): boolean {
  return one.size === other?.size && [...one].every((each) => other.has(each))
}

/** `step3` is the name of a place: where its step has another one now, who names it says so. */
function followPlaces(drafted: readonly Drafted[], { items }: Before): readonly Json[] {
  const values = drafted.map(({ value }) => value)
  const after = outlineOf(values)
  const names = new Map<string, string>()
  drafted.forEach(({ old }, index) => {
    const item = old === undefined ? undefined : items[old]
    const now = after[index]
    if (item === undefined || now === undefined || item.hasOwnId || now.hasOwnId) return
    if (item.id !== now.id) names.set(item.id, now.id)
  })
  return names.size === 0 ? values : values.map((value) => withIds(value, renaming(names)))
}

/** What a name becomes; those of the steps of a phrase go with their line. */
export function renaming(names: ReadonlyMap<string, string>): (id: string) => string {
  return (id) => {
    const whole = names.get(id)
    if (whole !== undefined) return whole
    const [, line = '', rest = ''] = /^(step\d+)(_\d+)$/.exec(id) ?? []
    const ofLine = names.get(line)
    return ofLine === undefined ? id : `${ofLine}${rest}`
  }
}

/** A step that names others by other ids, its own aside. */
export function withIds(value: Json, rename: (id: string) => string): Json {
  const read = withReadIds(value, rename)
  if (!isObject(read)) return read
  const after = renamedField(read, 'dependsOn', rename)
  const input = after['with']
  if (after['uses'] !== 'condition' || !isObject(input)) return after
  const next = renamedField(renamedField(input, 'then', rename), 'else', rename)
  return next === input ? after : { ...after, with: next }
}

function renamedField(
  holder: JsonObject,
  field: string,
  rename: (id: string) => string,
): JsonObject {
  const written = holder[field]
  const names = namesOf(written)
  if (names.every((name) => rename(name) === name)) return holder
  const next = typeof written === 'string' ? rename(written) : names.map(rename)
  return { ...holder, [field]: next }
}

function refuseCycles(items: readonly Item[], links: Links): void {
  const cycle = cycleOf(items, links)
  if (cycle === undefined) return
  throw new RefusedEdit(`The steps would wait for one another: ${cycle.join(' → ')}.`)
}

/** A step that could read another one must still be able to. */
function refuseLostReads(
  items: readonly Item[],
  links: Links,
  drafted: readonly Drafted[],
  before: Before,
): void {
  const indexOf = new Map(items.map(({ id, index }) => [id, index]))
  const oldIndexOf = new Map(before.items.map(({ id, index }) => [id, index]))
  for (const { index, id, value, isFinally } of items) {
    const old = drafted[index]?.old ?? drafted[index]?.like
    if (old === undefined) continue
    const was = before.items[old]
    const could = ancestorsOf(old, before.links)
    const can = ancestorsOf(index, links)
    const reads = [...readsOf(value)]
    const couldRead = new Set([...readsOf(was?.value ?? null)])
    for (const name of reads) {
      if (name === id) continue
      const target = indexOf.get(name)
      if (target !== undefined && (can.has(target) || (isFinally && !items[target]?.isFinally)))
        continue
      const oldTarget = target === undefined ? oldIndexOf.get(name) : drafted[target]?.old
      if (oldTarget === undefined || !could.has(oldTarget)) {
        const wasFine = was?.isFinally === true && oldTarget !== undefined
        if (!(wasFine && couldRead.has(name))) continue
      }
      throw new RefusedEdit(
        target === undefined
          ? `“${id}” reads “${name}”, so “${name}” cannot be taken away. Change “${id}” first.`
          : `“${id}” reads “${name}”, so it has to come after it.`,
      )
    }
  }
}
