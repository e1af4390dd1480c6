import type { Readable } from 'node:stream'
import type { ArtifactRecord } from '../../store/types.ts'

export interface NewArtifact {
  readonly tenant: string
  readonly sessionId: string
  readonly stepId: string | null
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** Bytes that steps produced and that are too large for an event. Ids are unguessable. */
export interface Artifacts {
  /** Resolves when the bytes and their record are on disk. */
  put(artifact: NewArtifact): Promise<ArtifactRecord>
  open(tenant: string, id: string): Promise<{ record: ArtifactRecord; body: Readable } | undefined>
  /** The whole content, for expressions that read a large output. */
  read(tenant: string, id: string): Promise<Uint8Array | undefined>
  list(sessionId: string): Promise<readonly ArtifactRecord[]>
  /** Removes the files of a purged session. */
  removeSession(sessionId: string): Promise<void>
}
