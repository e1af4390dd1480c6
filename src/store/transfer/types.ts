import type { Readable } from 'node:stream'
import type { Document } from '../documents.ts'
import type { WorkflowHead } from '../saving.ts'
import type { ArtifactRecord, EncodedEvent, IdempotencyClaim } from '../types.ts'
import type { WorkflowVersion } from '../workflows.ts'
import type { SessionRow } from '../write.ts'

/** A session's row on its way from one store to another; `owner` and `claim` stay behind, and its plan has the title, the labels and the priority. */
export interface MovedSession extends Omit<SessionRow, 'title' | 'labels' | 'priority'> {
  /** The seq of its last event; 0 where it has none. */
  readonly lastSeq: number
}

export interface MovedEvent extends EncodedEvent {
  /** Its place in the order of commits over all sessions. */
  readonly position: number
}

/** An artifact's record; its session says the rest. */
export type MovedArtifact = Omit<ArtifactRecord, 'tenant' | 'sessionId'>

export interface MovedSetting {
  readonly name: string
  readonly value: string
}

/** A name under which workflows are saved, also after its removal. */
export interface MovedWorkflow extends WorkflowHead {
  readonly tenant: string
  readonly name: string
}

export interface MovedVersion extends WorkflowVersion {
  readonly tenant: string
}

/** A document; what a line of an export is has the name `kind` already. */
export interface MovedDocument extends Omit<Document, 'kind'> {
  readonly documentKind: string
}

/** Which bytes: an artifact's id within its session's. */
export interface BytesKey {
  readonly sessionId: string
  readonly id: string
}

/** What a transfer needs of the place where the bytes of artifacts are. */
export interface TransferBytes {
  open(key: BytesKey): Promise<Readable | undefined>
  read(key: BytesKey): Promise<Uint8Array | undefined>
  write(key: BytesKey, bytes: Uint8Array): Promise<void>
  remove(key: BytesKey): Promise<void>
}

/**
 * Everything in a store as of one moment, without hidden sessions and without what the store keeps
 * for itself. Whatever the store, the same content comes in the same order.
 */
export interface TransferSource {
  readonly store: 'sqlite' | 'postgres'
  readonly schema: number
  /** The highest position that was ever given out. */
  position(): Promise<number>
  /** By name. */
  settings(): Promise<readonly MovedSetting[]>
  /** By tenant and name. */
  workflows(): AsyncIterable<MovedWorkflow>
  /** Of one name, oldest first. */
  versions(workflow: MovedWorkflow): AsyncIterable<MovedVersion>
  /** By tenant, kind and id; also those of no session. */
  documents(): AsyncIterable<MovedDocument>
  /** By id. */
  sessions(): AsyncIterable<MovedSession>
  /** By seq, in pages. */
  events(session: MovedSession): AsyncIterable<readonly MovedEvent[]>
  /** By time of creation, then by id. */
  artifacts(sessionId: string): Promise<readonly MovedArtifact[]>
  /** By key. */
  keys(sessionId: string): Promise<readonly IdempotencyClaim[]>
  close(): Promise<void>
}

/** An empty store that is filled in one transaction. Nobody else writes to it meanwhile. */
export interface TransferTarget {
  /** Replaces the value that is there. */
  addSetting(setting: MovedSetting): Promise<void>
  addWorkflow(workflow: MovedWorkflow): Promise<void>
  addVersion(version: MovedVersion): Promise<void>
  addDocument(document: MovedDocument): Promise<void>
  addSession(session: MovedSession): Promise<void>
  /** To a session that was added. */
  addEvents(session: MovedSession, events: readonly MovedEvent[]): Promise<void>
  addArtifact(session: MovedSession, artifact: MovedArtifact): Promise<void>
  addKey(session: MovedSession, key: IdempotencyClaim): Promise<void>
  /** After the last session: brings counts up to date, and has new events follow this position. */
  finish(position: number): Promise<void>
  /** What was written, as the store gives it back before the commit; closed with the target. */
  readonly written: TransferSource
  commit(): Promise<void>
  /** Takes back what was not committed. */
  close(): Promise<void>
}
