import type { Target } from '../browser-actions/types.ts'
import type { Acting } from './acting.ts'
import { inside } from './containers.ts'
import { type Match, match, withoutWrappers } from './matches.ts'

/** How many visible elements fit a target: its exact name, else the same but for case, else a part. */
export async function countOf(acting: Acting, target: Target): Promise<number> {
  const { page, observer } = acting
  if (target.selector !== undefined) {
    const all = page.locator(`css=${target.selector}`).filter({ visible: true })
    return (target.name === undefined ? all : all.filter({ hasText: target.name })).count()
  }
  const view = await observer.view(page, acting)
  const matches = view.flat.flatMap((node) =>
    node.hidden ? [] : (match(node, target, 'read') ?? []),
  )
  const scoped = target.in === undefined ? matches : inside(matches, target.in, view.flat)
  // The word itself, before what people also mean by it.
  const roles = scoped.some(({ node }) => node.role === target.role)
    ? scoped.filter(({ node }) => node.role === target.role)
    : scoped
  const tiers = [/exact/, /but for case/, /./]
  for (const tier of target.name === undefined ? [/./] : tiers) {
    const fitting = roles.filter(({ why }) => tier.test(why))
    if (fitting.length > 0) return distinct(fitting, target).length
  }
  return 0
}

/** Nested items of a role are all counted; wrappers with the same text are one thing. */
function distinct(matches: readonly Match[], { role }: Target): readonly Match[] {
  return role === undefined ? withoutWrappers(matches) : matches
}
