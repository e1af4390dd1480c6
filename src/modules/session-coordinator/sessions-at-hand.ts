import { initialState, type SessionState } from '../../session/state.ts'
import type { EncodedEvent, SessionRecord, Store } from '../../store/types.ts'
import { type KeepStates, KeptStates } from './kept-states.ts'
import { readLog } from './read-log.ts'
import { SessionEntry } from './session-entry.ts'
import { summaryOf } from './summary.ts'
import type { CurrentSession } from './types.ts'

/** The reading of a session under way. */
interface Load {
  readonly entry: Promise<SessionEntry | undefined>
  /** Others have written since it began. */
  stale: boolean
}

/** The sessions whose folded state is in memory, and how they get there. */
export class SessionsAtHand {
  readonly #store: Pick<Store, 'session' | 'readEvents' | 'extent'>
  readonly #maxNew: number
  readonly #kept: KeptStates
  readonly #entries = new Map<string, SessionEntry>()
  readonly #loads = new Map<string, Load>()

  constructor(
    store: Pick<Store, 'session' | 'readEvents' | 'extent'>,
    { maxNew, keepStates }: { readonly maxNew: number; readonly keepStates: KeepStates },
  ) {
    this.#store = store
    this.#maxNew = maxNew
    this.#kept = new KeptStates(store, keepStates)
  }

  /** Keeps a session that was just written for the drive that follows, if there is room. */
  keepNew(record: SessionRecord, state: () => SessionState): void {
    if (this.#entries.size >= this.#maxNew || this.#entries.has(record.id)) return
    const entry = new SessionEntry(record, state(), 0)
    entry.held = 'new'
    this.#entries.set(record.id, entry)
  }

  /** What is in memory, up to date or not. */
  find(sessionId: string): SessionEntry | undefined {
    return this.#entries.get(sessionId)
  }

  /** What needs no waiting for, which is nearly always so for whoever drives. */
  atHand(sessionId: string): SessionEntry | undefined {
    const entry = this.#entries.get(sessionId)
    return entry === undefined || isBehind(entry) ? undefined : entry
  }

  /** A session as it is on disk, as far as this process was told; with the writes that are under way. */
  async obtain(sessionId: string): Promise<SessionEntry | undefined> {
    for (;;) {
      const entry = this.#entries.get(sessionId) ?? (await this.#load(sessionId))
      if (entry === undefined) return undefined
      if (!isBehind(entry)) return entry
      if (entry.pending > 0) await entry.lastAppend.catch(() => {})
      else await this.#catchUp(entry)
    }
  }

  /** Others have written to these. */
  changed(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) {
      const load = this.#loads.get(sessionId)
      if (load !== undefined) load.stale = true
      const entry = this.#entries.get(sessionId)
      if (entry === undefined) continue
      entry.stale = true
      // Nobody here drives it: what was kept for a drive is of no use.
      if (entry.held === 'new') entry.held = undefined
      this.drop(entry)
    }
  }

  /** Nobody drives it any more. */
  release(sessionId: string): void {
    const entry = this.#entries.get(sessionId)
    if (entry === undefined) return
    entry.held = undefined
    this.drop(entry)
  }

  /** Lets go of a state that nobody holds and that no write is on its way for. */
  drop(entry: SessionEntry): void {
    const { id } = entry.record
    if (entry.held === undefined && entry.pending === 0 && this.#entries.get(id) === entry) {
      this.#entries.delete(id)
    }
  }

  /** Reads what others wrote, once however many ask for it meanwhile. */
  #catchUp(entry: SessionEntry): Promise<void> {
    entry.catchingUp ??= this.#readOn(entry).finally(() => {
      entry.catchingUp = undefined
    })
    return entry.catchingUp
  }

  async #readOn(entry: SessionEntry): Promise<void> {
    // Beforehand, so that what is told of meanwhile makes it stale again.
    entry.stale = false
    try {
      const state = await readLog(this.#store, entry.record.id, entry.committed)
      // Whoever had the entry before the reading began may have decided meanwhile.
      if (entry.pending > 0) entry.stale = true
      else entry.advance(state)
    } catch (error) {
      entry.stale = true
      this.drop(entry)
      throw error
    }
  }

  /** Reads a session once, however many ask for it meanwhile. */
  #load(sessionId: string): Promise<SessionEntry | undefined> {
    const underWay = this.#loads.get(sessionId)
    if (underWay !== undefined) return underWay.entry
    const begun: Load = { entry: this.#read(sessionId, () => begun.stale), stale: false }
    this.#loads.set(sessionId, begun)
    return begun.entry.finally(() => this.#loads.delete(sessionId))
  }

  async #read(sessionId: string, isStale: () => boolean): Promise<SessionEntry | undefined> {
    const read = await this.#fold(sessionId)
    if (read === undefined) return undefined
    const { record, state } = read
    const entry = new SessionEntry(record, state, state.seq)
    entry.stale = isStale()
    this.#entries.set(sessionId, entry)
    return entry
  }

  async #fold(sessionId: string): Promise<CurrentSession | undefined> {
    const kept = await this.#kept.find(sessionId)
    if (kept?.isWhole) return kept
    const record = kept?.record ?? (await this.#store.session(sessionId))
    if (record === undefined) return undefined
    let bytes = kept?.logBytes ?? 0
    const begun = kept?.state ?? initialState(record)
    const state = await readLog(this.#store, sessionId, begun, (page) => {
      bytes += bytesHeldOf(page)
    })
    this.#kept.keep({ record, state }, bytes)
    return { record: kept === undefined ? record : { ...record, ...summaryOf(state) }, state }
  }
}

/** What a state may hold of some events; what was only said of the work is in the log alone. */
function bytesHeldOf(page: readonly EncodedEvent[]): number {
  let bytes = 0
  for (const { type, body } of page) if (!isOnlySaid.has(type)) bytes += body.length
  return bytes
}

const isOnlySaid: ReadonlySet<string> = new Set<EncodedEvent['type']>([
  'step.output',
  'step.progress',
])

function isBehind(entry: SessionEntry): boolean {
  return entry.stale || entry.catchingUp !== undefined
}
