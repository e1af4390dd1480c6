import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { onElement } from '../attempts.ts'
import { speak } from '../element.ts'
import { safeName } from '../file-names.ts'
import { takePicture } from '../picture.ts'
import { ask } from '../settle.ts'

const SHOT_MS = 20_000

/** A picture of the page or of an element, with the fields that hold secrets covered. */
export async function screenshot(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'screenshot' }>,
): Promise<Done> {
  const { page, secrets } = acting
  const name = `${safeName(action.name ?? 'screenshot', 'screenshot').replace(/\.(jpe?g|png)$/i, '')}.jpeg`
  const pointer = acting.request.elements?.target
  if (action.target === undefined && pointer === undefined) {
    const fullPage = action.fullPage === true
    const picture = await ask(acting, () => takePicture(page, secrets, { fullPage }), SHOT_MS)
    return {
      description: 'take a picture of the page',
      picture: { name, ...picture },
      evidence: 'a picture was taken',
    }
  }
  const subject = { target: action.target, pointer, purpose: 'read' } as const
  const acted = await onElement(acting, subject, ({ locator }) =>
    takePicture(page, secrets, { element: locator }),
  )
  return {
    description: `take a picture of ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    picture: { name, ...acted.value },
    evidence: 'a picture was taken',
  }
}
