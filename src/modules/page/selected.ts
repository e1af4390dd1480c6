import type { Frame, Locator } from 'playwright-core'
import type { Target } from '../browser-actions/types.ts'
import type { Acting } from './acting.ts'
import { type Found, ownName } from './element.ts'
import { say, targetError } from './failures.ts'
import { type AriaNode, readSnapshot } from './snapshot.ts'
import type { Candidate } from './types.ts'

/** How many of several are told. */
const MAX_TOLD = 5

/**
 * The element that a CSS selector names; what is not in the main frame is looked for in the others.
 * @throws StepstreamError TARGET_NOT_FOUND, TARGET_AMBIGUOUS
 */
export async function bySelector(
  acting: Acting,
  target: Target,
  container: Locator | undefined,
): Promise<Found> {
  const { page } = acting
  const frames: readonly (Locator | Frame)[] =
    container === undefined ? [page.mainFrame(), ...page.frames().slice(1)] : [container]
  for (const frame of frames) {
    const all = locate(frame, target)
    if ((await all.count()) === 0) continue
    const seen = all.filter({ visible: true })
    const shown = (await seen.count()) > 0 ? seen : all
    return one(acting, target, shown)
  }
  throw targetError('TARGET_NOT_FOUND', `The page has no ${say(target)}.`, [])
}

function locate(frame: Locator | Frame, { selector = '', name }: Target): Locator {
  const all = frame.locator(`css=${selector}`)
  return name === undefined ? all : all.filter({ hasText: name })
}

async function one(acting: Acting, target: Target, shown: Locator): Promise<Found> {
  const count = await shown.count()
  const at = target.nth === undefined ? 0 : target.nth < 0 ? count + target.nth : target.nth - 1
  if (target.nth === undefined && count > 1) {
    const some = Array.from({ length: Math.min(count, MAX_TOLD) }, (_, index) => shown.nth(index))
    const candidates = await Promise.all(some.map((locator) => candidateOf(locator, target)))
    throw targetError('TARGET_AMBIGUOUS', `${count} elements fit ${say(target)}.`, candidates)
  }
  if (at < 0 || at >= count) {
    const message = `The page has ${count} of the elements ${target.selector}, so no ${say(target)}.`
    throw targetError('TARGET_NOT_FOUND', message, [])
  }
  const locator = count === 1 ? shown : shown.nth(at)
  const node = await nodeOf(locator)
  const spoken =
    node === undefined ? (target.selector ?? '') : ownName(node) || (target.selector ?? '')
  const blanked = acting.secrets.blanked(spoken, acting.context)
  const name = node === undefined ? '' : acting.secrets.blanked(ownName(node), acting.context)
  return { page: acting.page, locator, role: node?.role ?? 'generic', spoken: blanked, name }
}

async function nodeOf(locator: Locator) {
  const json = await locator.ariaSnapshotJSON({ mode: 'ai', boxes: true, timeout: 5000 })
  return readSnapshot(json as readonly AriaNode[])[0]
}

async function candidateOf(locator: Locator, { selector = '' }: Target): Promise<Candidate> {
  const node = await nodeOf(locator)
  return {
    role: node?.role ?? 'generic',
    name: node === undefined ? '' : ownName(node),
    score: 100,
    why: `the selector ${selector}`,
  }
}
