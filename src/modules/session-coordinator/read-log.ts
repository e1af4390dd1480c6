import { setImmediate as nextTurn } from 'node:timers/promises'
import { fold } from '../../session/evolve.ts'
import type { SessionState } from '../../session/state.ts'
import type { Store } from '../../store/types.ts'
import { decodeEvent } from './encode.ts'

/** Reading a log in pages keeps the event loop free and memory flat. */
const PAGE_EVENTS = 1000

/** A state with everything folded into it that the log holds beyond it. */
export async function readLog(
  store: Pick<Store, 'readEvents'>,
  sessionId: string,
  state: SessionState,
): Promise<SessionState> {
  for (let folded = state; ; ) {
    const page = await store.readEvents({ sessionId, afterSeq: folded.seq, limit: PAGE_EVENTS })
    folded = fold(folded, page.map(decodeEvent))
    if (page.length < PAGE_EVENTS) return folded
    await nextTurn()
  }
}
