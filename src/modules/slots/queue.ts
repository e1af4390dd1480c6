import type { Store } from '../../store/types.ts'
import type { SlotsRecord } from './record.ts'
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

/** The sessions that wait for a key, the oldest first: as many as its limit at the most. */
export async function waitersOf(
  { tenant, key }: SlotKey,
  { limit }: Pick<SlotsRecord, 'limit'>,
  live: readonly string[],
  store: QueueStore,
): Promise<readonly string[]> {
  const isIn = new Set(live)
  const found = await store.listSessions({
    tenant,
    concurrencyKey: key,
    status: ['waiting'],
    order: 'oldest',
    // Those that are in may wait too, for something else.
    limit: limit + live.length,
  })
  return found.map(({ id }) => id).filter((id) => !isIn.has(id))
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
