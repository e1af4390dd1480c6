import type { Claim, Reader, Rule, RuleReading } from '../language.ts'
import type { Token } from '../tokens.ts'
import { assertion } from './checks.ts'
import { targetJson } from './pointer.ts'

/** Waits until a claim holds: an element or a text by `waitFor`, anything else by an assertion, which waits too. */
function until(claim: Claim | undefined): RuleReading {
  if (claim === undefined) return undefined
  const gone = claim.not ? { gone: true } : {}
  if (claim.that === 'state' && claim.state === 'visible' && claim.target !== undefined) {
    return { do: 'waitFor', target: targetJson(claim.target), ...gone }
  }
  if (claim.that === 'text' && claim.target === undefined && claim.by === 'contains') {
    return { do: 'waitFor', text: String(claim.expected), ...gone }
  }
  return assertion(claim)
}

/** What is waited for by its name alone must be told apart from other words: quoted, or with its kind. */
function thing(tokens: readonly Token[] | undefined, reader: Reader, gone: boolean): RuleReading {
  const [only, ...more] = tokens ?? []
  const ending = gone ? { gone: true } : {}
  if (only?.kind === 'quoted' && more.length === 0)
    return { do: 'waitFor', text: only.text, ...ending }
  const target = reader.target(tokens)
  const isClear =
    target?.role !== undefined || target?.selector !== undefined || only?.kind === 'template'
  return target && isClear ? { do: 'waitFor', target: targetJson(target), ...ending } : undefined
}

const limits = ['up_to|at_most|no_more_than|max|maximum|for_up_to|a_maximum_of']

/** Each form also with a limit before what is waited for: "Wait up to 10 seconds for …". */
function waits(form: string, behind: readonly string[], read: Rule['read']): readonly Rule[] {
  return [
    { form, patterns: behind.map((pattern) => `wait ${pattern}`), read },
    {
      form: 'Wait up to 30 seconds for the Results table to appear',
      patterns: behind.flatMap((pattern) => [
        `wait [${limits[0]}] <limit> ${pattern}`,
        `wait for [${limits[0]}] <limit> ${pattern}`,
      ]),
      read: (slots, reader, around) => {
        const timeout = reader.duration(slots['limit'])
        if (timeout === undefined) return undefined
        const reading = read(slots, reader, around)
        return reading !== undefined && 'do' in reading ? { ...reading, timeout } : reading
      },
    },
  ]
}

export const waitRules: readonly Rule[] = [
  ...waits(
    'Wait until the page has loaded',
    [
      'until|for [the] page|site|screen has loaded|finished_loading|fully_loaded|completely_loaded',
      'until|for [the] page|site|screen is loaded|ready|fully_loaded|idle|stable',
      'until|for [the] page|site|screen loads|settles|finishes_loading',
      'for [the] page|site|screen to load|finish_loading|be_loaded|be_ready|settle',
      'for [the] page|site|screen|navigation',
      'for [the] page load|to_finish',
      'for [the] navigation to finish|complete|end',
      'until [the] navigation has|is finished|completed|done|over',
    ],
    () => ({ do: 'waitFor', loaded: true }),
  ),
  ...waits(
    'Wait until "Saved" appears',
    ['until|till <claim>', 'for <claim>'],
    ({ claim }, reader) => textShown(claim, reader) ?? until(reader.claim(claim)),
  ),
  ...waits(
    'Wait for the Results table',
    ['for|on [the] text|message <text>', 'for <thing>'],
    (slots, reader) => {
      const text = reader.marked(slots['text'])
      if (slots['text'] !== undefined)
        return text === undefined ? undefined : { do: 'waitFor', text }
      return thing(slots['thing'], reader, false)
    },
  ),
]

/** A quoted text without its kind is looked for anywhere. */
function textShown(tokens: readonly Token[] | undefined, reader: Reader): RuleReading {
  const words = tokens?.[0]?.lower === 'the' ? tokens.slice(1) : (tokens ?? [])
  const from = words[0]?.lower === 'text' ? 1 : 0
  if (words[from]?.kind !== 'quoted') return undefined
  const claim = reader.claim(words.slice(from))
  if (claim?.that !== 'state' || claim.state !== 'visible' || claim.target === undefined)
    return undefined
  const { name, ...rest } = claim.target
  if (name === undefined || Object.keys(rest).length > 0) return undefined
  return { do: 'waitFor', text: name, ...(claim.not ? { gone: true } : {}) }
}
