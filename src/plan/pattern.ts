/** A longer pattern is not reckoned, because the reckoning is quadratic at worst. */
const MAX_PATTERN_CHARS = 1000

/** How many tries a match may make at worst: a tenth of a second or so. */
const MAX_TRIES = 100_000_000

/** One piece of a pattern: an escape, a class, the start or end of a group, a repetition, or a character. */
const pieces = /\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)|\{\d+(?:,\d*)?\}\??|[*+?]\??|./gs

/**
 * Whether a regular expression is certain to answer soon on a text of so many characters.
 * JavaScript's backtrack, so what a pattern could cost is reckoned beforehand.
 */
export function isBounded(pattern: string, textChars: number): boolean {
  if (pattern.length > MAX_PATTERN_CHARS) return false
  return triesAtWorst(pattern, textChars + 1) <= MAX_TRIES
}

/** `.*x.*` finds what `x` finds, and costs far less. */
export function withoutIdleEnds(pattern: string): string {
  if (pattern.includes('|')) return pattern
  const start = /^\.\*(?![?*+{])/.test(pattern) ? 2 : 0
  const end = /[^\\]\.\*$/.test(pattern.slice(start)) ? -2 : undefined
  return pattern.slice(start, end)
}

/**
 * An upper bound of the tries a backtracking matcher makes: each repetition can end at any place,
 * each choice can go each way. Infinite where a repeated group repeats or chooses inside itself,
 * because then the tries multiply with every turn.
 */
function triesAtWorst(pattern: string, places: number): number {
  let tries = pattern.startsWith('^') && !pattern.includes('|') ? 1 : places
  const groups: { varies: boolean }[] = [{ varies: false }]
  let closed: { varies: boolean } | undefined
  for (const [piece] of pattern.matchAll(pieces)) {
    const repeats = /^(?:\{\d|[*+?])/.test(piece)
    if (repeats || piece === '|') {
      if (repeats && closed?.varies) return Number.POSITIVE_INFINITY
      const ways = waysOf(piece, places)
      tries *= ways
      if (ways > 1) for (const open of groups) open.varies = true
    }
    closed = undefined
    if (piece.startsWith('(')) groups.push({ varies: false })
    else if (piece === ')' && groups.length > 1) closed = groups.pop()
  }
  return tries
}

/** How many ways a repetition or a choice can go. */
function waysOf(piece: string, places: number): number {
  if (piece === '|' || piece.startsWith('?')) return 2
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)/.exec(piece) ?? []
  if (least === undefined) return places
  if (comma === '') return 1
  return most === '' ? places : Math.min(Number(most) - Number(least) + 1, places)
}
