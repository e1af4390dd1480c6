/** How the words of a step fit those of an element; 0: not at all. */
export interface Fit {
  readonly score: number
  readonly why: string
}

const none: Fit = { score: 0, why: '' }

/** Compares what a step says with what the page shows: the same, the same but for case and punctuation, a part. */
export function compare(said: string, shown: string): Fit {
  if (shown === '' || said === '') return none
  const { flat: saidFlat, loose: saidLoose } = formsOf(said)
  const shownFlat = flat(shown)
  if (saidFlat === shownFlat) return { score: 100, why: 'exact' }
  const shownLoose = loose(shown)
  // Signs alone, such as "+", have no letters to compare.
  if (saidLoose === '') return shownFlat.includes(saidFlat) ? part(saidFlat, shownFlat) : none
  if (saidLoose === shownLoose) return { score: 90, why: 'but for case and punctuation' }
  return shownLoose.includes(saidLoose) ? part(saidLoose, shownLoose) : none
}

/** One name is compared with all those of a page. */
let last = { text: '', flat: '', loose: '' }

function formsOf(said: string) {
  if (last.text !== said) last = { text: said, flat: flat(said), loose: loose(said) }
  return last
}

function part(said: string, shown: string): Fit {
  const whole = ` ${shown} `.includes(` ${said} `) ? 10 : 0
  const start = shown.startsWith(said) ? 5 : 0
  return { score: 40 + whole + start + (20 * said.length) / shown.length, why: 'a part of' }
}

/** With single spaces. */
export function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Letters and digits alone, in lower case, with single spaces; accents stay. */
export function loose(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** How alike two names are, from 0 to 1: the share of pairs of letters they have in common (Sørensen-Dice). */
export function similarity(one: string, other: string): number {
  const pairs = bigrams(loose(one))
  const others = bigrams(loose(other))
  if (pairs.length === 0 || others.length === 0) return 0
  const rest = new Map<string, number>()
  for (const pair of others) rest.set(pair, (rest.get(pair) ?? 0) + 1)
  let common = 0
  for (const pair of pairs) {
    const left = rest.get(pair) ?? 0
    if (left === 0) continue
    rest.set(pair, left - 1)
    common += 1
  }
  return (2 * common) / (pairs.length + others.length)
}

function bigrams(text: string): string[] {
  return Array.from({ length: Math.max(text.length - 1, 0) }, (_, at) => text.slice(at, at + 2))
}
