import type { Json } from '../../../json.ts'
import type { Reader, Rule } from '../language.ts'
import type { Token } from '../tokens.ts'
import { targetJson } from './pointer.ts'

const ways: Readonly<Record<string, string>> = {
  up: 'up',
  upwards: 'up',
  down: 'down',
  downwards: 'down',
  left: 'left',
  right: 'right',
  top: 'top',
  beginning: 'top',
  start: 'top',
  bottom: 'bottom',
  end: 'bottom',
}

function wayOf(tokens: readonly Token[] | undefined): string | undefined {
  const word = tokens?.length === 1 ? (tokens[0]?.lower ?? '') : ''
  return Object.hasOwn(ways, word) ? ways[word] : undefined
}

/** Artifacts that a step before has made, one or more. */
function filesOf(tokens: readonly Token[] | undefined): Json | undefined {
  const words = (tokens ?? []).filter(
    ({ lower }) => !/^(?:the|a|file|files|artifact|document)$/.test(lower),
  )
  const names = words.filter(({ kind, lower }) => kind !== 'comma' && lower !== 'and')
  const areFiles = names.every(({ kind, text }) => kind !== 'word' || /^[\w.-]+$/.test(text))
  const arePlain = names.every(({ kind }) => kind !== 'word') || names.length === 1
  if (names.length === 0 || names.length > 10 || !areFiles || !arePlain) return undefined
  const [only] = names
  const isName = only?.kind !== 'word' || /^art_|\.\w+$/.test(only.text)
  return isName ? names.map(({ text }) => ({ artifact: text })) : undefined
}

function screenshot(
  { of, name }: Readonly<Record<string, readonly Token[]>>,
  reader: Reader,
  fullPage: boolean,
) {
  const isPage = of === undefined || reader.isPage(of) || reader.isPage(of.slice(1))
  const isWhole = of?.some(
    ({ lower }) => lower === 'full' || lower === 'whole' || lower === 'entire',
  )
  const target = isPage || isWhole ? undefined : reader.target(of)
  if (!isPage && !isWhole && target === undefined) return undefined
  const called = name === undefined ? undefined : reader.value(name)
  return {
    do: 'screenshot' as const,
    ...(target && { target: targetJson(target) }),
    ...(called && { name: called }),
    ...(fullPage || isWhole ? { fullPage: true } : {}),
  }
}

const picture = 'screenshot|screen_shot|picture|snapshot'

/** What is done with the page as a whole, and with files. */
export const pageRules: readonly Rule[] = [
  {
    form: 'Scroll down',
    patterns: [
      'scroll <way>',
      'scroll the page <way>',
      'scroll [down|up] to [the] [very] <way> [of_the_page]',
    ],
    read: ({ way }) => {
      const direction = wayOf(way)
      return direction === undefined ? undefined : { do: 'scroll', direction }
    },
  },
  {
    form: 'Scroll down 300 pixels',
    patterns: ['scroll <way> [by] <count> pixels|px', 'scroll [by] <count> pixels|px [down]'],
    read: ({ way, count }, reader) => {
      const direction = way === undefined ? 'down' : wayOf(way)
      const pixels = reader.number(count)
      return direction && pixels ? { do: 'scroll', direction, pixels } : undefined
    },
  },
  {
    form: 'Scroll to the Billing section',
    patterns: [
      'scroll [up|down] [in] to|until|till <target> is|are visible|shown|in_view',
      'scroll [up|down] to <target>',
      'scroll <target> into [the] view|viewport',
      'scroll until|till i|you see <target>',
      'bring <target> into view',
    ],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'scroll', target: targetJson(found) }
    },
  },
  {
    form: 'Upload {{ steps.report.output.artifact }} to the File field',
    patterns: [
      'upload|attach <files> to|into|in|using|with|through|on <target>',
      'upload|attach <files>',
      'choose|select [the] file|files <files> for|in|with <target>',
    ],
    read: ({ files, target }, reader) => {
      const given = filesOf(files)
      const field = target && reader.target(target)
      if (given === undefined || (target !== undefined && field === undefined)) return undefined
      return { do: 'upload', ...(field && { target: targetJson(field) }), files: given }
    },
  },
  {
    form: 'Download the invoice',
    patterns: [
      'download [the] file|files|it by|with|via [clicking|pressing] [on] <target>',
      'download <file> by|with|via clicking|pressing [on] <target>',
      'click|press|tap [on] <target> to download [it|the_file]',
      'click|press|tap [on] <target> and download [it|the_file]',
      'download <target>',
    ],
    read: ({ target }, reader) => {
      const found = reader.target(target)
      return found && { do: 'download', target: targetJson(found) }
    },
  },
  {
    form: 'Take a screenshot',
    patterns: [
      `take|make|capture|create|save [a|an|another] ${picture}`,
      `take|make|capture|create|save [a|an|another] ${picture} of <of> as|named|called <name>`,
      `take|make|capture|create|save [a|an|another] ${picture} as|named|called <name>`,
      `take|make|capture|create|save [a|an|another] ${picture} of <of>`,
      'screenshot',
      'screenshot <of> as|named|called <name>',
      'screenshot <of>',
    ],
    read: (slots, reader) => screenshot(slots, reader, false),
  },
  {
    form: 'Take a full-page screenshot',
    patterns: [
      `take|make|capture|create|save [a|an] full-page|full_page|whole-page ${picture}`,
      `take|make|capture|create|save [a|an] full-page|full_page|whole-page ${picture} as|named|called <name>`,
    ],
    read: (slots, reader) => screenshot(slots, reader, true),
  },
]
