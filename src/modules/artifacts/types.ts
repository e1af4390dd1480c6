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

export interface StagedArtifact {
  readonly record: ArtifactRecord
  /** Resolves when the record is on disk. @throws StepstreamError SESSION_NOT_FOUND, STORAGE_UNAVAILABLE */
  keep(): Promise<void>
}

/** Bytes that steps produced and that are too large for an event. Ids are unguessable. */
export interface Artifacts {
  /** Resolves when the bytes and their record are on disk. @throws StepstreamError STORAGE_UNAVAILABLE */
  put(artifact: NewArtifact): Promise<ArtifactRecord>
  /**
   * Resolves when the bytes are on disk, for a session that is yet to be written: `keep`, called in
   * the turn in which the session is handed to the store, writes the record behind it. Bytes that are
   * not kept go with `removeSession`.
   *  StepstreamError STORAGE_UNAVAILABLE
   */
  stage(artifact: NewArtifact): Promise<StagedArtifact>
  open(tenant: string, id: string): Promise<{ record: ArtifactRecord; body: Readable } | undefined>
  /** The whole content, for expressions that read a large output. */
  read(tenant: string, id: string): Promise<Uint8Array | undefined>
  list(sessionId: string): Promise<readonly ArtifactRecord[]>
  /** Removes the bytes of a purged session. */
  removeSession(sessionId: string): Promise<void>
}

/** Which bytes: an artifact's id within its session's. */
export interface ArtifactKey {
  readonly sessionId: string
  readonly id: string
}

/**
 * Where the bytes of artifacts are: a folder, the database, a bucket. Every adapter passes
 * `test/modules/artifacts/contract.ts`. A place that cannot be reached is told as
 * `STORAGE_UNAVAILABLE`, writing and reading alike.
 */
export interface ArtifactBytes {
  /** Resolves when the bytes are durable; a key is written once. */
  write(key: ArtifactKey, bytes: Uint8Array): Promise<void>
  /** Undefined when there are none, or none any more. Reads ahead no more than a stream's buffer. */
  open(key: ArtifactKey): Promise<Readable | undefined>
  /** The whole at once. */
  read(key: ArtifactKey): Promise<Uint8Array | undefined>
  /** No error when there are none. */
  remove(key: ArtifactKey): Promise<void>
  removeSession(sessionId: string): Promise<void>
  close(): Promise<void>
}
