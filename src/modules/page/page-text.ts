import type { Frame } from 'playwright-core'
import type { Acting } from './acting.ts'
import type { DomWindow } from './dom.ts'
import { isMoved } from './failures.ts'
import type { PageView } from './observer.ts'
import { ask } from './settle.ts'
import { flat } from './words.ts'

/** More of a page's text is not taken, in characters. */
const MAX_TEXT = 1_000_000

/** What the page and its frames show as text, and what the tree says beside it: names of images, shadow roots. */
export async function textOf(acting: Acting, view: PageView): Promise<string> {
  const frames = acting.page.frames().slice(0, 50)
  const shown = await ask(acting, () => Promise.all(frames.map(textOfFrame)))
  const said = view.flat.flatMap(({ role, name, text, hidden }) =>
    hidden ? [] : role === 'text' ? [text] : [name],
  )
  const text = `${shown.join('\n')}\n${said.filter((one) => one !== '').join(' ')}`
  return acting.secrets.blanked(text.slice(0, 2 * MAX_TEXT), acting.context)
}

async function textOfFrame(frame: Frame): Promise<string> {
  try {
    return await frame.evaluate(visibleText, MAX_TEXT)
  } catch (error) {
    if (isMoved(error) || frame.isDetached()) return ''
    throw error
  }
}

/** Runs in the page. */
function visibleText(max: number): string {
  const { document } = globalThis as unknown as DomWindow
  return (document.body?.innerText ?? '').slice(0, max)
}

/** A piece of a long text around where it differs, for messages. */
export function excerpt(text: string): string {
  const short = flat(text)
  return short.length > 200 ? `${short.slice(0, 200)}…` : short
}
