import type { Target } from '../../../modules/browser-actions/types.ts'
import type { Rule, RuleReading } from '../language.ts'
import { type Token, textOf } from '../tokens.ts'
import { targetJson } from './pointer.ts'

/** What people call keys, and what Playwright does. */
const keyNames: Readonly<Record<string, string>> = {
  enter: 'Enter',
  return: 'Enter',
  tab: 'Tab',
  escape: 'Escape',
  esc: 'Escape',
  space: 'Space',
  spacebar: 'Space',
  'space bar': 'Space',
  backspace: 'Backspace',
  delete: 'Delete',
  del: 'Delete',
  insert: 'Insert',
  home: 'Home',
  end: 'End',
  'page up': 'PageUp',
  pageup: 'PageUp',
  'page down': 'PageDown',
  pagedown: 'PageDown',
  ...Object.fromEntries(
    ['Up', 'Down', 'Left', 'Right'].flatMap((way) =>
      [`arrow ${way}`, `${way} arrow`, `arrow${way}`, `${way} arrow`].map((name) => [
        name.toLowerCase(),
        `Arrow${way}`,
      ]),
    ),
  ),
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`f${index + 1}`, `F${index + 1}`]),
  ),
}

const modifierKeys: Readonly<Record<string, string>> = {
  ctrl: 'Control',
  control: 'Control',
  shift: 'Shift',
  alt: 'Alt',
  option: 'Alt',
  cmd: 'Meta',
  command: 'Meta',
  meta: 'Meta',
  win: 'Meta',
}

/** "Ctrl + A" as `Control+A`; undefined when it is no key. */
export function keyOf(tokens: readonly Token[] | undefined): string | undefined {
  if (tokens === undefined || tokens.length === 0 || tokens.length > 7) return undefined
  const text = textOf(tokens).trim()
  if (text === '+' || text === '-') return text
  const parts = text.split(/\s*\+\s*|(?<=ctrl|control|shift|alt|cmd|command|meta)-/i)
  const last = parts.at(-1) ?? ''
  const key = single(last)
  const modifiers = parts.slice(0, -1).map((part) => known(modifierKeys, part.toLowerCase()))
  if (key === undefined || modifiers.includes(undefined)) return undefined
  return [...modifiers, key].join('+')
}

function single(text: string): string | undefined {
  const lower = text.toLowerCase().replace(/^\{(.+)\}$/, '$1')
  const name = known(keyNames, lower)
  if (name !== undefined) return name
  return [...text].length === 1 && !/\s/.test(text) ? text : undefined
}

function known(names: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined
}

const verbs = 'press|hit|strike|push|send|use'

export const keyRules: readonly Rule[] = [
  {
    form: 'Press Enter',
    patterns: [
      `${verbs} [the] <key> key`,
      `${verbs} <key>`,
      `${verbs} the <key>`,
      `${verbs} [the] key <key>`,
    ],
    read: ({ key }) => {
      const name = keyOf(key)
      return name === undefined ? undefined : { do: 'press', key: name }
    },
  },
  {
    form: 'Press Tab 3 times',
    patterns: [
      `${verbs} [the] <key> key <times> times`,
      `${verbs} [the] <key> <times> times`,
      `${verbs} [the] <key> [key] twice`,
    ],
    read: ({ key, times }, reader) => {
      const name = keyOf(key)
      const count = times === undefined ? 2 : reader.number(times)
      return name && count ? { do: 'press', key: name, times: count } : undefined
    },
  },
  {
    form: 'Press Control+A in the Search field',
    patterns: [`${verbs} [the] <key> [key] in|inside|into|on|within <target>`],
    read: ({ key, target }, reader) => pressIn(keyOf(key), reader.target(target)),
  },
  {
    form: 'Type {enter} in the Search field',
    patterns: ['type|enter <key> in|into|on <target>', 'type|enter <key>'],
    read: ({ key, target }, reader) => {
      if (key?.length !== 1 || !/^\{\w+\}$/.test(key[0]?.text ?? '')) return undefined
      const name = keyOf(key)
      if (target !== undefined) return pressIn(name, reader.target(target))
      return name === undefined ? undefined : { do: 'press', key: name }
    },
  },
  {
    form: 'Press Enter to submit',
    patterns: [`${verbs} [the] <key> [key] to|in_order_to <purpose>`],
    read: ({ key }) => {
      const name = keyOf(key)
      return name === undefined ? undefined : { do: 'press', key: name }
    },
  },
]

function pressIn(key: string | undefined, target: Target | undefined): RuleReading {
  if (key === undefined || target === undefined) return undefined
  return { do: 'press', key, target: targetJson(target) }
}
