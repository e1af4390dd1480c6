/** How much text one event carries of what an attempt says. */
export const REPORT_CHARS = 8192

/** Pieces small enough for an event each, never splitting a character. */
export function splitText(text: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + REPORT_CHARS, text.length)
    const code = text.charCodeAt(end - 1)
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end -= 1
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

/** A message as an event carries it. */
export function clipMessage(text: string): string {
  return text.length <= REPORT_CHARS ? text : `${text.slice(0, REPORT_CHARS)}…`
}

/** The beginning of a text that has so many bytes. */
export function firstBytes(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, bytes).toString()
}
