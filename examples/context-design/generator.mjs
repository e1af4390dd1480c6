// Stands in for the command line of a model: reads a prompt, and writes Markdown. Like one, it
// forgets something the first time: the last section, until it is told so.
import { text } from 'node:stream/consumers'

const prompt = await text(process.stdin)
const [, name, description] = /^Write the design of the context (\w+): (.*)$/m.exec(prompt)
const headings = [...prompt.matchAll(/^- ## ([^,\n]+)/gm)].map(([, heading]) => heading)
const isRevision = prompt.includes('What you wrote before does not fit')
const written = isRevision ? headings : headings.slice(0, -1)

console.log(`# ${name}`)
for (const [index, heading] of written.entries()) {
  console.error(`${Math.round((100 * index) / written.length)}% ${heading}`)
  console.log(`\n## ${heading}\n\n${contentOf(heading)}`)
}

function contentOf(heading) {
  switch (heading) {
    case 'Entities':
      return `- ${name}: what the stories are about`
    case 'Functions':
      return linesAfter('Stories')
        .join('\n')
        .replaceAll(/^- (.*)$/gm, '- `$1`: as the story says')
    case 'Dependencies':
      return linesAfter('It may use').join('\n')
    default:
      return description
  }
}

/** The lines of one part of the prompt. */
function linesAfter(heading) {
  const [, after = ''] = prompt.split(`\n${heading}:\n`)
  const [part] = after.split('\n\n')
  return part.split('\n')
}
