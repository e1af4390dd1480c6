import parse from 'parse-duration'
import { StepstreamError } from './errors.ts'

/** A hundred years: beyond any real wait, and well inside what a date can hold. */
const MAX_DURATION_MS = 36_525 * 24 * 60 * 60 * 1000

const durationPattern = /^(?:\d{1,15}(?:\.\d{1,15})?(?:ms|s|m|h|d|w))+$/

/**
 * Reads a duration with a unit, such as "500ms", "30s", "1.5h" or "1h30m" (ms, s, m, h, d, w).
 * @returns milliseconds, a whole number
 * @throws StepstreamError DURATION_WITHOUT_UNIT for a bare number, INVALID_DURATION for anything else
 */
export function parseDuration(text: unknown): number {
  if (
    typeof text === 'number' ||
    (typeof text === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(text))
  ) {
    throw new StepstreamError(
      'DURATION_WITHOUT_UNIT',
      `${text} has no unit; write a string such as "${String(text).trim()}ms" or "${String(text).trim()}s"`,
    )
  }
  if (typeof text !== 'string' || text.length > 64 || !durationPattern.test(text)) {
    throw new StepstreamError(
      'INVALID_DURATION',
      `${quote(text)} is not a duration; write one such as "500ms", "30s" or "1h30m"`,
    )
  }
  const ms = parse(text)
  if (ms === null || ms === undefined || ms > MAX_DURATION_MS) {
    throw new StepstreamError('INVALID_DURATION', `"${text}" is longer than a hundred years`)
  }
  return Math.round(ms)
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 70 ? `${text.slice(0, 70)}…` : text
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** Writes milliseconds as the shortest text that `parseDuration` reads back: 90000 is "1m30s". */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms))
  if (rest === 0) return '0ms'
  let text = ''
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
