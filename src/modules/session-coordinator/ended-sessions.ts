import type { SessionRecord, Store } from '../../store/types.ts'
import type { CurrentSession } from './types.ts'

interface Kept extends CurrentSession {
  readonly bytes: number
}

/**
 * What ended sessions came to, of those that were read last: an ended log grows no more, so that what was
 * folded of it stays true for as long as the log is there. Bounded by what the states take, as far
 * as that can be told; those that nobody asked for the longest leave first.
 */
export class EndedSessions {
  readonly #store: Pick<Store, 'extent'>
  readonly #maxBytes: number
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  constructor(store: Pick<Store, 'extent'>, maxBytes: number) {
    this.#store = store
    this.#maxBytes = maxBytes
  }

  /** Undefined where it is not kept, and where the log is gone or is not the one that was folded. */
  async find(sessionId: string): Promise<CurrentSession | undefined> {
    const kept = this.#kept.get(sessionId)
    if (kept === undefined) return undefined
    const extent = await this.#store.extent(sessionId)
    if (extent === undefined || !extent.ended || extent.next - 1 !== kept.state.seq) {
      this.#drop(sessionId)
      return undefined
    }
    // The last of the map is the one that was asked for last.
    if (this.#kept.delete(sessionId)) this.#kept.set(sessionId, kept)
    return kept
  }

  /** Keeps what was read of a session that has ended. @param logBytes what the state may hold of its log */
  keep({ record, state }: CurrentSession, logBytes: number): void {
    if (!hasEnded(record) || state.endedAt === undefined) return
    const bytes = logBytes + state.steps.length * STEP_BYTES
    this.#drop(record.id)
    if (bytes > this.#maxBytes) return
    this.#kept.set(record.id, { record, state, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      this.#drop(oldest)
    }
  }

  #drop(sessionId: string): void {
    this.#bytes -= this.#kept.get(sessionId)?.bytes ?? 0
    this.#kept.delete(sessionId)
  }
}

/** What a step takes in memory: as it is planned, its place in the graph, and what became of it. */
const STEP_BYTES = 2048

/** The record was read when the end was on disk, and says so too. */
function hasEnded({ endedAt }: SessionRecord): boolean {
  return endedAt !== null
}
