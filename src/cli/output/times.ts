import { span } from '../../session/line-text.ts'

/** How long ago a time was, or how long it is to it, for people. */
export function fromNow(at: string | null | undefined, now: number = Date.now()): string {
  if (at === null || at === undefined) return ''
  const ms = Date.parse(at) - now
  // Clocks of two machines differ.
  if (Math.abs(ms) < 1000) return 'now'
  const whole = span(Math.round(Math.abs(ms) / 1000) * 1000)
  return ms < 0 ? `${whole} ago` : `in ${whole}`
}

/** Milliseconds from one time to another, if both have come. */
export function msBetween(
  from: string | null | undefined,
  to: string | null | undefined,
): number | undefined {
  return from && to ? Date.parse(to) - Date.parse(from) : undefined
}

/** A span for people. */
export function spanText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '' : span(ms)
}
