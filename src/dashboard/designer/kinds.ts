import type { Json } from '../../json.ts'
import type { Executor } from '../api/types.ts'

/** Kinds of step that are looked for together. */
const groups: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Work', ['webhook', 'command', 'workflow']],
  ['Order and time', ['wait', 'condition', 'signal']],
  ['People and devices', ['approval', 'client']],
  ['Browser and AI', ['browser', 'ai']],
]

export interface KindGroup {
  readonly title: string
  readonly kinds: readonly Executor[]
}

/** The kinds in their groups, those of the service's own modules last; what a search finds, by its name first. */
export function groupKinds(executors: readonly Executor[], find: string): readonly KindGroup[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  const found = executors.filter(({ name, description }) => {
    const text = `${name} ${description}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  if (words.length > 0) {
    const wanted = words.join(' ')
    const rank = ({ name }: Executor) =>
      name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(wanted) ? 2 : 3
    const kinds = found.toSorted((one, other) => rank(one) - rank(other))
    return kinds.length === 0 ? [] : [{ title: 'Found', kinds }]
  }
  const known = new Set(groups.flatMap(([, names]) => names))
  return [
    ...groups.map(([title, names]) => ({
      title,
      kinds: names.flatMap((name) => found.find((kind) => kind.name === name) ?? []),
    })),
    { title: 'Of this service', kinds: found.filter(({ name }) => !known.has(name)) },
  ].filter(({ kinds }) => kinds.length > 0)
}

/** What a new step begins with, so that there is something to change. */
const starts: Readonly<Record<string, Json>> = {
  webhook: { method: 'GET', url: 'https://example.com/' },
  command: { run: ['echo', 'hello'] },
  wait: { for: '1s' },
  condition: { if: 'true' },
  approval: { prompt: 'Shall it go on?' },
  signal: { name: 'ready' },
  client: { command: {} },
  browser: { do: 'open', url: 'https://example.com/' },
  ai: { goal: '' },
  workflow: { workflow: '' },
}

export function newStep(uses: string): Json {
  const input = starts[uses]
  return { uses, ...(input === undefined ? {} : { with: input }) }
}
