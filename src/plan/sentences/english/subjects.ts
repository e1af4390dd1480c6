import type { Claim, Subject } from '../language.ts'

/** What is of the page, or of an element, rather than the element itself. */
export const subjects: readonly Subject[] = [
  {
    patterns: ['[the|this] [current] page|screen|site|website', 'it'],
    read: () => ({}),
  },
  {
    patterns: ['[the] [current] [page|browser|tab] title', '[the] title of the page'],
    read: () => ({ of: { that: 'title' } }),
  },
  {
    patterns: [
      '[the] [current] [page|browser] url|address|location',
      '[the] url|address of the page',
      '[the] page_url',
    ],
    read: () => ({ of: { that: 'url' } }),
  },
  ofElement(['[the] text|content|contents|wording of|in <target>'], 'text'),
  ofElement(['[the] value of|in <target>'], 'value'),
  ofElement(['[the] number|count|amount of <target>'], 'count'),
  {
    patterns: [
      '[the] attribute <attribute> of <target>',
      '[the] <attribute> attribute of <target>',
      '[the] <attribute> of <target>',
    ],
    read: ({ attribute, target }, reader) => {
      const name = attribute?.length === 1 ? attribute[0]?.text : undefined
      const element = reader.target(target)
      const isKnown = /^(?:href|src|alt|id|placeholder|type|name|data-[\w-]+|aria-[\w-]+)$/.test(
        name ?? '',
      )
      if (name === undefined || element === undefined || !isKnown) return undefined
      return { target: element, of: { that: 'attribute', attribute: name } }
    },
  },
]

function ofElement(patterns: readonly string[], that: Claim['that']): Subject {
  return {
    patterns,
    read: ({ target }, reader) => {
      const element = reader.target(target)
      return element && { target: element, of: { that } }
    },
  }
}
