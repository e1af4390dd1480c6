import type { Json, JsonObject } from '../../json.ts'
import { isList, isObject } from './value.ts'

/** What a step may be called. */
export const stepIdPattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/** A step of a document as far as the picture of it needs it. */
export interface Item {
  readonly index: number
  /** As written, or as the service calls it by its place. */
  readonly id: string
  readonly hasOwnId: boolean
  readonly value: Json
  /** It is written as one. */
  readonly sentence: string | undefined
  readonly uses: string | undefined
  readonly name: string | undefined
  /** As written; undefined: the step before. */
  readonly dependsOn: readonly string[] | undefined
  readonly group: string | undefined
  readonly isFinally: boolean
  /** The steps that a condition chooses between. */
  readonly then: readonly string[]
  readonly else: readonly string[]
}

/** The steps in their order, each with the id that the service gives it. */
export function outlineOf(steps: readonly Json[]): readonly Item[] {
  const taken = new Set(steps.flatMap((value) => ownId(value) ?? []))
  return steps.map((value, index) => {
    const own = ownId(value)
    const step: JsonObject = isObject(value) ? value : {}
    const input = step['uses'] === 'condition' && isObject(step['with']) ? step['with'] : {}
    return {
      index,
      id: own ?? freeId(`step${index + 1}`, taken),
      hasOwnId: own !== undefined,
      value,
      sentence: typeof value === 'string' ? value : undefined,
      uses: textOf(step['uses']),
      name: textOf(step['name']),
      dependsOn: step['dependsOn'] === undefined ? undefined : namesOf(step['dependsOn']),
      group: textOf(step['group']),
      isFinally: step['finally'] === true,
      then: namesOf(input['then']),
      else: namesOf(input['else']),
    }
  })
}

/** An id that no step has: `wait`, then `wait2` and so on. */
export function newId(items: readonly Item[], wanted: string): string {
  const bare = wanted.replace(/[^A-Za-z0-9_]+/g, '_').slice(0, 50)
  const base = stepIdPattern.test(bare) ? bare : `step_${bare}`.slice(0, 50)
  const ids = new Set(items.map(({ id }) => id))
  if (!ids.has(base)) return base
  const stem = base.replace(/\d+$/, '') || base
  for (let number = 2; ; number++) if (!ids.has(`${stem}${number}`)) return `${stem}${number}`
}

/** One name or several, as a document says either. */
export function namesOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return isList(value) ? value.filter((one) => typeof one === 'string') : []
}

function ownId(value: Json): string | undefined {
  const id = isObject(value) ? value['id'] : undefined
  return typeof id === 'string' && stepIdPattern.test(id) ? id : undefined
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted
  for (let suffix = 2; taken.has(id); suffix++) id = `${wanted}_${suffix}`
  taken.add(id)
  return id
}
