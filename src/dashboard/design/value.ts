import type { Json, JsonObject } from '../../json.ts'

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** Whether two values say the same; the order of keys says nothing. */
export function isEqual(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((each, index) => isEqual(each, other[index]))
  }
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]))
  )
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  let here = value
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

/**
 * The value with another one at a path; undefined takes it away, and the objects on the way that
 * it leaves empty. What is not on the way is the same as before, by identity too.
 */
export function withValueAt(
  value: Json | undefined,
  path: readonly string[],
  next: Json | undefined,
): Json | undefined {
  const [key, ...rest] = path
  if (key === undefined) return next
  const before = isObject(value) ? value : {}
  const below = withValueAt(before[key], rest, next)
  if (below !== undefined) return { ...before, [key]: below }
  const { [key]: _, ...left } = before
  return Object.keys(left).length === 0 && rest.length > 0 ? undefined : left
}
