import { setImmediate as nextTurn } from 'node:timers/promises'
import { fold } from '../../session/evolve.ts'
import type { SessionState } from '../../session/state.ts'
import type { EncodedEvent, Store } from '../../store/types.ts'
import { decodeEvent } from './encode.ts'

/** Reading a log in pages keeps the event loop free and memory flat. */
const PAGE_EVENTS = 1000

/**
 * A state with everything folded into it that the log holds beyond it.
 * @param onPage told of each page that was folded
 */
export async function readLog(
  store: Pick<Store, 'readEvents'>,
  sessionId: string,
  state: SessionState,
  onPage: (page: readonly EncodedEvent[]) => void = () => {},
): Promise<SessionState> {
  for (let folded = state; ; ) {
    const page = await store.readEvents({ sessionId, afterSeq: folded.seq, limit: PAGE_EVENTS })
    folded = fold(folded, page.map(decodeEvent))
    onPage(page)
    if (page.length < PAGE_EVENTS) return folded
    await nextTurn()
  }
}
