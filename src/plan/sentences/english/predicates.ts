import { countOf } from '../claims.ts'
import type { Claim, ClaimSubject, Predicate, Reader } from '../language.ts'
import type { Token } from '../tokens.ts'

type Slot = readonly Token[] | undefined

/** The kinds of element whose text is a value. */
const valued: ReadonlySet<string | undefined> = new Set([
  'field',
  'textbox',
  'searchbox',
  'combobox',
  'spinbutton',
  'slider',
])

/** The kinds that are chosen, so that "active" says which. */
const chosen: ReadonlySet<string | undefined> = new Set([
  'tab',
  'option',
  'menuitem',
  'link',
  'row',
])

/** What adjectives say; `false`: the opposite. */
const states: readonly (readonly [state: string, holds: boolean, words: string])[] = [
  ['visible', true, 'visible|displayed|shown|present|there|available|in_view|rendered'],
  ['visible', false, 'hidden|invisible|gone|absent|missing|removed|out_of_view|away'],
  ['enabled', true, 'enabled|clickable|usable'],
  ['enabled', false, 'disabled|inactive|greyed_out|grayed_out|unclickable'],
  ['checked', true, 'checked|ticked|on|switched_on|turned_on|toggled_on|in_the_on_position'],
  [
    'checked',
    false,
    'unchecked|unticked|off|switched_off|turned_off|toggled_off|in_the_off_position',
  ],
  ['selected', true, 'selected|chosen'],
  ['selected', false, 'unselected|deselected'],
  ['focused', true, 'focused|in_focus'],
  ['focused', false, 'blurred|out_of_focus'],
  ['editable', true, 'editable|writable'],
  ['editable', false, 'read-only|readonly|read_only'],
  ['expanded', true, 'expanded|open|opened|unfolded'],
  ['expanded', false, 'collapsed|closed|folded'],
  ['empty', true, 'empty|blank|cleared'],
  ['empty', false, 'filled|filled_in'],
]

function stateOf(subject: ClaimSubject, state: string, holds: boolean): Claim | undefined {
  const { target, count, of } = subject
  if (of !== undefined) return undefined
  if (count !== undefined) return state === 'visible' && holds ? countOf(subject) : undefined
  if (target === undefined) return undefined
  // A dialog that is open is one that is seen.
  const isShown = state === 'expanded' && (target.role === 'dialog' || target.role === 'alert')
  const claim = { target, that: 'state' as const, state: isShown ? 'visible' : state }
  return holds ? claim : { ...claim, not: true }
}

/** The same, with where it is told behind the verb: "appears in the list". */
function placed(subject: ClaimSubject, place: Slot, reader: Reader): ClaimSubject | undefined {
  if (place === undefined) return subject
  const container = reader.target(place)
  const { target } = subject
  if (target === undefined) return undefined
  if (reader.isPage(place)) return subject
  return container && { ...subject, target: { ...target, in: container } }
}

function compare(
  { target, of, count }: ClaimSubject,
  by: 'equals' | 'contains' | 'matches',
  expected: string | undefined,
): Claim | undefined {
  if (expected === undefined || count !== undefined) return undefined
  const isValue = valued.has(target?.role)
  const number = of?.that === 'count' && /^\d{1,9}$/.test(expected) ? Number(expected) : undefined
  if (of?.that === 'count' && number === undefined && !expected.includes('{{')) return undefined
  return {
    ...(target === undefined ? {} : { target }),
    that: of?.that ?? (isValue ? 'value' : 'text'),
    ...(of?.attribute === undefined ? {} : { attribute: of.attribute }),
    by,
    expected: number ?? expected,
  }
}

/** A number, a quoted text or an expression; other words only where what is compared is named. */
function expectedOf(slot: Slot, reader: Reader, { of, target }: ClaimSubject): string | undefined {
  const isNumber = /^[-+]?[$€£]?\d[\d.,:%/-]*[%€$£]?$/.test(
    slot?.length === 1 ? (slot[0]?.raw ?? '') : '',
  )
  if (isNumber || of !== undefined || valued.has(target?.role)) return reader.value(slot)
  return reader.marked(slot)
}

