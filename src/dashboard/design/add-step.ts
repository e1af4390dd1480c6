import type { Json, JsonObject } from '../../json.ts'
import { type Before, type Drafted, NEW, settle, withField } from './draft-steps.ts'
import { RefusedEdit, SentenceRefused, type Spot } from './edit.ts'
import { type Item, namesOf, newId } from './outline.ts'
import { isObject } from './value.ts'

/** Adds a step; one that is no sentence gets an id. @throws RefusedEdit */
export function addStep(
  before: Before,
  step: Json,
  spot: Spot,
): { readonly steps: readonly Json[]; readonly chosen: number } {
  const { items } = before
  refuseNowhere(spot, before)
  const id = isObject(step) ? idOf(items, step) : undefined
  const written = isObject(step) && id !== undefined ? { id, ...step } : step
  const place = placeOf(spot, items)
  const name = id ?? `step${place + 1}`
  const old = items.map(
    ({ value, index }): Drafted => ({ value: inBranch(value, spot, items, name), old: index }),
  )
  const isFinally = neighbourOf(spot, items)?.isFinally === true
  if (isFinally && !isObject(written)) throw new SentenceRefused()
  const added: Drafted = {
    value: isFinally && isObject(written) ? withField(written, 'finally', true) : written,
  }
  const drafted = old.toSpliced(place, 0, added)
  const steps = settle(ordered(drafted, spot, before), before)
  return { steps, chosen: place }
}

function refuseNowhere(spot: Spot, { items, links }: Before): void {
  if (spot.at === 'end') return
  if (spot.at !== 'between') {
    if (items[spot.index] === undefined) throw new RefusedEdit('There is no such step any more.')
  } else if (links.parents[spot.to]?.has(spot.from) !== true) {
    throw new RefusedEdit('The one step does not come after the other any more.')
  }
}

function idOf(items: readonly Item[], step: JsonObject): string {
  const { id, uses } = step
  return newId(items, typeof id === 'string' ? id : typeof uses === 'string' ? uses : 'step')
}

function neighbourOf(spot: Spot, items: readonly Item[]): Item | undefined {
  if (spot.at === 'end') return undefined
  return items[spot.at === 'between' ? spot.to : spot.index]
}

/** Steps in a row with the same group are not parted. */
function placeOf(spot: Spot, items: readonly Item[]): number {
  if (spot.at === 'end') {
    const last = items.findLastIndex(({ isFinally }) => !isFinally)
    return last + 1
  }
  const index = spot.at === 'between' ? spot.to : spot.index
  const group = items[index]?.group
  if (spot.at === 'before' || spot.at === 'between') {
    let place = index
    while (group !== undefined && place > 0 && items[place - 1]?.group === group) place--
    return place
  }
  let place = index + 1
  while (group !== undefined && items[place]?.group === group) place++
  return place
}

/** A condition chooses the new step with the one that it stands with. */
export function inBranch(value: Json, spot: Spot, items: readonly Item[], name: string): Json {
  if (spot.at !== 'after' && spot.at !== 'before' && spot.at !== 'between') return value
  const target = items[spot.at === 'between' ? spot.to : spot.index]
  if (target === undefined || !isObject(value) || value['uses'] !== 'condition') return value
  const input = value['with']
  if (!isObject(input)) return value
  const side = ['then', 'else'].find((one) => namesOf(input[one]).includes(target.id))
  if (side === undefined) return value
  const names = namesOf(input[side])
  const at = names.indexOf(target.id) + (spot.at === 'after' ? 1 : 0)
  return { ...value, with: { ...input, [side]: names.toSpliced(at, 0, name) } }
}

/** What each step is to come after. */
function ordered(
  drafted: readonly Drafted[],
  spot: Spot,
  { items, links }: Before,
): readonly Drafted[] {
  if (spot.at === 'end') return drafted
  const parentsOf = (old: number) => [...(links.parents[old] ?? [])]
  const instead = (old: number, parent: number) =>
    parentsOf(old).map((one) => (one === parent ? NEW : one))
  const afterOf = (old: number): Iterable<number> | undefined => {
    const isNew = old === NEW
    switch (spot.at) {
      case 'after': {
        const { index } = spot
        const { dependsOn } = items[old] ?? {}
        if (isChooser(items[index])) {
          // What comes by its place behind a condition comes by its place behind what follows it.
          return isNew || (old > index && dependsOn === undefined) ? undefined : parentsOf(old)
        }
        const isByPlace = dependsOn === undefined && !links.choosers[old]?.has(index)
        return isNew ? [index] : isByPlace ? instead(old, index) : parentsOf(old)
      }
      case 'before':
        return isNew ? parentsOf(spot.index) : old === spot.index ? [NEW] : parentsOf(old)
      case 'between':
        return isNew ? [spot.from] : old === spot.to ? instead(old, spot.from) : parentsOf(old)
      case 'beside':
        return parentsOf(isNew ? spot.index : old)
      case 'from':
        return isNew ? [spot.index] : parentsOf(old)
    }
  }
  return drafted.map((one): Drafted => {
    const after = afterOf(one.old ?? NEW)
    return after === undefined ? one : { ...one, after }
  })
}

function isChooser(item: Item | undefined): boolean {
  return item !== undefined && item.then.length + item.else.length > 0
}
