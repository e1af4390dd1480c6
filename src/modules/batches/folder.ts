import { StepstreamError } from '../../errors.ts'
import { batchIdPattern } from '../../ids.ts'
import type { NewDocument } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import { KIND, toBatch, toContent, toDocument } from './record.ts'
import type { Batch, BatchContent, BatchKey } from './types.ts'

export interface FolderOptions {
  readonly store: Pick<
    Store,
    'putDocument' | 'removeDocument' | 'document' | 'listDocuments' | 'countDocuments'
  >
  /** How long a batch is kept after its end. */
  readonly keepMs: number
}

/** Apart from the batch, since it may be large and does not change: the batch is read often. */
const CONTENT = 'batch_content'

/** For how many batches a tenant may have content kept. */
export const MAX_BATCHES = 1000

/** Of how many batches the content is kept at hand: it does not change, and may be large to read. */
const AT_HAND = 4

/** Batches as documents, with what their sessions are made of. */
export interface Folder {
  find(key: BatchKey): Promise<Batch | undefined>
  /** @throws BATCH_NOT_FOUND */
  get(key: BatchKey): Promise<Batch>
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Batch[]>
  /** Undefined where there is one with its id already. @throws TOO_MANY_BATCHES */
  add(batch: Batch, content: BatchContent): Promise<Batch | undefined>
  /** Undefined when somebody else has written it since it was read: nothing is written then. */
  put(batch: Batch): Promise<Batch | undefined>
  /** Changes what is current; it is left alone where the change gives it back. @throws BATCH_NOT_FOUND */
  change(key: BatchKey, change: (batch: Batch) => Batch): Promise<Batch>
  remove(key: BatchKey): Promise<void>
  /** Undefined once it was dropped. */
  content(key: BatchKey): Promise<BatchContent | undefined>
  dropContent(key: BatchKey): Promise<void>
  /** Has the content go when the batch goes. */
  expireContent(batch: Batch, content: BatchContent): Promise<void>
}

export function createFolder({ store, keepMs }: FolderOptions): Folder {
  const atHand = new Map<string, BatchContent>()

  return {
    find,
    get,
    async list(tenant, after, limit) {
      const wanted = { tenant, kind: KIND, limit, ...(after === undefined ? {} : { after }) }
      return (await store.listDocuments(wanted)).map(toBatch)
    },
    async add(batch, content) {
      if ((await store.countDocuments(batch.tenant, CONTENT)) >= MAX_BATCHES) {
        const message = `there are ${MAX_BATCHES} batches already that have yet to start sessions`
        throw new StepstreamError('TOO_MANY_BATCHES', message)
      }
      // In one turn, so that both are written together; without its content a batch could not start.
      const [, { kind }] = await Promise.all([
        store.putDocument(contentDocument(batch, content, null), 0),
        store.putDocument(toDocument(batch, keepMs), 0),
      ])
      return kind === 'written' ? { ...batch, version: 1 } : undefined
    },
    put,
    async change(key, change) {
      for (;;) {
        const batch = await get(key)
        const changed = change(batch)
        const written = changed === batch ? batch : await put(changed)
        if (written !== undefined) return written
      }
    },
    async remove({ tenant, id }) {
      atHand.delete(id)
      await Promise.all([
        store.removeDocument(tenant, CONTENT, id),
        store.removeDocument(tenant, KIND, id),
      ])
    },
    async content({ tenant, id }) {
      const held = atHand.get(id)
      if (held !== undefined) return held
      const document = await store.document(tenant, CONTENT, id)
      const content = document && toContent(document)
      if (content !== undefined) keepAtHand(id, content)
      return content
    },
    async dropContent({ tenant, id }) {
      atHand.delete(id)
      await store.removeDocument(tenant, CONTENT, id)
    },
    async expireContent(batch, content) {
      atHand.delete(batch.id)
      const { version } = (await store.document(batch.tenant, CONTENT, batch.id)) ?? {}
      if (version === undefined || batch.ended === null) return
      await store.putDocument(contentDocument(batch, content, batch.ended.at + keepMs), version)
    },
  }

  function keepAtHand(id: string, content: BatchContent): void {
    atHand.set(id, content)
    const [oldest] = atHand.keys()
    if (atHand.size > AT_HAND && oldest !== undefined) atHand.delete(oldest)
  }

  async function find({ tenant, id }: BatchKey): Promise<Batch | undefined> {
    const document = await store.document(tenant, KIND, id)
    return document && toBatch(document)
  }

  async function get(key: BatchKey): Promise<Batch> {
    const batch = batchIdPattern.test(key.id) ? await find(key) : undefined
    if (batch !== undefined) return batch
    throw new StepstreamError('BATCH_NOT_FOUND', `there is no batch ${key.id.slice(0, 64)}`)
  }

  async function put(batch: Batch): Promise<Batch | undefined> {
    const { kind, version } = await store.putDocument(toDocument(batch, keepMs), batch.version)
    return kind === 'written' && version !== undefined ? { ...batch, version } : undefined
  }
}

function contentDocument(
  { tenant, id, createdAt }: Batch,
  content: BatchContent,
  expiresAt: number | null,
): NewDocument {
  const body = JSON.stringify(content)
  return { tenant, kind: CONTENT, id, body, createdAt, dueAt: null, sessionId: null, expiresAt }
}
