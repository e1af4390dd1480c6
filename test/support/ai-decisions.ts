import { answers, type Said, type Turn, whenAsked } from './ai-server.ts'

/** A model that decides this, with nulls as strict schemas have them. */
export function decides(next: object, thought = 'It comes next.', said: Said = {}): Turn {
  return answers({ thought, next }, said)
}

export const clicks = (ref: string, thought?: string, said?: Said): Turn =>
  decides({ do: 'click', ref, button: null, count: null, modifiers: null }, thought, said)

export const fills = (ref: string, text: string): Turn =>
  decides({ do: 'fill', ref, text, secret: null, append: null, submit: null })

export const fillsSecret = (ref: string, secret: string): Turn =>
  decides({ do: 'fill', ref, text: null, secret, append: null, submit: null })

export const opens = (url: string): Turn => decides({ do: 'open', url })

/** Done, by a text that is to stand on the page. */
export const isDone = (text: string, more: object = {}): Turn =>
  decides({ do: 'done', summary: 'It is done.', evidence: [{ text, ref: null }], ...more })

export const givesUp = (reason: string): Turn => decides({ do: 'fail', reason })

/** Clicks what has this name on the page that it is shown, whatever its ref is there. */
export const clicksNamed =
  (name: string, said?: Said): Turn =>
  (asked, response, request) => {
    const page = asked.messages.at(-1)?.content ?? ''
    const ref = new RegExp(`"${name}" \\[ref=(\\w+)\\]`).exec(page)?.[1] ?? 'e0'
    clicks(ref, undefined, said)(asked, response, request)
  }

export { whenAsked }
