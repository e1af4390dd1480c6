import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../../duration.ts'

/** An id or a name, as a part of a path: none that leads to another one. */
export function readId(text: string): string {
  if (!/^\.{0,2}$/.test(text)) return text
  throw new InvalidArgumentError('Expected an id or a name.')
}

export function readCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count > 0 && Number.isSafeInteger(count)) return count
  throw new InvalidArgumentError('Expected a whole number above zero.')
}

/** A time as ISO 8601, or how long ago it was, as `2h`. @returns the time as ISO 8601 */
export function readTime(text: string): string {
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Date.now() - msOf(text)
  if (Number.isFinite(at)) return new Date(at).toISOString()
  throw new InvalidArgumentError('Expected a time such as 2026-01-31T09:00Z, or how long ago: 2h.')
}

function msOf(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    // Neither a duration nor a time.
    return Number.NaN
  }
}

/** `key=value`, collected over several. */
export function readPair(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const at = text.indexOf('=')
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
  throw new InvalidArgumentError('Expected key=value.')
}

export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text]
}
