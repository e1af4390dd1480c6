/** A template as somebody wrote it. */
const template = /\{\{.*?\}\}/gs

/** What is left as it is written: templates, and what stands in quotes. */
const literal = /(\{\{.*?\}\}|"[^"]*"|“[^”]*”|`[^`]*`|(?<!\w)'[^']+'(?!\w))/s

/**
 * A sentence or a goal without what does not change its meaning: case, spaces, full stops at its
 * end. Quotes and templates stay as they are, since they are values.
 */
export function normalisedText(text: string): string {
  return trimEnd(text.trim())
    .split(literal)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/\s+/g, ' ').toLowerCase()))
    .join('')
}

/** The templates of a text, spaces in them left out. */
export function templatesOf(text: string): readonly string[] {
  return (text.match(template) ?? []).map((found) => found.replaceAll(/\s+/g, ''))
}

/** Without full stops and spaces; a loop, because a pattern for it is quadratic. */
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === '.' || text[end - 1] === ' ')) end--
  return text.slice(0, end)
}
