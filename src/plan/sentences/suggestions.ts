import type { Language } from './language.ts'

interface Form {
  readonly form: string
  readonly verbs: readonly string[]
}

/** How many forms a complaint shows. */
const SHOWN = 3

/** What of a sentence a suggestion is built from; more is not repaired. */
const MAX_CHARS = 200

/** A repair of a sentence that nobody can read, if there is one, and the forms that are nearest to it. */
export function suggestFor(
  text: string,
  forms: readonly Form[],
  { commonForms, buttonWords }: Pick<Language, 'commonForms' | 'buttonWords'>,
  reads: (sentence: string) => boolean,
): { readonly suggestion: string | undefined; readonly near: readonly string[] } {
  const nearest = nearestForms(text, forms)
  const near = [...new Set([...nearest.map(({ form }) => form), ...commonForms])].slice(0, SHOWN)
  if (text === '' || text.length > MAX_CHARS) return { suggestion: undefined, near }
  const suggestion = repairs(text, nearest, buttonWords).find(reads)
  return { suggestion, near }
}

/** The verb spelt rightly, an address opened, or a name clicked. */
function repairs(
  text: string,
  nearest: readonly { readonly verb: string; readonly distance: number }[],
  buttonWords: ReadonlySet<string>,
): readonly string[] {
  const [first = '', ...rest] = text.split(/\s+/)
  const verbs = [...new Set(nearest.filter(({ distance }) => distance > 0).map(({ verb }) => verb))]
  const isVerb = nearest.some(({ distance }) => distance === 0)
  const spelt = (isVerb ? [] : verbs).map((verb) => [capital(verb), ...rest].join(' '))
  const isAddress = rest.length === 0 && /^(?:https?:\/\/|www\.)\S+$/i.test(first)
  const opened = isAddress ? [`Open ${first.replace(/^www\./i, 'https://www.')}`] : []
  const isName =
    /^\p{Lu}[\p{L}\p{N}]*(?:\s(?!the\s|an?\s)[\p{L}\p{N}]+){1,3}$/u.test(text) && !isVerb
  const isMarked = /^(?:the\s+)?["“'`]/i.test(text) || /\s(?:button|link|tab|checkbox)$/i.test(text)
  const button = buttonWords.has(first.toLowerCase()) ? [`Click "${capital(first)}"`] : []
  const clicked = isMarked ? [`Click ${text}`] : isName ? [`Click "${text}"`] : []
  return [...spelt, ...opened, ...button, ...clicked]
}

/** The forms whose verb is the sentence's first word, or at most two letters from it; the nearest first. */
function nearestForms(text: string, forms: readonly Form[]) {
  const [first = ''] = text.slice(0, 20).toLowerCase().split(/\s/, 1)
  if (first.length <= 2) return []
  const distances = new Map<string, number>()
  const distanceTo = (verb: string): number => {
    const known = distances.get(verb)
    if (known !== undefined) return known
    const isFar = Math.abs(verb.length - first.length) > allowedFor(verb)
    const distance = isFar ? Number.POSITIVE_INFINITY : lettersApart(first, verb)
    distances.set(verb, distance)
    return distance
  }
  const near: { form: string; verb: string; distance: number }[] = []
  for (const { form, verbs } of forms) {
    let nearest: { form: string; verb: string; distance: number } | undefined
    for (const verb of verbs) {
      const distance = distanceTo(verb)
      if (distance > allowedFor(verb) || distance >= (nearest?.distance ?? 3)) continue
      nearest = { form, verb, distance }
    }
    if (nearest !== undefined) near.push(nearest)
  }
  return near.sort((a, b) => a.distance - b.distance || beginsWith(b) - beginsWith(a))
}

/** How many letters may be wrong in a verb. */
function allowedFor(verb: string): number {
  return verb.length > 6 ? 2 : 1
}

/** A form that begins with the verb shows it best. */
function beginsWith({ form, verb }: { readonly form: string; readonly verb: string }): number {
  return form.toLowerCase().startsWith(`${verb} `) ? 1 : 0
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Levenshtein's distance between two short words; two letters in the wrong order count as one. */
function lettersApart(a: string, b: string): number {
  if (a === b) return 0
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  let last = previous
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const isSwapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swapped = row > 1 && column > 1 && isSwapped ? (last[column - 2] ?? 0) + 1 : replaced
      const deleted = (previous[column] ?? 0) + 1
      current.push(Math.min(replaced, swapped, deleted, (current[column - 1] ?? 0) + 1))
    }
    last = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
