import type { Acting } from './acting.ts'
import { answering } from './answering.ts'
import { type Found, ownName } from './element.ts'
import { targetError } from './failures.ts'
import { resolve } from './resolve.ts'
import { type AriaNode, readSnapshot } from './snapshot.ts'
import type { ElementPointer } from './types.ts'
import { flat } from './words.ts'

/** A reference that is not known answers at once; a page that is busy may take a while. */
const LOOK_MS = 10_000

/**
 * The element that a pointer names.
 * @throws StepstreamError TARGET_NOT_FOUND where it is not, or no longer, exactly that element
 */
export function followPointer(acting: Acting, pointer: ElementPointer): Promise<Found> {
  return answering(acting.page, acting, LOOK_MS, () =>
    'ref' in pointer ? byRef(acting, pointer.ref) : bySelector(acting, pointer),
  )
}

async function byRef(acting: Acting, ref: string): Promise<Found> {
  const { page, observer } = acting
  const locator = observer.locator(page, ref)
  const node = observer.lastNode(page, ref)
  // A stale reference would wait out the whole timeout of an action.
  if (node === undefined || (await locator.count()) === 0) {
    throw targetError('TARGET_NOT_FOUND', `The page has no element ${ref} any more.`, [])
  }
  return {
    page,
    locator,
    role: node.role,
    spoken: node.name || node.label || node.text || node.words,
    name: ownName(node),
    node,
  }
}

async function bySelector(
  acting: Acting,
  { selector, role, name }: Exclude<ElementPointer, { ref: string }>,
): Promise<Found> {
  const { page, secrets } = acting
  const locator = page.locator(selector).filter({ visible: true })
  const count = await locator.count()
  const what = `${role} "${name}"`
  if (count !== 1) {
    const message = `${count === 0 ? 'Nothing' : `${count} elements`} on the page fit what was found before for the ${what}.`
    throw targetError('TARGET_NOT_FOUND', message, [])
  }
  const json = await locator.ariaSnapshotJSON({ mode: 'ai', boxes: true, timeout: LOOK_MS })
  const [node] = readSnapshot(json as readonly AriaNode[])
  const isSame =
    node !== undefined &&
    (role === 'generic' || node.role === role) &&
    flat(secrets.blanked(ownName(node), acting.context)) === flat(name)
  if (!isSame) {
    const now = node === undefined ? 'nothing' : `${node.role} "${ownName(node)}"`
    throw targetError('TARGET_NOT_FOUND', `Where the ${what} was there is now ${now}.`, [])
  }
  return { page, locator, role, spoken: name, name, node }
}

/** The element that has the focus. */
export function focusedOf(acting: Acting): Promise<Found> {
  return answering(acting.page, acting, LOOK_MS, async () => {
    const view = await acting.observer.view(acting.page, acting)
    const focused = view.flat.filter(({ states, parent }) => states.includes('focused') && parent)
    const node =
      focused.at(-1) ??
      view.flat.find(({ states, role }) => states.includes('focused') && role !== 'generic')
    const locator = node === undefined ? undefined : view.locatorOf(node)
    if (node === undefined || locator === undefined) {
      const fields = resolve({ role: 'field' }, view.flat, 'fill').candidates
      throw targetError('TARGET_NOT_FOUND', 'No element of the page has the focus.', fields)
    }
    return {
      page: acting.page,
      locator,
      role: node.role,
      spoken: node.name || node.label,
      name: ownName(node),
      node,
    }
  })
}
