import type { JsonObject } from '../../../json.ts'
import type { Claim, Reader, Rule, RuleReading } from '../language.ts'
import type { Token } from '../tokens.ts'
import { isOn } from './navigation.ts'
import { targetJson } from './pointer.ts'

export function assertion(claim: Claim): RuleReading {
  const { target, ...rest } = claim
  return { do: 'assert', ...(target && { target: targetJson(target) }), ...(rest as JsonObject) }
}

function verified(tokens: readonly Token[] | undefined, reader: Reader): RuleReading {
  const claim = reader.claim(tokens)
  return claim && assertion(claim)
}

/** What is seen: a quoted text anywhere on the page or in a part of it, or an element. */
export function seen(
  tokens: readonly Token[] | undefined,
  reader: Reader,
  not: boolean,
): RuleReading {
  const negation = not ? { not: true } : {}
  const [first, preposition, ...place] = tokens ?? []
  if (first !== undefined && (first.kind === 'quoted' || first.kind === 'template')) {
    const isIn = /^(?:in|on|inside|within|at)$/.test(preposition?.lower ?? '')
    const isEverywhere = preposition === undefined || (isIn && reader.isPage(place))
    const target = isIn && !isEverywhere ? reader.target(place) : undefined
    if (isEverywhere || target !== undefined) {
      return {
        do: 'assert',
        ...(target && { target: targetJson(target) }),
        that: 'text',
        by: 'contains',
        expected: first.text,
        ...negation,
      }
    }
  }
  const counted = reader.number(tokens?.slice(0, 1))
  const many = counted === undefined ? undefined : reader.target(tokens?.slice(1))
  if (many !== undefined && counted !== undefined) {
    return {
      do: 'assert',
      target: targetJson(many),
      that: 'count',
      by: 'equals',
      expected: counted,
      ...negation,
    }
  }
  const target = reader.target(tokens)
  return (
    target && {
      do: 'assert',
      target: targetJson(target),
      that: 'state',
      state: 'visible',
      ...negation,
    }
  )
}

const verbs =
  'check|verify|assert|expect|ensure|confirm|validate|make_sure|makes_sure|be_sure|see_to_it'

const sees = 'see|find|notice'

export const checkRules: readonly Rule[] = [
  {
    form: 'I should see "Welcome"',
    patterns: [
      `should [now|still] ${sees} [the] [text|message|words] <seen>`,
      `${sees} [the] [text|message|words] <seen>`,
      `should be able to ${sees} [the] [text|message|words] <seen>`,
      `can [now|still] see [the] [text|message|words] <seen>`,
      `${verbs} [that|if|whether] i|we|you|the_user|user [can|should] see|sees [the] [text|message] <seen>`,
      `${verbs} to see [the] [text|message] <seen>`,
    ],
    read: ({ seen: what }, reader) => seen(what, reader, false),
  },
  {
    form: 'I should not see "Error"',
    patterns: [
      `should not|never|no_longer ${sees} [the] [text|message|words] <seen>`,
      `shouldn't|don't|doesn't|can't|cannot|mustn't ${sees} [the] [text|message|words] <seen>`,
      `do|does|can|must not ${sees} [the] [text|message|words] <seen>`,
      `no longer ${sees} [the] [text|message|words] <seen>`,
      `${verbs} [that|if|whether] i|we|you|the_user|user do_not|don't|cannot|can't|should_not|does_not see [the] [text|message] <seen>`,
    ],
    read: ({ seen: what }, reader) => seen(what, reader, true),
  },
  {
    form: 'Check that the page title is "Home"',
    patterns: [`${verbs} that|if|whether|for <claim>`, `${verbs} that|if|whether now <claim>`],
    read: ({ claim }, reader) => verified(claim, reader),
  },
  {
    form: 'Verify the total is "10.00"',
    patterns: [`${verbs} <claim>`],
    read: ({ claim }, reader) => verified(claim, reader),
  },
  {
    form: 'Verify that I am on the login page',
    patterns: [
      `${verbs} [that|if|whether] i|we|you|the_user|user am|are|is on|at <place>`,
      `${verbs} [that|if|whether] i|we|you|the_user|user am|are|is redirected|taken|sent to <place>`,
    ],
    read: ({ place }, reader) => isOn(place, reader),
  },
  {
    form: 'Verify the text "Welcome"',
    patterns: [
      'verify|assert|expect|ensure|confirm|validate [for] [the] text|message [of] <text>',
      'check for [the] text|message <text>',
    ],
    read: ({ text }, reader) => {
      const expected = reader.marked(text)
      return expected === undefined
        ? undefined
        : { do: 'assert', that: 'text', by: 'contains', expected }
    },
  },
  {
    form: 'There are 3 rows',
    patterns: ["there|there's <claim>"],
    read: ({ claim = [] }, reader) =>
      verified([{ kind: 'word', raw: 'there', text: 'there', lower: 'there' }, ...claim], reader),
  },
]
