import type { Page } from 'playwright-core'
import type { Target } from '../browser-actions/types.ts'
import type { Acting } from './acting.ts'
import { answering } from './answering.ts'
import type { Found } from './element.ts'
import type { Finding } from './find.ts'
import type { Purpose } from './purposes.ts'
import { exactRoles } from './roles.ts'

/** So many roles are asked for at once; more cost as much as a look at the whole page. */
const MAX_ROLES = 4

const LOOK_MS = 10_000

type AriaRole = Parameters<Page['getByRole']>[0]

/**
 * The only element of the wanted roles that bears exactly the name: it outdoes all others, so the page
 * as a whole need not be looked at. Undefined: it takes that look, since there is none, or several.
 */
export async function findDirectly(
  acting: Acting,
  target: Target,
  purpose: Purpose,
): Promise<Finding | undefined> {
  const { page } = acting
  const { name, role } = target
  const isPlain = target.in === undefined && target.near === undefined && target.nth === undefined
  const roles = rolesFor(target, purpose)
  // In frames, too, there may be elements of that name.
  if (name === undefined || !isPlain || roles === undefined || page.frames().length > 1)
    return undefined
  const found = await answering(page, acting, LOOK_MS, () =>
    Promise.all(roles.map((one) => named(page, one, name))),
  )
  const [only, ...others] = found.flat()
  if (only === undefined || others.length > 0) return undefined
  const why = `${role === undefined ? '' : `${only.role}, `}the exact name`
  return { found: only, candidates: [{ role: only.role, name: only.name, score: 130, why }] }
}

function rolesFor({ role }: Target, purpose: Purpose): readonly string[] | undefined {
  const byPurpose: { readonly [P in Purpose]?: readonly string[] | undefined } = {
    fill: exactRoles('field'),
    check: ['checkbox', 'radio', 'switch'],
  }
  const roles = role === undefined || role === 'field' ? byPurpose[purpose] : exactRoles(role)
  return roles === undefined || roles.length > MAX_ROLES ? undefined : roles
}

async function named(page: Page, role: string, name: string): Promise<Found[]> {
  const unique = page.getByRole(role as AriaRole, { name, exact: true })
  const locator = unique.filter({ visible: true })
  const count = await locator.count()
  // More than one are candidates, which the look at the whole page tells.
  return Array.from({ length: count }, () => ({ page, locator, role, spoken: name, name, unique }))
}
