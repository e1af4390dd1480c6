/** How long one part of a line may be, in characters. */
const LONGEST = 500

/**
 * Escape sequences of terminals, other control characters, and those that turn the direction of
 * text: what programs and pages write must not reach the terminal of whoever reads the line.
 */
const escapes =
  /\p{Cc}(?:\[[\d;?]*[ -/]*[@-~]|\][^\p{Cc}]*\p{Cc}\\?)|[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** A text as a part of one line. */
export function oneLine(text: string, longest: number = LONGEST): string {
  const clean = text.replaceAll(/\s+/g, ' ').replaceAll(escapes, '').trim()
  return clean.length <= longest ? clean : `${clean.slice(0, longest).toWellFormed()}…`
}

/** The lines of an output, as a terminal would show them: of what a carriage return writes over, the last. */
export function outputLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) =>
    line
      .slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1)
      .replaceAll(/\t/g, '  ')
      .replaceAll(escapes, '')
      .trimEnd(),
  )
}

/** A span of time as people read it. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`
  const seconds = Math.round(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const begin = parts.findIndex(([count]) => count > 0)
  const shown = parts.slice(begin, begin + 2).filter(([count]) => count > 0)
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ')
}

/** A number of bytes as people read it. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${Math.round(bytes / 100) / 10} kB`
  return `${Math.round(bytes / 100_000) / 10} MB`
}

/** The time of day of an ISO 8601 time in UTC, with the date where that is another one than `from`'s. */
export function clockTime(at: string, from: string = at): string {
  const [date = '', time = ''] = at.replace('Z', '').split('T')
  return from.startsWith(date) ? time : `${date} ${time}`
}

/** What stands behind a colon, if there is anything. */
export function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${oneLine(reason)}`
}
