import type { Store } from '../../store/types.ts'
import { prioritiesOf, type SlotsRecord } from './record.ts'
import type { SlotKey } from './types.ts'

export type QueueStore = Pick<Store, 'extent' | 'listSessions' | 'session'>

/** Those of the holders that have neither ended nor gone, in their order. */
export async function liveOf(
  holders: readonly string[],
  store: QueueStore,
): Promise<readonly string[]> {
  const extents = await Promise.all(holders.map((id) => store.extent(id)))
  return holders.filter((_, index) => extents[index]?.ended === false)
}

/**
 * The sessions that wait for a key, those of the highest priority first and of these the oldest: as
 * many as its limit at the most, and none of a priority below the one given.
 */
export async function waitersOf(
  slot: SlotKey,
  record: Pick<SlotsRecord, 'limit' | 'priorities'>,
  live: readonly string[],
  store: QueueStore,
  lowest = Number.NEGATIVE_INFINITY,
): Promise<readonly string[]> {
  const waiters: string[] = []
  for (const priority of prioritiesOf(record)) {
    const most = record.limit - waiters.length
    if (priority < lowest || most === 0) break
    waiters.push(...(await waitersWith(priority, slot, most, live, store)))
  }
  return waiters
}

/** The priorities that sessions wait for a key with. */
export async function awaitedPriorities(
  slot: SlotKey,
  record: Pick<SlotsRecord, 'priorities'>,
  live: readonly string[],
  store: QueueStore,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>()
  for (const priority of prioritiesOf(record)) {
    const waiters = await waitersWith(priority, slot, 1, live, store)
    if (waiters.length > 0) found.add(priority)
  }
  return found
}

async function waitersWith(
  priority: number,
  { tenant, key }: SlotKey,
  most: number,
  live: readonly string[],
  store: QueueStore,
): Promise<readonly string[]> {
  const isIn = new Set(live)
  const found = await store.listSessions({
    tenant,
    concurrency: { key, priority },
    status: ['waiting'],
    order: 'oldest',
    // Those that are in may wait too, for something else.
    limit: most + live.length,
  })
  return found
    .map(({ id }) => id)
    .filter((id) => !isIn.has(id))
    .slice(0, most)
}

/** The holders to cancel so that each that waits will find room: the oldest that are not about to end. */
export async function displaced(
  live: readonly string[],
  waiting: number,
  store: QueueStore,
): Promise<readonly string[]> {
  const records = await Promise.all(live.map((id) => store.session(id)))
  const isEnding = (index: number) => {
    const status = records[index]?.status
    return status === 'cancelling' || status === 'rolling_back'
  }
  const ending = live.filter((_, index) => isEnding(index)).length
  const others = live.filter((_, index) => !isEnding(index))
  return others.slice(0, Math.max(0, waiting - ending))
}
