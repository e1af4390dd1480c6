import type { FrameWords } from '../language.ts'

export const frame: FrameWords = {
  prefixes: [
    'given',
    'when',
    'then',
    'and',
    'but',
    'now',
    'finally',
    'afterwards',
    'please',
    'just',
    'simply',
    '*',
    '-',
  ],
  hedged: ['first', 'next', 'also', 'second', 'secondly', 'lastly'],
  given: new Set(['given']),
  speakers: ['i', 'we', 'you', "i'll", 'let me', 'let us', "let's", 'try to', 'you can'],
  others: [
    'the user',
    'user',
    'a user',
    'the customer',
    'the admin',
    'the visitor',
    'somebody',
    'someone',
    'they',
    'he',
    'she',
  ],
  modals: [
    'can',
    'will',
    'must',
    'may',
    'want to',
    'wants to',
    'need to',
    'needs to',
    'have to',
    'has to',
    'try to',
    'tries to',
    'should be able to',
    'am able to',
    'is able to',
  ],
  timeouts: [
    '<rest> with|using a|the timeout of <time>',
    '<rest> with|using timeout [of] <time>',
    '<rest> with|using a <time> timeout',
    '<rest> within|in_under|in_less_than|for_up_to|waiting_up_to <time>',
  ],
  submits: [
    '<rest> and|then [then] press|presses|hit|hits|tap [the] enter|return [key]',
    '<rest> and|then [then] submit|submits|confirm [it|the_form|with_enter]',
  ],
}

/** A verb with its third person. */
export function inflect(verb: string): readonly string[] {
  if (!/^[a-z-]+$/.test(verb) || invariable.has(verb)) return [verb]
  if (/(?:s|x|z|ch|sh|o)$/.test(verb)) return [verb, `${verb}es`]
  if (/[^aeiou]y$/.test(verb)) return [verb, `${verb.slice(0, -1)}ies`]
  return [verb, `${verb}s`]
}

const invariable: ReadonlySet<string> = new Set([
  'there',
  'should',
  'can',
  'cannot',
  'am',
  'is',
  'are',
])

export const numbers: ReadonlyMap<string, number> = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, number) => [word, number]),
)
