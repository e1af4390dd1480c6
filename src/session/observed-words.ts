import { because, oneLine, size, span } from './line-text.ts'
import type { LineContext, Words } from './line-words.ts'
import type { ObservedType } from './observed.ts'
import { counted } from './words.ts'

/** What the events of an attempt at its work say. */
export const observedWords: Words<ObservedType> = {
  // Its end follows, with the same words.
  'browser.command_started': () => undefined,
  'browser.command_completed': ({ data: { description, durationMs } }) =>
    `${oneLine(description)} (${span(durationMs)})`,
  'browser.command_failed': ({ data: { description, failure } }) => {
    const named = failure.candidates?.map(({ role, name }) => `${role} "${name}"`) ?? []
    const found = named.length === 0 ? '' : `; found: ${oneLine(named.join(', '))}`
    return `could not ${oneLine(description)}: ${oneLine(failure.message)} (${failure.code})${found}`
  },
  'browser.navigated': ({ data: { url, status, title } }) => {
    const named = title === undefined ? '' : ` "${oneLine(title)}"`
    return `page${named} ${oneLine(url)}${status === undefined ? '' : ` (${status})`}`
  },
  'browser.dialog': ({ data: { type, message, accepted } }) =>
    `dialog (${type}) ${accepted ? 'accepted' : 'dismissed'}${because(message)}`,
  'browser.tab': ({ data: { change, url } }) => `tab ${change}${because(url)}`,
  'browser.downloaded': ({ data: { artifact, name, bytes } }, context) =>
    `downloaded ${oneLine(name)} (${size(bytes)}): ${linkOf(artifact, context)}`,
  'browser.blocked': ({ data: { url, reason } }) => `blocked ${oneLine(url)}${because(reason)}`,
  'browser.cache': ({ data: { result, reason } }) => {
    const said = cached[result]
    return said === undefined ? undefined : `${said}${because(reason)}`
  },
  'screenshot.captured': ({ data: { artifact, url, reason, name } }, context) => {
    const what = name === undefined ? 'screenshot' : `screenshot "${oneLine(name)}"`
    return `${what} (${reason}) of ${oneLine(url)}: ${linkOf(artifact, context)}`
  },
  'artifact.captured': ({ data: { artifact, name, kind, bytes } }, context) =>
    `${kind} ${oneLine(name)} (${size(bytes)}): ${linkOf(artifact, context)}`,
  'ai.reasoning': ({ data: { thought } }) => `thinks${because(thought)}`,
  'ai.usage': ({ data: { model, promptTokens, completionTokens, durationMs } }) =>
    `asked ${oneLine(model)}: ${counted(promptTokens + completionTokens, 'token')} in ${span(durationMs)}`,
  'warning.issued': ({ data: { code, message } }) =>
    `warning: ${oneLine(message)} (${oneLine(code)})`,
}

/** A lookup without a consequence is not worth a line. */
const cached = {
  hit: 'done again as before, without the AI',
  miss: undefined,
  healed: 'a part of what was kept is found anew',
  stored: undefined,
  evicted: 'what was kept failed too often and is dropped',
} as const

function linkOf(artifact: string, { baseUrl }: LineContext): string {
  return `${baseUrl}/v1/artifacts/${artifact}`
}
