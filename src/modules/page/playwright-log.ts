import { stripVTControlCharacters } from 'node:util'

/** What Playwright's call log says of why an action had to wait: the last reason counts. Source: its server's dom.ts. */
const reasons: readonly (readonly [said: RegExp, state: string])[] = [
  [/element is not visible/g, 'hidden'],
  [/element is not enabled/g, 'disabled'],
  [/element is not editable|not an <input>|readonly/g, 'not editable'],
  [/element is not stable/g, 'moving'],
  [/element is outside of the viewport/g, 'outside of what the window can show'],
  [/element was detached/g, 'being replaced again and again'],
  [/waiting for (locator|aria-ref|getBy)/g, 'gone'],
]

/** What lies over the element that was to be clicked, as its tag; undefined: nothing does. */
export function coverOf(message: string): string | undefined {
  const lines = stripVTControlCharacters(message).split('\n')
  const line = lines.findLast((one) => one.includes('intercepts pointer events'))
  if (line === undefined) return undefined
  const [, tag = 'another element'] =
    /(<.*>)(?: subtree)? intercepts pointer events/.exec(line) ?? []
  return tag.replace(/^.*<\/\S+> from (?=<)/, '').slice(0, 200)
}

/** Why the element could not be acted on. */
export function readinessOf(message: string): string | undefined {
  const text = stripVTControlCharacters(message)
  const last = reasons
    .map(([said, state]) => ({ state, at: [...text.matchAll(said)].at(-1)?.index ?? -1 }))
    .toSorted((one, other) => other.at - one.at)[0]
  if (last === undefined || last.at < 0) return undefined
  return last.state
}

/** The click had begun when time ran out: doing it again might do it twice. */
export function wasPerformed(error: unknown): boolean {
  return error instanceof Error && /performing \w+ action/.test(error.message)
}
