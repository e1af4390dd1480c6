/** A piece of a text that becomes another one. */
export interface Change {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** The text with the changes made; those at one place in the order given. */
export function applyChanges(text: string, changes: readonly Change[]): string {
  const ordered = [...changes].sort((one, other) => one.from - other.from || one.to - other.to)
  let result = ''
  let done = 0
  for (const { from, to, insert } of ordered) {
    result += text.slice(done, from) + insert
    done = Math.max(to, done)
  }
  return result + text.slice(done)
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

/** Behind the line end, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}

/** Up over the comments that stand right above a line, as far to the right as it. */
export function aboveComments(text: string, start: number, column: number): number {
  let from = start
  while (from > 0) {
    const above = lineStart(text, from - 1)
    const line = text.slice(above, from)
    if (line.search(/\S/) !== column || line[column] !== '#') break
    from = above
  }
  return from
}

/** Down over the comments below a line that stand further to the right than a column. */
export function belowComments(text: string, end: number, column: number): number {
  let to = end
  while (to < text.length) {
    const next = nextLine(text, to)
    const line = text.slice(to, next)
    const at = line.search(/\S/)
    if (at <= column || line[at] !== '#') break
    to = next
  }
  return to
}

export function isBlank(line: string): boolean {
  return line.trim() === ''
}

/** The least that makes one text the other. */
export function changeBetween(before: string, after: string): Change {
  const least = Math.min(before.length, after.length)
  let head = 0
  while (head < least && before[head] === after[head]) head++
  let tail = 0
  while (tail < least - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) }
}
