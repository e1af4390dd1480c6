import type { Token } from './tokens.ts'

/**
 * The words a sentence of one form has, in order: `click [on] <target>`. Alternatives are parted by `|`,
 * `_` stands for the space inside one, `[…]` may be left out, and `<…>` takes one token or more.
 */
export interface FormPattern {
  readonly elements: readonly Element[]
}

type Element = Words | Slot

interface Words {
  readonly options: readonly (readonly string[])[]
  readonly isOptional: boolean
}

interface Slot {
  readonly slot: string
}

/** What each slot took. */
export type Slots = Readonly<Record<string, readonly Token[]>>

/** How many ways one pattern may be tried on one sentence: what is beyond is not read. */
const MAX_TRIES = 6000

/** How many readings of one pattern may be looked at. */
const MAX_READINGS = 16

/** @param inflect the forms that its first word may have */
export function compilePattern(
  text: string,
  inflect: (word: string) => readonly string[] = (word) => [word],
): FormPattern {
  const elements = text.split(' ').map((item, index): Element => {
    if (item.startsWith('<')) return { slot: item.slice(1, -1) }
    const isOptional = item.startsWith('[')
    const options = (isOptional ? item.slice(1, -1) : item).split('|').flatMap((option) => {
      const [first = '', ...rest] = option.split('_')
      return (index === 0 ? inflect(first) : [first]).map((form) => [form, ...rest])
    })
    return { options, isOptional }
  })
  return { elements }
}

/** The words that a pattern can begin with; none where it begins with a slot. */
export function firstWords({ elements }: FormPattern): readonly string[] {
  const [first] = elements
  return first === undefined || 'slot' in first ? [] : first.options.map(([word = '']) => word)
}

/** The first reading of the tokens by the pattern that `accept` makes something of. */
export function matchPattern<T>(
  { elements }: FormPattern,
  tokens: readonly Token[],
  accept: (slots: Slots) => T | undefined,
): T | undefined {
  const spans: Record<string, readonly [start: number, end: number]> = {}
  let tries = 0
  let readings = 0

  const finish = (): T | undefined => {
    if (++readings > MAX_READINGS) return undefined
    const slots = Object.entries(spans).map(([name, span]) => [name, tokens.slice(...span)])
    return accept(Object.fromEntries(slots))
  }
  const tryFrom = (element: number, from: number): T | undefined => {
    if (++tries > MAX_TRIES) return undefined
    const here = elements[element]
    if (here === undefined) return from === tokens.length ? finish() : undefined
    if ('slot' in here) {
      const isLast = element === elements.length - 1
      for (let end = isLast ? tokens.length : from + 1; end <= tokens.length; end++) {
        if (end === from) return undefined
        spans[here.slot] = [from, end]
        const found = tryFrom(element + 1, end)
        if (found !== undefined || tries > MAX_TRIES) return found
      }
      delete spans[here.slot]
      return undefined
    }
    for (const option of here.options) {
      if (!standsAt(option, tokens, from)) continue
      const found = tryFrom(element + 1, from + option.length)
      if (found !== undefined) return found
    }
    return here.isOptional ? tryFrom(element + 1, from) : undefined
  }
  return tryFrom(0, 0)
}

/** Whether these words stand at a place. */
export function standsAt(words: readonly string[], tokens: readonly Token[], at: number): boolean {
  return words.every((word, index) => tokens[at + index]?.lower === word)
}
