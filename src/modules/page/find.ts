import type { Locator } from 'playwright-core'
import type { Target } from '../browser-actions/types.ts'
import type { Acting } from './acting.ts'
import { findDirectly } from './direct.ts'
import { type Found, ownName, uniqueByRole } from './element.ts'
import { say, targetError } from './failures.ts'
import type { PageView } from './observer.ts'
import type { Box } from './page-node.ts'
import type { Purpose } from './purposes.ts'
import { nameOf, nearMisses, resolve } from './resolve.ts'
import { bySelector } from './selected.ts'
import type { Candidate } from './types.ts'

/** What is looked for, and what for. */
export interface Wanted {
  readonly target: Target
  readonly purpose: Purpose
}

export interface Finding {
  readonly found: Found
  readonly candidates: readonly Candidate[]
}

/**
 * Looks once for what a target means.
 * @throws StepstreamError TARGET_NOT_FOUND, TARGET_AMBIGUOUS, TARGET_NOT_READY where it cannot be acted on
 */
export async function findOnce(
  acting: Acting,
  { target, purpose }: Wanted,
  listeners: boolean,
): Promise<Finding> {
  if (target.selector !== undefined) return findSelected(acting, target)
  const direct = await findDirectly(acting, target, purpose)
  if (direct !== undefined) return direct
  const view = await viewFor(acting, target, listeners)
  const plain = withoutSelectors(target)
  const nearBoxes = await boxesBeside(acting, target.near)
  const { meant, candidates } = resolve(plain, view.flat, purpose, nearBoxes)
  const [node] = meant
  if (node === undefined) {
    const near = candidates.length > 0 ? candidates : nearMisses(plain, view.flat, purpose)
    throw targetError('TARGET_NOT_FOUND', missing(target, near), near)
  }
  if (meant.length > 1) {
    const message = `${meant.length} elements could be the ${say(target)}.`
    throw targetError('TARGET_AMBIGUOUS', message, candidates)
  }
  const locator = view.locatorOf(node) ?? unreachable(view, node.role, node.name)
  if (locator === undefined) {
    const message = `The ${node.role} "${nameOf(node)}" is hidden, or takes no clicks.`
    throw targetError('TARGET_NOT_READY', message, candidates)
  }
  const { page } = acting
  const unique = uniqueByRole(page, node, view.flat)
  const found = {
    page,
    locator,
    role: node.role,
    spoken: nameOf(node),
    name: ownName(node),
    node,
    ...(unique === undefined ? {} : { unique }),
  }
  return { found, candidates }
}

async function findSelected(acting: Acting, target: Target): Promise<Finding> {
  const container =
    target.in === undefined
      ? undefined
      : (await findOnce(acting, { target: target.in, purpose: 'place' }, false)).found.locator
  const found = await bySelector(acting, target, container)
  const { role, name } = found
  const why = `the selector ${target.selector}`
  return { found, candidates: [{ role, name, score: 100, why }] }
}

/** The page, or what a selector among the containers leaves of it. */
async function viewFor(acting: Acting, target: Target, listeners: boolean): Promise<PageView> {
  const outer = containersOf(target).find(({ selector }) => selector !== undefined)
  const scope: Locator | undefined =
    outer === undefined ? undefined : (await findSelected(acting, outer)).found.locator
  const { page, clock, signal, observer } = acting
  return observer.view(page, {
    clock,
    signal,
    listeners,
    ...(scope === undefined ? {} : { scope }),
  })
}

function containersOf(target: Target): Target[] {
  return target.in === undefined ? [] : [target.in, ...containersOf(target.in)]
}

/** The view is already within the container that a selector names. */
function withoutSelectors(target: Target): Target {
  const { in: container, ...rest } = target
  if (container === undefined || container.selector !== undefined) return rest
  return { ...rest, in: withoutSelectors(container) }
}

async function boxesBeside(acting: Acting, near: Target | undefined): Promise<Box[]> {
  if (near?.selector === undefined) return []
  const { found } = await findSelected(acting, near)
  const box = await found.locator.boundingBox()
  return box === null ? [] : [box]
}

/** What takes no clicks has no reference, but may be read by its role and name. */
function unreachable(view: PageView, role: string, name: string): Locator | undefined {
  if (name === '' || role === 'option' || role === 'generic') return undefined
  return view.page.getByRole(role as Parameters<typeof view.page.getByRole>[0], {
    name,
    exact: true,
  })
}

function missing(target: Target, near: readonly Candidate[]): string {
  const names = near.slice(0, 3).map(({ role, name }) => `${role} "${name}"`)
  const nearest = names.length === 0 ? '' : ` What comes nearest: ${names.join(', ')}.`
  return `The page has no ${say(target)}.${nearest}`
}
