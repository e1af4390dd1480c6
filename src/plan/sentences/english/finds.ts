import type { JsonObject } from '../../../json.ts'
import type { Reader, Rule, RuleReading } from '../language.ts'
import { type Token, textOf } from '../tokens.ts'
import { targetJson } from './pointer.ts'

const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/** What is read of the page, without the variable it becomes. */
type Found = JsonObject | undefined

const ofPage: Readonly<Record<string, string>> = {
  title: 'title',
  'page title': 'title',
  'title of the page': 'title',
  url: 'url',
  'current url': 'url',
  'page url': 'url',
  'url of the page': 'url',
  address: 'url',
  'current address': 'url',
}

const ofElement: Readonly<Record<string, string>> = {
  text: 'text',
  content: 'text',
  label: 'text',
  value: 'value',
  number: 'count',
  count: 'count',
  href: 'href',
  src: 'src',
  alt: 'alt',
  id: 'id',
  placeholder: 'placeholder',
}

const attributes: ReadonlySet<string | undefined> = new Set([
  'href',
  'src',
  'alt',
  'id',
  'placeholder',
])

function found(given: readonly Token[] | undefined, reader: Reader): Found {
  if (given === undefined) return undefined
  const tokens = given[0]?.lower === 'the' ? given.slice(1) : given
  const page = own(ofPage, textOf(tokens).toLowerCase())
  if (page !== undefined) return { what: page }
  const [first, second, ...rest] = tokens
  const isOf = /^(?:of|in|from)$/.test(second?.lower ?? '')
  const what = isOf ? own(ofElement, first?.lower ?? '') : undefined
  if (what !== undefined) return element(rest, what, reader)
  // "the attribute data-id of …", "the data-id attribute of …".
  const names = [first?.lower, second?.lower]
  const at = names.indexOf('attribute')
  const name = tokens[1 - at]?.text
  if (at !== -1 && name !== undefined && tokens[2]?.lower === 'of') {
    const target = reader.target(tokens.slice(3))
    return target && { target: targetJson(target), what: 'attribute', attribute: name }
  }
  const isList = /^(?:items|entries|rows)$/.test(first?.lower ?? '') && isOf
  const target = reader.target(isList ? rest : given)
  if (target === undefined) return undefined
  const kind = isList
    ? 'list'
    : target.role === 'table' || target.role === 'list'
      ? target.role
      : undefined
  return { target: targetJson(target), what: kind ?? (isField(target.role) ? 'value' : 'text') }
}

function element(tokens: readonly Token[], what: string, reader: Reader): Found {
  const target = reader.target(tokens)
  if (target === undefined) return undefined
  const isAttribute = attributes.has(what)
  return {
    target: targetJson(target),
    what: isAttribute ? 'attribute' : what,
    ...(isAttribute ? { attribute: what } : {}),
  }
}

function isField(role: string | undefined): boolean {
  return role === 'field' || role === 'textbox' || role === 'searchbox' || role === 'combobox'
}

/** The name of a variable: bare, quoted, or `{{ vars.name }}`. */
function variableOf(tokens: readonly Token[] | undefined): string | undefined {
  if (tokens === undefined) return undefined
  const words = tokens.filter(({ lower }) => !/^(?:the|a|variable|named|called)$/.test(lower))
  const [only, ...more] = words
  if (only === undefined || more.length > 0) return undefined
  return /^\{\{\s*(?:vars\.)?(\w+)\s*\}\}$/.exec(only.text)?.[1] ?? only.text
}

function extract(what: Found, as: string | undefined): RuleReading {
  if (what === undefined || as === undefined) return undefined
  if (!variableName.test(as)) {
    const message = `"${as}" cannot be the name of a variable: it has letters, digits and _ only`
    return { code: 'INVALID_VALUE', message }
  }
  return { do: 'extract', ...what, as }
}

const verbs = 'remember|save|store|keep|note|read|get|grab|capture|extract|copy|record'

export const findRules: readonly Rule[] = [
  {
    form: 'Remember the text of the Total cell as total',
    patterns: [`${verbs} [down] <what> as|into <name>`, `${verbs} [down] <what> in|to <name>`],
    read: ({ what, name }, reader) => extract(found(what, reader), variableOf(name)),
  },
  {
    form: 'Extract the text of the Total cell',
    patterns: ['extract|read <what>', 'get|grab the <what>'],
    read: ({ what }, reader) => {
      const meant = found(what, reader)
      return meant && { do: 'extract', ...meant }
    },
  },
]

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
