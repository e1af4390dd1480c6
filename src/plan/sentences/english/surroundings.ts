import type { Rule } from '../language.ts'
import { type Token, textOf } from '../tokens.ts'
import { targetJson } from './pointer.ts'

const dialogs =
  'dialog|alert|confirm|confirmation|prompt|popup|message_box|confirmation_dialog|alert_dialog|prompt_dialog|browser_dialog'

const places: Readonly<Record<string, number>> = {
  first: 1,
  original: 1,
  main: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  last: -1,
  new: -1,
  newest: -1,
  latest: -1,
}

function tabOf(tokens: readonly Token[] | undefined): number | string | undefined {
  if (tokens === undefined) return undefined
  const words = tokens.filter(({ lower }) => lower !== 'the' && lower !== 'number')
  const [only, ...more] = words
  if (only === undefined) return undefined
  if (more.length === 0 && /^\d{1,3}$/.test(only.lower) && only.lower !== '0')
    return Number(only.lower)
  if (more.length === 0 && Object.hasOwn(places, only.lower)) return places[only.lower]
  return textOf(words)
}

/** Dialogs of the browser, and its tabs. */
export const surroundingsRules: readonly Rule[] = [
  {
    form: 'Accept the next dialog',
    patterns: [
      `accept|confirm|ok|allow [the|any] [next] ${dialogs}`,
      `click|press|choose ok|yes in|on [the] [next] ${dialogs}`,
    ],
    read: () => ({ do: 'dialog', accept: true }),
  },
  {
    form: 'Dismiss the next dialog',
    patterns: [
      `dismiss|cancel|reject|decline [the|any] [next] ${dialogs}`,
      `click|press|choose cancel|no in|on [the] [next] ${dialogs}`,
    ],
    read: () => ({ do: 'dialog', accept: false }),
  },
  {
    form: 'Answer the prompt with "Ada"',
    patterns: [
      `answer|accept|reply|respond [to] [the] [next] ${dialogs} with <text>`,
      `answer|reply <text> to [the] [next] ${dialogs}`,
    ],
    read: ({ text }, reader) => {
      const answer = reader.value(text)
      return answer === undefined ? undefined : { do: 'dialog', accept: true, text: answer }
    },
  },
  {
    form: 'Switch to tab 2',
    patterns: [
      'switch|change|go|return|move [back] to [the] [browser] tab|window titled|called|named|with_title|with_the_title|with <tab>',
      'switch|change|go|return|move [back] to [the] [browser] tab|window <tab>',
      'switch|change|go|return|move [back] to [the] <place> [browser] tab|window',
      'switch|change|go|return|move [back] to [the] browser tab|window <tab>',
    ],
    read: ({ tab, place }) => {
      const known = place === undefined ? tabOf(tab) : tabOf(place)
      // By its name before "tab" it is a tab of the page: "the Settings tab".
      if (known === undefined || (place !== undefined && typeof known === 'string'))
        return undefined
      return { do: 'switchTab', tab: known }
    },
  },
  {
    form: 'Switch to the Settings tab',
    patterns: ['switch|change|go|move to [the] <name> tab'],
    read: ({ name }, reader) => {
      const target = reader.target(name)
      return target && target.role === undefined
        ? { do: 'click', target: targetJson({ ...target, role: 'tab' }) }
        : undefined
    },
  },
  {
    form: 'Close the tab',
    patterns: [
      'close [the|this] [current|browser] tab|window',
      'close [the] [browser] tab titled|called|named|with <tab>',
      'close [the] [browser] tab|window <tab>',
      'close [the] <place> tab|window',
    ],
    read: ({ tab, place }) => {
      const said = tab ?? place
      if (said === undefined) return { do: 'closeTab' }
      const known = tabOf(said)
      return known === undefined ? undefined : { do: 'closeTab', tab: known }
    },
  },
]
