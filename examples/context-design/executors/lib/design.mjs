import { marked } from 'marked'

/**
 * Reads a design from Markdown: its title and sections, and whatever does not fit what was
 * declared.
 */
export function readDesign(markdown, declared, dependencies) {
  const tokens = marked.lexer(markdown)
  const title = tokens.find(({ type, depth }) => type === 'heading' && depth === 1)?.text
  const sections = sectionsOf(tokens)
  const problems = [
    ...(title === undefined ? ['it has no title'] : []),
    ...declared.flatMap((wanted) => problemsOf(wanted, sections)),
    ...unknownOf(sections, dependencies),
  ]
  return { design: { title: title ?? null, sections }, problems }
}

/** What stands below each heading of the second level. */
function sectionsOf(tokens) {
  const sections = []
  for (const token of tokens) {
    if (token.type === 'heading' && token.depth <= 2) {
      if (token.depth === 2) sections.push({ heading: token.text, text: '', items: [] })
      continue
    }
    const section = sections.at(-1)
    if (section === undefined) continue
    if (token.type === 'list') section.items.push(...token.items.map(itemOf))
    else section.text = `${section.text}${token.raw}`.trim()
  }
  return sections
}

function itemOf({ text }) {
  const [name, ...rest] = text.split(':')
  return { name: name.replaceAll(/[`*]/g, '').trim(), description: rest.join(':').trim() }
}

function problemsOf({ heading, list }, sections) {
  const found = sections.filter((section) => section.heading === heading)
  if (found.length === 0) return [`there is no section "${heading}"`]
  if (found.length > 1) return [`there are ${found.length} sections "${heading}"`]
  const [{ text, items }] = found
  if (list && items.length === 0) return [`"${heading}" has no list`]
  if (!list && text === '') return [`"${heading}" says nothing`]
  return []
}

/** A design may use only what the project has. */
function unknownOf(sections, dependencies) {
  const known = new Set(dependencies.map(({ name }) => name))
  const used = sections.find(({ heading }) => heading === 'Dependencies')?.items ?? []
  return used
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => `"Dependencies" names ${name}, which the project does not have`)
}
