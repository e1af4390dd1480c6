import type { Faults, Path } from './faults.ts'

/** What any part of a body may be at most. */
const MAX_DEPTH = 32
const MAX_STRING_CHARS = 1_048_576
const MAX_KEY_CHARS = 1000
const MAX_VALUES = 5_000_000
const MAX_EXPRESSIONS = 5000

/** Keys that reach an object's prototype when code copies them carelessly. */
const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

interface Place {
  readonly value: unknown
  readonly key: string | number
  readonly parent: Place | undefined
  readonly depth: number
}

/**
 * Looks once at every value of a body before anything else does: nesting, lengths, characters and
 * keys. Iterative, because the body may be nested deeper than the stack, and bounded, because a YAML
 * body may refer to one value from many places.
 */
export function checkSanity(body: unknown, at: Path, faults: Faults): void {
  const places: Place[] = [{ value: body, key: '', parent: undefined, depth: 1 }]
  let seen = 0
  let expressions = 0
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    if (faults.isFull) return
    if (++seen > MAX_VALUES) {
      faults.add(at, 'INVALID_VALUE', `the body has more than ${MAX_VALUES} values`)
      return
    }
    const { value } = place
    if (typeof value === 'string') {
      checkString(value, place, at, faults)
      expressions += countExpressions(value)
      if (expressions > MAX_EXPRESSIONS) {
        const message = `the body has more than ${MAX_EXPRESSIONS} expressions in braces`
        faults.add(pathOf(place, at), 'INVALID_VALUE', message)
        return
      }
    } else if (typeof value === 'object' && value !== null) visit(value, place, places, at, faults)
    else if (!isPlainScalar(value)) {
      faults.add(pathOf(place, at), 'WRONG_TYPE', 'is not a value that JSON can carry')
    }
  }
}

function visit(value: object, place: Place, places: Place[], at: Path, faults: Faults): void {
  if (place.depth > MAX_DEPTH) {
    faults.add(pathOf(place, at), 'NESTED_TOO_DEEP', `is nested deeper than ${MAX_DEPTH} levels`)
    return
  }
  const depth = place.depth + 1
  if (Array.isArray(value)) {
    for (let key = value.length - 1; key >= 0; key--) {
      places.push({ value: value[key], key, parent: place, depth })
    }
    return
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    faults.add(pathOf(place, at), 'WRONG_TYPE', 'is not a value that JSON can carry')
    return
  }
  const keys = Object.keys(value)
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index] ?? ''
    if (!checkKey(key, place, at, faults)) continue
    places.push({ value: (value as Record<string, unknown>)[key], key, parent: place, depth })
  }
}

function checkKey(key: string, place: Place, at: Path, faults: Faults): boolean {
  if (key.length > MAX_KEY_CHARS) {
    faults.add(
      pathOf(place, at),
      'STRING_TOO_LONG',
      `has a key of ${key.length} characters; ${MAX_KEY_CHARS} are allowed`,
    )
    return false
  }
  const path = () => [...pathOf(place, at), key]
  if (refusedKeys.has(key)) {
    faults.add(path(), 'UNKNOWN_FIELD', `the key "${key}" is not allowed`)
    return false
  }
  if (!isCleanText(key)) {
    faults.add(path(), 'INVALID_CHARACTERS', 'the key has a NUL character or a lone surrogate')
    return false
  }
  return true
}

function checkString(value: string, place: Place, at: Path, faults: Faults): void {
  if (value.length > MAX_STRING_CHARS) {
    faults.add(
      pathOf(place, at),
      'STRING_TOO_LONG',
      `has ${value.length} characters; ${MAX_STRING_CHARS} are allowed`,
    )
  } else if (!isCleanText(value)) {
    faults.add(pathOf(place, at), 'INVALID_CHARACTERS', 'has a NUL character or a lone surrogate')
  }
}

function countExpressions(text: string): number {
  let count = 0
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', at + 2)) count++
  return count
}

function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function isPlainScalar(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || Number.isFinite(value)
}

function pathOf(place: Place, at: Path): Path {
  const keys: (string | number)[] = []
  for (let here = place; here.parent !== undefined; here = here.parent) keys.push(here.key)
  return [...at, ...keys.reverse()]
}
