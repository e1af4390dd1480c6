import { createHash } from 'node:crypto'
import type { Json } from '../../json.ts'
import type { CacheKey } from '../step-cache/types.ts'
import type { PursueRequest } from './types.ts'

/** Shorter values are replaced only where they are the whole of a text. */
const SHORTEST_PART = 3

/** The value with the names of values in their place, as it is kept for other values. */
export function withNames<T>(value: T, values: Readonly<Record<string, string>>): T {
  const byLength = Object.entries(values).sort(([, a], [, b]) => b.length - a.length)
  return mapText(value, (text) => {
    const whole = byLength.find(([, each]) => each === text)
    if (whole !== undefined && text !== '') return placeOf(whole[0])
    return byLength.reduce(
      (done, [name, each]) =>
        each.length < SHORTEST_PART ? done : done.replaceAll(each, () => placeOf(name)),
      text,
    )
  })
}

/** The values of now in the places of their names. */
export function withValues<T>(value: T, values: Readonly<Record<string, string>>): T {
  return mapText(value, (text) =>
    Object.entries(values).reduce(
      (done, [name, each]) => done.replaceAll(placeOf(name), () => each),
      text,
    ),
  )
}

/** What a sequence is found by: its goal with names for values, and the page that it begins at. */
export function keyOf(
  tenant: string,
  { goal, values = {}, output, secrets = [] }: PursueRequest,
  url: string,
): CacheKey {
  const names = Object.keys(values).sort()
  const more = { values: names, secrets: secrets.toSorted(), output: output ?? null }
  const isPlain = names.length + secrets.length === 0 && output === undefined
  const digest = createHash('sha256').update(JSON.stringify(more)).digest('base64url').slice(0, 16)
  const text = withNames(goal, values)
  return { tenant, text: isPlain ? text : `${text} #${digest}`, url: pageOf(url) }
}

/** The origin and the path of a page, ids in it left open. */
export function pageOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || parsed.origin === 'null') return url
  const path = parsed.pathname
    .split('/')
    .map((part) => (/^\d+$|^[0-9a-f]{8,}(-[0-9a-f]+)*$/i.test(part) ? ':id' : part))
    .join('/')
  return parsed.origin + path
}

function placeOf(name: string): string {
  return `{{${name}}}`
}

function mapText<T>(value: T, change: (text: string) => string): T {
  return mapJson(value as Json, change) as T
}

function mapJson(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((each: Json) => mapJson(each, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, mapJson(each, change)]),
  )
}
