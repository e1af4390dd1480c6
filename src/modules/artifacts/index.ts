import { randomBytes } from 'node:crypto'
import type { Store } from '../../store/types.ts'
import type { ArtifactBytes, Artifacts, NewArtifact, StagedArtifact } from './types.ts'

export interface ArtifactsOptions {
  /** Where the bytes are; whoever opened it closes it. */
  readonly bytes: ArtifactBytes
  readonly store: Pick<Store, 'putArtifact' | 'artifact' | 'listArtifacts'>
  /** ms since the epoch. */
  readonly now: () => number
}

/** Artifacts: their bytes wherever `bytes` keeps them, their records in the store. */
export function openArtifacts({ bytes: kept, store, now }: ArtifactsOptions): Artifacts {
  return {
    async put(artifact) {
      const { record, keep } = await stage(artifact)
      try {
        await keep()
      } catch (refusal) {
        // The refusal is what the caller must know: bytes that cannot be removed now go with their session.
        await Promise.allSettled([kept.remove(record)])
        throw refusal
      }
      return record
    },
    stage,
    async open(tenant, id) {
      const record = await store.artifact(tenant, id)
      const body = record && (await kept.open(record))
      return body && { record, body }
    },
    async read(tenant, id) {
      const record = await store.artifact(tenant, id)
      return record && kept.read(record)
    },
    list: (sessionId) => store.listArtifacts(sessionId),
    removeSession: (sessionId) => kept.removeSession(sessionId),
  }

  async function stage({ bytes, ...about }: NewArtifact): Promise<StagedArtifact> {
    const record = { id: newId(now()), ...about, bytes: bytes.byteLength, createdAt: now() }
    // Bytes first: whoever finds the record finds them too.
    await kept.write(record, bytes)
    return { record, keep: () => store.putArtifact(record) }
  }
}

/** Sorts by time, as all ids do; the rest is 128 random bits, because whoever has the id has the file. */
function newId(now: number): string {
  const time = now.toString(36).padStart(9, '0')
  return `art_${time}${randomBytes(16).toString('hex')}`
}
