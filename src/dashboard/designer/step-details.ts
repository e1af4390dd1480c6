import type { Item } from '../design/outline.ts'
import { isObject } from '../design/value.ts'

/** What each step does, in a few words: its sentence, or its kind with what tells most. */
export function detailsOf(items: readonly Item[]): readonly string[] {
  return items.map(({ sentence, uses, value }) => {
    if (sentence !== undefined) return sentence
    const input = isObject(value) && isObject(value['with']) ? value['with'] : {}
    const told = ['url', 'run', 'for', 'until', 'if', 'prompt', 'name', 'goal', 'workflow', 'do']
      .map((field) => input[field])
      .find((one) => one !== undefined)
    const text = typeof told === 'string' ? told : Array.isArray(told) ? told.join(' ') : ''
    return text === '' ? (uses ?? 'no kind yet') : `${uses} ${text.replace(/^https?:\/\//, '')}`
  })
}
