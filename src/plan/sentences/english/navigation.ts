import type { Reader, Rule, RuleReading, WrittenAction } from '../language.ts'
import { placeOf } from '../place.ts'
import type { Token } from '../tokens.ts'
import { clickOn } from './pointer.ts'

/** Words behind the name of a page that are no part of it. */
const pageWords: ReadonlySet<string> = new Set(['page', 'screen', 'site', 'website', 'webpage'])

/** What is opened by a click on it. */
const opened: ReadonlySet<string> = new Set([
  'menu',
  'sidebar',
  'drawer',
  'accordion',
  'details',
  'popover',
  'calendar',
  'filter',
  'filters',
])

const noPage: ReadonlySet<string> = new Set(['it', 'them', 'this', 'that', 'everything', 'new'])

/** "login page", "the Orders screen", "home". */
function pageNamed(tokens: readonly Token[]): { name: string; isPage: boolean } | undefined {
  const words = tokens.filter(({ lower }, index) => index > 0 || !/^(?:the|a|an|my)$/.test(lower))
  const isPage = pageWords.has(words.at(-1)?.lower ?? '')
  const named = isPage ? words.slice(0, -1) : words
  const [first] = named
  if (first === undefined || named.length > 6 || noPage.has(first.lower)) return undefined
  if (named.some(({ kind }) => kind === 'comma')) return undefined
  const isMarked = named.length === 1 && first.lower === ''
  const isPlain = named.every(({ lower }) => /^[\p{L}\p{N}&'’/#-]+$/u.test(lower))
  const goesOn = named.some(({ lower }) => /^(?:and|then|in|with|that|which|to)$/.test(lower))
  if (!isMarked && (!isPlain || goesOn)) return undefined
  const name = isMarked ? first.text : named.map(({ raw }) => raw).join(' ')
  return { name, isPage }
}

function withoutPageWords(tokens: readonly Token[]): readonly Token[] {
  const words = new Set(['the', 'url', 'address', 'page', 'website', 'site', 'link', 'at', 'path'])
  const from = tokens.findIndex(({ lower }) => !words.has(lower))
  return from === -1 ? tokens : tokens.slice(from)
}

/** "https://example.com", "the url /orders", "the “/orders” page". */
function addressOf(tokens: readonly Token[]): RuleReading {
  const said = withoutPageWords(tokens)
  const isPage = pageWords.has(said.at(-1)?.lower ?? '')
  return placeOf(isPage ? said.slice(0, -1) : said)
}

/** Opens an address, a page of the workflow's `pages`, or what leads to a page of that name. */
function goTo(tokens: readonly Token[] | undefined, reader: Reader): RuleReading {
  if (tokens === undefined) return undefined
  const place = addressOf(tokens)
  if (place !== undefined) return place
  const page = pageNamed(tokens)
  if (page === undefined) return undefined
  const url = reader.pages.get(page.name.toLowerCase())
  if (url !== undefined) return { do: 'open', url }
  return { do: 'open', page: page.name }
}

/** "Open" also means menus and tabs. */
function open(tokens: readonly Token[] | undefined, reader: Reader): RuleReading {
  const isNewTab =
    tokens?.some(({ lower }) => lower === 'new') && reader.target(tokens)?.role === 'tab'
  if (isNewTab) return undefined
  const going = goTo(tokens, reader)
  const page = tokens && pageNamed(tokens)
  if (going !== undefined && (page?.isPage || (going as WrittenAction)['page'] === undefined)) {
    return going
  }
  const target = reader.target(tokens)
  const isElement =
    target !== undefined &&
    (target.role !== undefined ||
      target.nth !== undefined ||
      target.in !== undefined ||
      opened.has(tokens?.at(-1)?.lower ?? ''))
  return isElement || going === undefined ? clickOn(tokens, reader) : going
}

export const navigationRules: readonly Rule[] = [
  {
    form: 'Go back',
    patterns: [
      'back',
      'go|navigate|return back',
      'go|navigate [back] to the previous|last page',
      'go|navigate back [to|one] <rest>',
      "click|press|hit the browser|browsers|browser's back [button]",
    ],
    read: ({ rest }, reader) =>
      rest === undefined ||
      reader.isPage(rest) ||
      /^(?:page|previous|step)$/.test(rest.at(-1)?.lower ?? '')
        ? { do: 'back' }
        : undefined,
  },
  {
    form: 'Go forward',
    patterns: [
      'forward',
      'go|navigate forward|forwards',
      'go|navigate forward [one] page',
      "click|press|hit the browser|browsers|browser's forward [button]",
    ],
    read: () => ({ do: 'forward' }),
  },
  {
    form: 'Reload the page',
    patterns: [
      'reload|refresh',
      'reload|refresh [the|this] [current] page|tab|screen|site|website|browser',
    ],
    read: () => ({ do: 'reload' }),
  },
  {
    form: 'Open https://example.com',
    patterns: ['open|launch|load [up] <place>'],
    read: ({ place }, reader) => open(place, reader),
  },
  {
    form: 'Go to the login page',
    patterns: [
      'go|navigate|browse|head|return|proceed [back] to|on_to <place>',
      'visit|access <place>',
      'navigate <place>',
    ],
    read: ({ place }, reader) => goTo(place, reader),
  },
  {
    form: 'Go to the home page',
    patterns: ['go home'],
    read: (_, reader) => goTo([{ kind: 'word', raw: 'home', text: 'home', lower: 'home' }], reader),
  },
  {
    form: 'Given I am on the login page',
    patterns: ['am|is|are|be on|at <place>', 'start on|at|from <place>'],
    read: ({ place }, reader, { given }) => (given ? goTo(place, reader) : isOn(place, reader)),
  },
  {
    form: 'I should be on the login page',
    patterns: [
      'should [now] be on|at <place>',
      'should be redirected|taken|sent|brought to <place>',
      'am|is|are [now] redirected|taken|sent|brought to <place>',
    ],
    read: ({ place }, reader) => isOn(place, reader),
  },
]

/** A claim about where the browser is: for an address, or a page whose address is known. */
export function isOn(tokens: readonly Token[] | undefined, reader: Reader): RuleReading {
  if (tokens === undefined) return undefined
  const place = addressOf(tokens)
  const page = pageNamed(tokens)
  const url =
    place !== undefined && 'do' in place
      ? place['url']
      : reader.pages.get(page?.name.toLowerCase() ?? '')
  if (typeof url !== 'string') return undefined
  return { do: 'assert', that: 'url', by: 'contains', expected: url }
}
