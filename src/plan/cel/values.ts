import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'

/** The library does not export its duration class; its tag tells it, and its text is JSON's form. */
const durationTag = '[object google.protobuf.Duration]'

/** A JSON value as CEL sees it. */
export type CelValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly CelValue[]
  | ReadonlyMap<string, CelValue>

/**
 * Safe integers become CEL's int, other numbers stay doubles. Objects become maps, so that no key,
 * such as `constructor`, is taken for something else.
 */
export function toCel(value: Json): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(toCel)
  const map = new Map<string, CelValue>()
  for (const key of Object.keys(value)) map.set(key, toCel(value[key] ?? null))
  return map
}

/**
 * What an expression came to as JSON, by the rules of CEL's own JSON mapping: timestamps as
 * RFC 3339, durations in seconds ("1.5s"), bytes as base64.
 * @throws StepstreamError EXPRESSION_FAILED for what JSON cannot carry
 */
export function fromCel(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      return refuse(`the result ${value} is not a number that JSON can carry`)
    case 'bigint':
      return fromInteger(value)
    case 'object':
      return value === null ? null : fromObject(value)
    default:
      return refuse(`the result is a ${typeof value}, which JSON cannot carry`)
  }
}

function fromInteger(value: bigint): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  return refuse(`the result ${value} is too large for a JSON number; use string(…)`)
}

function fromObject(value: object): Json {
  if (Array.isArray(value)) return value.map(fromCel)
  if (value instanceof Map) return fromEntries(value)
  if (value instanceof Set) return [...value].map(fromCel)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Object.prototype.toString.call(value) === durationTag) return String(value)
  const primitive = value.valueOf()
  if (typeof primitive === 'bigint') return fromInteger(primitive)
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null)
    return fromEntries(Object.entries(value))
  return refuse('the result is a type, which JSON cannot carry')
}

/** `Object.fromEntries` defines each key as its own, `__proto__` included. */
function fromEntries(entries: Iterable<[unknown, unknown]>): Json {
  return Object.fromEntries(Array.from(entries, ([key, item]) => [String(key), fromCel(item)]))
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}

function refuse(message: string): never {
  throw new StepstreamError('EXPRESSION_FAILED', message)
}
