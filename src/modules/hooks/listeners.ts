import type { Clock } from '../../clock.ts'
import type { SessionRecord } from '../../store/types.ts'
import type { Cursor } from './cursor.ts'
import type { Folder } from './folder.ts'
import type { Hook } from './types.ts'

export interface ListenersOptions {
  readonly folder: Pick<Folder, 'list'>
  readonly clock: Clock
}

/** How many hooks are read at once. */
const PAGE = 200

/** How long a list is good for at most: a process may have ended between a change and telling of it. */
const MAX_AGE_MS = 60_000

/** The hooks of a tenant that events fire. */
export interface Listeners {
  /** Those there were when the cursor was read, or later. */
  of(cursor: Cursor): Promise<readonly Hook[]>
}

export function createListeners({ folder, clock }: ListenersOptions): Listeners {
  const known = new Map<string, { mark: string; readAt: number; hooks: readonly Hook[] }>()

  return {
    async of({ tenant, hooks: mark }) {
      const found = known.get(tenant)
      const readAt = clock.now()
      if (found?.mark === mark && readAt - found.readAt < MAX_AGE_MS) return found.hooks
      const hooks = await listAll(tenant)
      known.set(tenant, { mark, readAt, hooks })
      return hooks
    },
  }

  async function listAll(tenant: string): Promise<readonly Hook[]> {
    const hooks: Hook[] = []
    let after: string | undefined
    for (;;) {
      const page = await folder.list(tenant, after, PAGE)
      hooks.push(...page.filter(({ on, paused }) => on.events !== undefined && !paused))
      if (page.length < PAGE) return hooks
      after = page.at(-1)?.id
    }
  }
}

/** Whether a hook that listens to events of this type listens to this one. */
export function isHeard(
  { on, since }: Hook,
  { at }: { readonly at: string },
  { plan }: Pick<SessionRecord, 'plan'>,
): boolean {
  const { workflow, labels = {} } = on.events ?? {}
  return (
    Date.parse(at) >= since &&
    (workflow === undefined || workflow === plan.workflow?.name) &&
    Object.entries(labels).every(([key, value]) => plan.labels?.[key] === value)
  )
}
