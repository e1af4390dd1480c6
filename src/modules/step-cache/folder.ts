import type { Clock } from '../../clock.ts'
import type { DocumentStore } from '../../store/documents.ts'
import { type CacheRecord, type Held, KIND, toDocument, toHeld } from './record.ts'

export interface FolderOptions {
  readonly store: Pick<
    DocumentStore,
    | 'putDocument'
    | 'removeDocument'
    | 'document'
    | 'listDocuments'
    | 'oldestDocuments'
    | 'countDocuments'
  >
  readonly clock: Pick<Clock, 'now'>
  /** How long an entry outlives its last use. */
  readonly ttlMs: number
  /** How many entries a tenant may have: those used last. */
  readonly maxEntries: number
}

export interface EntryName {
  readonly tenant: string
  readonly id: string
}

/** What becomes of an entry: it is written, it goes, or it stays as it is. */
export type Change =
  | { readonly record: CacheRecord; readonly lastUsedAt?: number }
  | 'remove'
  | 'leave'

/** Entries as documents of their tenants. */
export interface Folder {
  /** Undefined: there is none, or none that can be read. */
  find(name: EntryName): Promise<CacheRecord | undefined>
  /** Changes what is current, whoever else writes: of several, each sees what the one before wrote. */
  change(name: EntryName, change: (held: Held | undefined) => Change): Promise<void>
  /** Those used last first; what cannot be read is left out. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Held[]>
  /** Whether there was one. */
  remove(name: EntryName): Promise<boolean>
  clear(tenant: string): Promise<number>
}

/** How many are removed side by side. */
const BATCH = 100

export function createFolder({ store, clock, ttlMs, maxEntries }: FolderOptions): Folder {
  return {
    find: async (name) => (await look(name))?.record,
    async change(name, change) {
      for (;;) {
        const held = await look(name)
        const version = held?.document.version ?? 0
        const changed = change(held)
        if (changed === 'leave') return
        const { kind } =
          changed === 'remove'
            ? await store.removeDocument(name.tenant, KIND, name.id, version)
            : await store.putDocument(documentOf(name, changed), version)
        if (kind === 'unexpected') continue
        if (version === 0) await makeRoomFor(name)
        return
      }
    },
    async list(tenant, after, limit) {
      const found: Held[] = []
      let last = after
      while (found.length < limit) {
        const page = await store.listDocuments({
          tenant,
          kind: KIND,
          limit: limit - found.length,
          ...(last === undefined ? {} : { after: last }),
        })
        found.push(
          ...page
            .filter(isCurrent)
            .map(toHeld)
            .filter(({ record }) => record),
        )
        last = page.at(-1)?.id
        if (last === undefined) break
      }
      return found
    },
    async remove({ tenant, id }) {
      return (await store.removeDocument(tenant, KIND, id)).kind === 'written'
    },
    async clear(tenant) {
      let count = 0
      for (;;) {
        const page = await store.listDocuments({ tenant, kind: KIND, limit: BATCH })
        if (page.length === 0) return count
        const removals = page.map(({ id }) => store.removeDocument(tenant, KIND, id))
        const removed = await Promise.all(removals)
        count += removed.filter(({ kind }) => kind === 'written').length
      }
    },
  }

  async function look({ tenant, id }: EntryName): Promise<Held | undefined> {
    const document = await store.document(tenant, KIND, id)
    if (document === undefined) return undefined
    return isCurrent(document) ? toHeld(document) : { document, record: undefined }
  }

  /** It is removed a while after it has expired. */
  function isCurrent({ expiresAt }: { readonly expiresAt: number | null }): boolean {
    return (expiresAt ?? Number.POSITIVE_INFINITY) > clock.now()
  }

  function documentOf(name: EntryName, { record, lastUsedAt }: Exclude<Change, string>) {
    return toDocument(name, record, lastUsedAt ?? clock.now(), ttlMs)
  }

  /** Those unused for longest go; one that is used in this moment stays. */
  async function makeRoomFor({ tenant, id: added }: EntryName): Promise<void> {
    const excess = (await store.countDocuments(tenant, KIND)) - maxEntries
    if (excess <= 0) return
    // One more, since what was just added may be among them: as old as another, or by a clock that is behind.
    const oldest = await store.oldestDocuments(tenant, [KIND], excess + 1)
    const others = oldest.filter(({ id }) => id !== added).slice(0, excess)
    await Promise.all(
      others.map(({ id, version }) => store.removeDocument(tenant, KIND, id, version)),
    )
  }
}
