import type { LoggedEvent } from './events.ts'
import { interactionWords } from './interaction-words.ts'
import { clockTime, oneLine } from './line-text.ts'
import type { LineContext, Said, Words } from './line-words.ts'
import { observedWords } from './observed-words.ts'
import { sessionWords } from './session-words.ts'
import { stepWords } from './step-words.ts'

const words: Words<string> = {
  ...sessionWords,
  ...stepWords,
  ...interactionWords,
  ...observedWords,
}

/**
 * An event as lines that people read: when it was, in UTC, which step it is about, and what happened.
 * Most are one; what a program wrote is as many as it has, and what is not worth reading is none.
 * None has a line break or a control character in it.
 */
export function eventLines(
  event: LoggedEvent,
  { baseUrl = '' }: Partial<LineContext> = {},
): readonly string[] {
  const say = words[event.type] as ((event: LoggedEvent, context: LineContext) => Said) | undefined
  // A log may have types that a newer service wrote.
  const said = say?.(event, { baseUrl }) ?? []
  const { stepId } = event as { readonly stepId?: string }
  // What a program wrote stands behind a bar of its own.
  const colon = event.type === 'step.output' ? '' : ':'
  const subject = stepId === undefined ? '' : `${oneLine(stepId)}${colon} `
  return [said].flat().map((text) => `${clockTime(event.at)} ${subject}${text}`)
}
