import type { JsonObject } from '../../../json.ts'
import type { Target } from '../../../modules/browser-actions/types.ts'
import type { Reader, Rule, RuleReading, Surroundings } from '../language.ts'
import type { Complaint } from '../phrase.ts'
import type { Token } from '../tokens.ts'
import { targetJson } from './pointer.ts'

const secret = /^\{\{\s*secrets(?:\.([A-Za-z_]\w*)|\[\s*["']([A-Za-z_]\w*)["']\s*\])\s*\}\}$/

/** What is typed: a text, or a secret by its name, which stays out of what is written down. */
function contentOf(text: string, reader: Reader): JsonObject | Complaint {
  const [, dotted, indexed] = secret.exec(text) ?? []
  const name = dotted ?? indexed
  if (name === undefined) return { text }
  if (reader.hasSecret(name)) return { secret: name }
  const message = `the secret "${name}" is not set; it comes from SECRET_${name}`
  return { code: 'UNKNOWN_SECRET', message }
}

/** The kinds of element that can be typed into; undefined: it is not said. */
const typable: ReadonlySet<Target['role']> = new Set([
  undefined,
  'field',
  'textbox',
  'searchbox',
  'combobox',
  'spinbutton',
  'element',
  'slider',
  'cell',
  'iframe',
])

function fill(
  value: string | undefined,
  target: Target | undefined | 'focused',
  reader: Reader,
  { submit }: Surroundings,
  more: JsonObject = {},
): RuleReading {
  if (value === undefined || target === undefined) return undefined
  if (target !== 'focused' && !typable.has(target.role)) return undefined
  const content = contentOf(value, reader)
  if (typeof content['code'] === 'string') return content as unknown as Complaint
  return {
    do: 'fill',
    ...(target === 'focused' ? {} : { target: targetJson(target) }),
    ...(content as JsonObject),
    ...more,
    ...(submit ? { submit: true } : {}),
  }
}

const verbs = 'type|enter|input|write|put|insert|key_in'

/** What is of the browser, and no element. */
const notSet: ReadonlySet<string> = new Set([
  'viewport',
  'window',
  'window size',
  'browser',
  'cookie',
])

const dateLike = /^(?:\d|#[0-9a-f]{3,8}$|\{\{)/i

export const typingRules: readonly Rule[] = [
  {
    form: 'Force type "text" into the hidden field',
    patterns: [
      'force|force-type [to] type|enter|fill <value> into <target>',
      'force [to] type|enter|fill <value> in|on <target>',
      'force fill [in] <target> with <value>',
      'force-type <value> into|in <target>',
    ],
    read: ({ value, target }, reader, around) =>
      fill(reader.value(value), reader.target(target), reader, around, { force: true }),
  },
  {
    form: 'Type "Ada" into the Name field',
    patterns: [`${verbs} <value> into <target>`],
    read: ({ value, target }, reader, around) =>
      fill(reader.value(value), reader.target(target), reader, around),
  },
  {
    form: 'Enter "Ada" in the Name field',
    patterns: [
      `${verbs} <value> in|inside|within <target>`,
      `${verbs} <value> on|to|at <target>`,
      `${verbs} <value> as|for <target>`,
    ],
    read: ({ value, target }, reader, around) =>
      fill(reader.value(value), reader.target(target), reader, around),
  },
  {
    form: 'Type "Ada"',
    patterns: [`${verbs} <value>`, `${verbs} the text|value|word <value>`],
    read: ({ value }, reader, around) => fill(reader.marked(value), 'focused', reader, around),
  },
  {
    form: 'Fill the Name field with "Ada"',
    patterns: ['fill [in|out|up] <target> with <value>', 'populate|complete <target> with <value>'],
    read: ({ value, target }, reader, around) =>
      fill(reader.value(value), reader.target(target), reader, around),
  },
  {
    form: 'Fill in "Ada" for the Name field',
    patterns: [
      'fill [in|out] <value> into <target>',
      'fill [in|out] <value> in|for|as <target>',
      'fill [in|out] <target> as|to <value>',
    ],
    read: ({ value, target }, reader, around) =>
      fill(reader.marked(value), reader.target(target), reader, around),
  },
  {
    form: 'Append " Lovelace" to the Name field',
    patterns: ['append <value> to <target>', 'add <value> to <target>'],
    read: ({ value, target }, reader, around) => {
      const found = reader.target(target)
      const isField = found?.role === 'field' || found?.role === 'textbox'
      const text = isField ? reader.value(value) : undefined
      return fill(text, found, reader, around, { append: true })
    },
  },
  {
    form: 'Search for "headphones"',
    patterns: [
      'search|look for <value> in|on|with|using <target>',
      'search <target> for <value>',
      'search for <value>',
      'look for <value>',
      'search <value>',
    ],
    read: ({ value, target }, reader, around) => {
      const text =
        reader.marked(value) ?? (target === undefined ? bareTerm(value, reader) : undefined)
      const isPage = target !== undefined && reader.isPage(target)
      const field =
        target === undefined || isPage ? { role: 'searchbox' as const } : reader.target(target)
      return fill(text, field, reader, { ...around, submit: true })
    },
  },
  {
    form: 'Clear the Name field',
    patterns: [
      'clear|empty|erase|delete [all] the text|content|contents|value of|in|from <target>',
      'clear|empty|erase [out] <target>',
    ],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'clear', target: targetJson(found) }
    },
  },
  {
    form: 'Set the Volume slider to 70',
    patterns: [
      'set|change|move|adjust|drag [the] value of <target> to|as <value>',
      'set|change|move|adjust|slide <target> to|as <value>',
    ],
    read: ({ target, value = [] }, reader, around) => {
      const isShort = value.length <= 3 && !value.some(({ lower }) => lower === 'for')
      const found = reader.target(target)
      const isOfBrowser = notSet.has(found?.name?.toLowerCase() ?? '')
      return isShort && !isOfBrowser ? setTo(found, reader.value(value), reader, around) : undefined
    },
  },
]

/** Words to search for that are not quoted. */
function bareTerm(tokens: readonly Token[] | undefined, reader: Reader): string | undefined {
  const isPlain = tokens?.every(({ kind, lower }) => {
    return kind === 'word' && !/^(?:the|a|an|and|in|on|that|which|to)$/.test(lower)
  })
  return isPlain ? reader.value(tokens) : undefined
}

/** A field is filled, a list has one of its options chosen, anything else gets a value. */
function setTo(
  target: Target | undefined,
  value: string | undefined,
  reader: Reader,
  around: Surroundings,
): RuleReading {
  if (target === undefined || value === undefined) return undefined
  if (target.role === 'combobox' || target.role === 'listbox') {
    return { do: 'select', target: targetJson(target), options: [value] }
  }
  if (target.role === 'checkbox' || target.role === 'switch') {
    const on = /^(?:on|checked|enabled|true)$/i.test(value)
    const off = /^(?:off|unchecked|disabled|false)$/i.test(value)
    return on || off ? { do: 'check', target: targetJson(target), on } : undefined
  }
  const isText = target.role === 'textbox' || target.role === 'searchbox'
  if (isText || (target.role === 'field' && !dateLike.test(value)) || secret.test(value)) {
    return fill(value, target, reader, around)
  }
  return { do: 'set', target: targetJson(target), value }
}
