import type { JsonObject } from '../../../json.ts'
import type { Target } from '../../../modules/browser-actions/types.ts'
import type { Reader, Rule, RuleReading } from '../language.ts'
import { type Token, textOf } from '../tokens.ts'
import { targetJson } from './pointer.ts'

/** What is clicked rather than chosen from a list. */
const clicked: ReadonlySet<Target['role']> = new Set([
  'button',
  'link',
  'tab',
  'menuitem',
  'row',
  'cell',
  'listitem',
  'image',
])

/** What there is to choose from where it has no name: any option on the page is meant. */
const anyList: ReadonlySet<string> = new Set([
  'list',
  'suggestions',
  'suggestion list',
  'options',
  'results',
  'dropdown',
  'drop-down',
  'dropdown menu',
  'menu',
])

function check(
  tokens: readonly Token[] | undefined,
  reader: Reader,
  on: boolean,
  more: JsonObject = {},
) {
  const target = reader.target(tokens)
  return (
    target && { do: 'check' as const, target: targetJson(target), ...(on ? {} : { on }), ...more }
  )
}

/** "Red, Green and Blue", each without "the … option". */
function optionsOf(
  tokens: readonly Token[] | undefined,
  reader: Reader,
): readonly string[] | undefined {
  if (tokens === undefined) return undefined
  const parts = splitList(tokens)
  const options = parts.map((part) => optionOf(part, reader))
  return options.length > 0 && options.every((option) => option !== undefined) ? options : undefined
}

function optionOf(tokens: readonly Token[], reader: Reader): string | undefined {
  const [first] = tokens
  if (tokens.length === 1 && first !== undefined) return first.text
  const target = reader.target(tokens)
  if (target === undefined || target.name === undefined) return undefined
  const isOption = target.role === undefined || target.role === 'option'
  const { name, nth, in: container, near, selector } = target
  const isPlain = [nth, container, near, selector].every((part) => part === undefined)
  return isOption && isPlain ? name : undefined
}

/** Split at commas, and at "and" between texts that are quoted or expressions. */
function splitList(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const hasComma = tokens.some(({ kind }) => kind === 'comma')
  const parts: Token[][] = [[]]
  tokens.forEach((token, index) => {
    const isAnd = token.lower === 'and' || token.lower === '&'
    const isBetween = tokens[index - 1]?.lower === '' && tokens[index + 1]?.lower === ''
    if (token.kind === 'comma' || (isAnd && (hasComma || isBetween))) parts.push([])
    else parts.at(-1)?.push(token)
  })
  return parts.filter((part) => part.length > 0)
}

const verbs = 'select|choose|pick'

export const choiceRules: readonly Rule[] = [
  {
    form: 'Uncheck the Newsletter box',
    patterns: ['uncheck|untick|unmark|deselect|unselect <target>'],
    read: ({ target }, reader) => check(target, reader, false),
  },
  {
    form: 'Force check the Terms checkbox',
    patterns: ['force check|tick <target>', 'force-check <target>'],
    read: ({ target }, reader) => check(target, reader, true, { force: true }),
  },
  {
    form: 'Force uncheck the Terms checkbox',
    patterns: ['force uncheck|untick <target>', 'force-uncheck <target>'],
    read: ({ target }, reader) => check(target, reader, false, { force: true }),
  },
  {
    form: 'Turn on the Dark mode switch',
    patterns: [
      'turn|switch|toggle on <target>',
      'turn|switch|toggle <target> on',
      'enable|activate <target>',
    ],
    read: ({ target }, reader) => check(target, reader, true),
  },
  {
    form: 'Turn off the Dark mode switch',
    patterns: [
      'turn|switch|toggle off <target>',
      'turn|switch|toggle <target> off',
      'disable|deactivate <target>',
    ],
    read: ({ target }, reader) => check(target, reader, false),
  },
  {
    form: 'Toggle the Dark mode switch',
    patterns: ['toggle|flip <target>'],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'click', target: targetJson(found) }
    },
  },
  {
    form: 'Accept the Terms checkbox',
    patterns: ['accept|agree [to] <target>'],
    read: ({ target }, reader) =>
      reader.target(target)?.role === 'checkbox' ? check(target, reader, true) : undefined,
  },
  {
    form: 'Check the Terms box',
    patterns: ['check|tick [off] <target>', 'mark <target> as checked'],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && found.role !== 'dialog' && found.role !== 'alert'
        ? check(target, reader, true)
        : undefined
    },
  },
  {
    form: 'Select "Canada" from the Country list',
    patterns: [
      `${verbs} <options> from <target>`,
      `${verbs} <options> in <target>`,
      `${verbs} <options> on|under|for|as <target>`,
    ],
    read: ({ options, target }, reader) => select(optionsOf(options, reader), target, reader),
  },
  {
    form: 'Select "Canada"',
    patterns: [`${verbs} <options>`],
    read: ({ options }, reader) => {
      const target = reader.target(options)
      if (target?.role === 'checkbox' || target?.role === 'radio' || target?.role === 'switch') {
        return { do: 'check', target: targetJson(target) }
      }
      if (target !== undefined && (clicked.has(target.role) || target.nth !== undefined)) {
        return { do: 'click', target: targetJson(target) }
      }
      const names = optionsOf(options, reader)
      return names && { do: 'select', options: names }
    },
  },
]

function select(
  options: readonly string[] | undefined,
  from: readonly Token[] | undefined,
  reader: Reader,
): RuleReading {
  if (options === undefined || from === undefined) return undefined
  const words = from.filter(({ lower }) => lower !== 'the' && lower !== 'a')
  if (anyList.has(textOf(words).toLowerCase())) return { do: 'select', options }
  const target = reader.target(from)
  if (target === undefined || clicked.has(target.role)) return undefined
  // A list that is chosen from is a list box, or what opens one.
  const { role, ...rest } = target
  const named = role === 'list' ? rest : target
  if (Object.keys(named).length === 0) return { do: 'select', options }
  return { do: 'select', target: targetJson(named), options }
}
