const MAX_MS = 365 * 24 * 60 * 60 * 1000

const weekday = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds or an HTTP date.
 * @param now ms since the epoch
 * @returns ms from now, at least 0 and at most a year; undefined when there is none or it cannot be read
 */
export function parseRetryAfter(
  value: string | readonly string[] | undefined,
  now: number,
): number | undefined {
  const text = typeof value === 'string' ? value.trim() : value?.[0]?.trim()
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_MS)
  if (!weekday.test(text)) return undefined
  // The obsolete asctime form names no zone and means GMT (RFC 9110 §5.6.7).
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MAX_MS)
}
