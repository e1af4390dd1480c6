/** How long a text, and how many the members of a list or an object may be, from generous to strict. */
const measures = [
  { chars: 8000, members: 1000 },
  { chars: 2000, members: 500 },
  { chars: 500, members: 200 },
  { chars: 120, members: 50 },
] as const

type Measure = (typeof measures)[number]

/** How much a model is told at once, in characters of JSON. */
const BUDGET_CHARS = 40_000

/** A value as JSON that a model can take in. */
export function fittingJson(value: unknown): string {
  return JSON.stringify(fitting(value, BUDGET_CHARS))
}

/** A value that is about so long as JSON: long texts, lists and objects are cut, and say so. */
export function fitting(value: unknown, budget: number): unknown {
  let fitted = value
  for (const measure of measures) {
    if (lengthOf(fitted) <= budget) break
    fitted = shorten(value, measure)
  }
  return fitted
}

/** In characters of JSON. */
export function lengthOf(value: unknown): number {
  return JSON.stringify(value).length
}

function shorten(value: unknown, measure: Measure): unknown {
  if (typeof value === 'string') return shortenText(value, measure)
  if (Array.isArray(value)) return shortenList(value, measure)
  if (typeof value === 'object' && value !== null) return shortenObject(value, measure)
  return value
}

function shortenText(text: string, { chars }: Measure): string {
  if (text.length <= chars) return text
  return `${text.slice(0, chars).toWellFormed()}… (${text.length - chars} more characters)`
}

function shortenList(list: readonly unknown[], measure: Measure): unknown[] {
  const shown = list.slice(0, measure.members).map((item) => shorten(item, measure))
  const left = list.length - shown.length
  return left === 0 ? shown : [...shown, `… (${left} more)`]
}

function shortenObject(object: object, measure: Measure): object {
  const entries = Object.entries(object)
  const shown = entries
    .slice(0, measure.members)
    .map(([name, value]) => [name, shorten(value, measure)] as const)
  const left = entries.length - shown.length
  return Object.fromEntries(left === 0 ? shown : [...shown, ['…', `(${left} more)`]])
}