/** Text as a regular expression that means it; undefined where it holds an expression, whose value is not known. */
function literal(text: string | undefined): string | undefined {
  if (text === undefined || text.includes('{{')) return undefined
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

const withStates: readonly Predicate[] = states.flatMap(([state, holds, words]) => [
  {
    patterns: [`be [now|already|still|currently] ${words}`],
    read: (_, __, subject) => stateOf(subject, state, holds),
  },
  {
    patterns: [`be [now|already|still|currently] ${words} in|on|inside|within <place>`],
    read: ({ place }, reader, subject) => {
      const there = placed(subject, place, reader)
      return there && stateOf(there, state, holds)
    },
  },
])

/** What may be said of the page and its elements. */
export const predicates: readonly Predicate[] = [
  ...withStates,
  {
    patterns: ['be [now|already|still|currently] active'],
    read: (_, __, subject) =>
      chosen.has(subject.target?.role) ? stateOf(subject, 'selected', true) : undefined,
  },
  {
    patterns: [
      'exist|appear|show [up]',
      'exist|appear|show [up] in|on|inside|within <place>',
      'be in|on|inside|within <place>',
      'become visible',
    ],
    read: ({ place }, reader, subject) => {
      const there = placed(subject, place, reader)
      return there && stateOf(there, 'visible', true)
    },
  },
  {
    patterns: ['disappear|disappeared|vanish|vanished|close|closed|gone', 'go away'],
    read: (_, __, subject) => stateOf(subject, 'visible', false),
  },
  {
    patterns: ['appeared', 'appeared in|on <place>'],
    read: ({ place }, reader, subject) => {
      const there = placed(subject, place, reader)
      return there && stateOf(there, 'visible', true)
    },
  },
  {
    patterns: ['have|has [the|keyboard] focus'],
    read: (_, __, subject) => stateOf(subject, 'focused', true),
  },
  {
    patterns: ['have|has [the|a] class|css_class <value>', 'have|has [the] class_name <value>'],
    read: ({ value }, reader, { target }) => {
      const expected = reader.value(value)
      return target && expected ? { target, that: 'class', expected } : undefined
    },
  },
  {
    patterns: [
      'have|has [the|an|a] attribute <attribute> [equal_to|set_to|with_the_value|with_value|of|=] <value>',
      'have|has [the|an|a] <attribute> attribute [equal_to|set_to|with_the_value|with_value|of|=] <value>',
      'have|has [the|an|a] attribute <attribute>',
    ],
    read: ({ attribute, value }, reader, { target }) => {
      const name = attribute?.length === 1 ? reader.value(attribute) : undefined
      const expected = value && reader.value(value)
      if (target === undefined || name === undefined) return undefined
      return {
        target,
        that: 'attribute',
        attribute: name,
        ...(expected && { by: 'equals', expected }),
      }
    },
  },
  ...['id', 'href', 'placeholder', 'src', 'alt', 'type', 'name', 'tooltip', 'aria-label'].map(
    (attribute): Predicate => ({
      patterns: [`have|has [the|an|a] ${attribute} [of|equal_to|=] <value>`],
      read: ({ value }, reader, { target }) => {
        const expected = reader.marked(value)
        if (target === undefined || expected === undefined) return undefined
        const name = attribute === 'tooltip' ? 'title' : attribute
        return { target, that: 'attribute', attribute: name, by: 'equals', expected }
      },
    }),
  ),
  {
    patterns: ['have|has [the|a] value [of|equal_to] <value>'],
    read: ({ value }, reader, { target }) =>
      target && compare({ target, of: { that: 'value' } }, 'equals', reader.value(value)),
  },
  {
    patterns: ['have|has [the] [exact] text|content [of|equal_to] <value>'],
    read: ({ value }, reader, { target }) =>
      target && compare({ target, of: { that: 'text' } }, 'equals', reader.value(value)),
  },
  {
    patterns: ['have|has [the|a] title [of|equal_to] <value>'],
    read: ({ value }, reader, subject) =>
      subject.target === undefined
        ? compare({ of: { that: 'title' } }, 'equals', reader.value(value))
        : undefined,
  },
  {
    patterns: ['have|has|contain|list [exactly|only] <count> <items>'],
    read: ({ count, items }, reader, { target, of }) => {
      const number = count?.length === 1 ? reader.number(count) : undefined
      const kind = reader.kind(items)
      if (number === undefined || kind === undefined || of !== undefined) return undefined
      return countOf({ target: { ...kind, ...(target && { in: target }) }, count: number })
    },
  },
  {
    patterns: [
      'contain|include [the] [text|message|value|word|words] <value>',
      'show|display|say|read|state|mention [the] text|message|value|word|words <value>',
      'show|display|say|read|state|mention <value>',
    ],
    read: ({ value }, reader, subject) => compare(subject, 'contains', reader.value(value)),
  },
  {
    patterns: [
      'equal [to] <value>',
      'be equal_to|equals|exactly|set_to <value>',
      'be [now|still|already] <value>',
    ],
    read: ({ value }, reader, subject) =>
      compare(subject, 'equals', expectedOf(value, reader, subject)),
  },
  {
    patterns: ['match [the] [pattern|regex|regular_expression] <value>'],
    read: ({ value }, reader, subject) => compare(subject, 'matches', reader.marked(value)),
  },
  {
    patterns: ['start|begin with <value>'],
    read: ({ value }, reader, subject) => {
      const text = literal(reader.value(value))
      return text === undefined ? undefined : compare(subject, 'matches', `^${text}`)
    },
  },
  {
    patterns: ['end|finish with|in <value>'],
    read: ({ value }, reader, subject) => {
      const text = literal(reader.value(value))
      return text === undefined ? undefined : compare(subject, 'matches', `${text}$`)
    },
  },
]
