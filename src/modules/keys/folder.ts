import { StepstreamError } from '../../errors.ts'
import { keyIdPattern } from '../../ids.ts'
import type { Store } from '../../store/types.ts'
import { forgottenAt, KIND, toDocument, toKey } from './record.ts'
import type { Key, KeyName } from './types.ts'

export interface FolderOptions {
  readonly store: Pick<
    Store,
    'putDocument' | 'removeDocument' | 'document' | 'listDocuments' | 'countDocuments'
  >
}

/** How many keys a tenant may have, those that are listed though they opened nothing any more included. */
export const MAX_KEYS = 1000

/**
 * Where a key is found by the hash of its secret, whosever it is: no tenant is called so. The entry
 * only leads to the key, which says itself what opens it.
 */
const INDEX = { tenant: ':keys', kind: 'secret' } as const

/** Keys as documents of their tenants, and an index of their secrets. */
export interface Folder {
  /** @throws KEY_NOT_FOUND */
  get(name: KeyName): Promise<Key>
  find(name: KeyName): Promise<Key | undefined>
  /** The key that had this secret. */
  findBySecret(hash: string): Promise<Key | undefined>
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Key[]>
  /** @throws TOO_MANY_KEYS */
  add(key: Key): Promise<Key>
  /** Changes what is current; nothing is written where it stays the same. @throws KEY_NOT_FOUND */
  change(name: KeyName, change: (key: Key) => Key): Promise<Key>
  /** Enters a secret into the index, before its key has it. */
  enter(hash: string, key: Key, now: number): Promise<void>
}

export function createFolder({ store }: FolderOptions): Folder {
  return {
    get,
    find,
    async findBySecret(hash) {
      const entry = await store.document(INDEX.tenant, INDEX.kind, hash)
      return entry === undefined ? undefined : find(JSON.parse(entry.body) as KeyName)
    },
    async list(tenant, after, limit) {
      const wanted = { tenant, kind: KIND, limit, ...(after === undefined ? {} : { after }) }
      return (await store.listDocuments(wanted)).map(toKey)
    },
    async add(key) {
      if ((await store.countDocuments(key.tenant, KIND)) >= MAX_KEYS) {
        throw new StepstreamError('TOO_MANY_KEYS', `there are ${MAX_KEYS} keys already`)
      }
      await store.putDocument(toDocument(key), 0)
      return { ...key, version: 1 }
    },
    async change(name, change) {
      for (;;) {
        const key = await get(name)
        const changed = change(key)
        if (changed === key) return key
        const { kind, version } = await store.putDocument(toDocument(changed), key.version)
        if (kind !== 'written' || version === undefined) continue
        await tidyIndex(key, changed)
        return { ...changed, version }
      }
    },
    async enter(hash, key, now) {
      const body = JSON.stringify({ tenant: key.tenant, id: key.id })
      const times = { createdAt: now, dueAt: null, expiresAt: forgottenAt(key) }
      await store.putDocument({ ...INDEX, id: hash, body, sessionId: null, ...times }, 0)
    },
  }

  async function get(name: KeyName): Promise<Key> {
    const key = await find(name)
    if (key !== undefined) return key
    throw new StepstreamError('KEY_NOT_FOUND', `there is no key ${name.id.slice(0, 64)}`)
  }

  async function find({ tenant, id }: KeyName): Promise<Key | undefined> {
    const document = keyIdPattern.test(id) ? await store.document(tenant, KIND, id) : undefined
    return document === undefined ? undefined : toKey(document)
  }

  /** Behind the key: an entry that is left over leads to a key that does not know the secret. */
  async function tidyIndex(before: Key, now: Key): Promise<void> {
    const end = forgottenAt(now)
    const isEnding = end !== forgottenAt(before)
    for (const { hash, until } of before.secrets) {
      const kept = now.secrets.find((secret) => secret.hash === hash)
      if (kept === undefined) await store.removeDocument(INDEX.tenant, INDEX.kind, hash)
      else if (isEnding) await forget(hash, end)
      else if (kept.until !== until) await forget(hash, kept.until)
    }
  }

  async function forget(hash: string, expiresAt: number | null): Promise<void> {
    const entry = await store.document(INDEX.tenant, INDEX.kind, hash)
    if (entry === undefined) return
    const { version, ...kept } = entry
    await store.putDocument({ ...kept, expiresAt }, version)
  }
}
