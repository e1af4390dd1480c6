import type { EventType, LoggedEvent } from '../../session/events.ts'
import type { PlacedEvent, Store } from '../../store/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { Cursors } from './cursor.ts'
import type { Journal } from './journal.ts'
import { isHeard, type Listeners } from './listeners.ts'
import { type StartOptions, startSession } from './start-session.ts'
import { type Hook, hookEventTypes } from './types.ts'

export interface LookOptions extends StartOptions {
  readonly store: StartOptions['store'] & Pick<Store, 'readLog'>
  readonly cursors: Cursors
  readonly listeners: Listeners
  readonly journal: Journal
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

/** How much of the log is read at once. */
const PAGE = { limit: 1000, maxBytes: 4 * 1024 * 1024 }

/** How many events are seen to at once. */
const AT_ONCE = 32

const heardTypes: ReadonlySet<EventType> = new Set<EventType>(hookEventTypes)

/** Whether an event can fire any hook. */
export function canFire({ type }: { readonly type: EventType }): boolean {
  return heardTypes.has(type)
}

/**
 * Sees to every event behind a tenant's cursor, up to the end of the log. Several processes may look
 * at once: what they start they start once, and the cursor moves when all of a page was seen to and
 * stands in the histories.
 * False where the tenant has no hooks that events fire.
 * @throws what may work later
 */
export async function lookIntoLog(tenant: string, options: LookOptions): Promise<boolean> {
  const { store, cursors, listeners } = options
  for (;;) {
    const before = await cursors.find(tenant)
    if (before === undefined) return false
    const { position: afterPosition } = before
    const page = await store.readLog({ tenant, sessions: { filter: {} }, afterPosition, ...PAGE })
    // After the page: a hook that was there when an event was committed is among those there now.
    const cursor = await cursors.find(tenant)
    if (cursor === undefined || cursor.position !== afterPosition) continue
    const hooks = await listeners.of(cursor)
    if (hooks.length > 0) {
      await seeToAll(page.events.filter(canFire), hooks, options)
      // First: nobody looks behind the cursor again, and this process may not live to write it later.
      await options.journal.written()
      const isOurs = await cursors.advance(cursor, page.position)
      if (isOurs && page.position >= page.end) return true
    } else if (await cursors.remove(cursor)) return false
  }
}

async function seeToAll(
  events: readonly PlacedEvent[],
  hooks: readonly Hook[],
  options: LookOptions,
): Promise<void> {
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const part = events.slice(from, from + AT_ONCE)
    const seen = await Promise.allSettled(part.map((event) => seeTo(event, hooks, options)))
    for (const one of seen) if (one.status === 'rejected') throw one.reason
  }
}

async function seeTo(
  { sessionId, type, body }: PlacedEvent,
  hooks: readonly Hook[],
  options: LookOptions,
): Promise<void> {
  const ofType = hooks.filter(({ on }) => on.events?.types.some((one) => one === type))
  if (ofType.length === 0) return
  const source = await options.coordinator.current(sessionId)
  if (source === undefined) return
  const event = JSON.parse(body) as LoggedEvent
  const heard = ofType.filter((hook) => isHeard(hook, event, source.record))
  await Promise.all(
    heard.map(async (hook) => {
      options.journal.note(hook, await startSession(hook, event, source, options))
    }),
  )
}
