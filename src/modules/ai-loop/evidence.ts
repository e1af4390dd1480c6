import type { Observation } from '../page/types.ts'
import type { Evidence } from './decision.ts'
import { nameOf, placed } from './nodes.ts'

/** Shorter texts stand everywhere. */
const SHORTEST = 2

/** What of the evidence the page does not show; undefined: it shows all of it. */
export function missingIn(
  evidence: readonly Evidence[],
  { nodes, title, url }: Pick<Observation, 'nodes' | 'title' | 'url'>,
): string | undefined {
  const all = [...placed(nodes)].map(({ node }) => node)
  const said = all.map((node) => [node.name, node.text, node.value].join(' '))
  const page = plain([title, url, ...said].join(' '))
  for (const each of evidence) {
    if ('text' in each) {
      const text = plain(each.text)
      if (text.length < SHORTEST || !page.includes(text)) return `the text "${each.text}"`
    } else if (!all.some((node) => node.role === each.role && nameOf(node) === each.name)) {
      return `${each.role} "${each.name}"`
    }
  }
  return evidence.length === 0 ? 'any evidence' : undefined
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}
