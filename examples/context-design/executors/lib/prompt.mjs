/** Asks for a design: of all that there is, what matters to it. */
export function promptOf({ project, context, stories, dependencies, rules }, sections) {
  const ofContext = stories.filter((story) => story.context === context.name)
  const matching = rules.filter(({ appliesTo }) => appliesTo.includes('context-design'))
  return [
    `Write the design of the context ${context.name}: ${context.description}`,
    part('The project', [project.trim()]),
    part('Stories', ofContext.map(titleOf)),
    part('It may use', dependencies.map(nameAndDescription)),
    part('Rules', matching.map(textOf)),
    part(`Begin with "# ${context.name}"; write these sections`, sections.map(headingOf)),
  ].join('\n')
}

/** Asks for it again, and says what was wrong. */
export function revisionOf(prompt, problems) {
  return [prompt, part('What you wrote before does not fit', problems)].join('\n')
}

const titleOf = ({ title }) => `- ${title}`
const textOf = ({ text }) => `- ${text}`
const nameAndDescription = ({ name, description }) => `- ${name}: ${description}`
const headingOf = ({ heading, list }) =>
  `- ## ${heading}${list ? ', a list of "name: what it is"' : ''}`

function part(heading, lines) {
  return `\n${heading}:\n${lines.length === 0 ? 'nothing' : lines.join('\n')}`
}
