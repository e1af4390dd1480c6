/**
 * A record that a module keeps for itself: a schedule, a batch, a delivery. The store knows only
 * what it is found by; the body is the module's.
 */
export interface Document {
  readonly tenant: string
  /** Whose it is, such as `schedule`. */
  readonly kind: string
  /** Unique for its tenant and kind. */
  readonly id: string
  /** 1 at first, and one more with each change. */
  readonly version: number
  /** As JSON. */
  readonly body: string
  /** ms since the epoch; lists are sorted by it, then by id. */
  readonly createdAt: number
  /** When somebody must look at it, ms since the epoch; null: never. */
  readonly dueAt: number | null
  /**
   * The session it belongs to, and is removed with: by `purge`, so a while after the session is
   * gone from view. Nobody checks that there is one: what may be written after its session was
   * removed must expire.
   */
  readonly sessionId: string | null
  /** When `purge` may remove it, also if it is due; ms since the epoch; null: never. */
  readonly expiresAt: number | null
}

export type NewDocument = Omit<Document, 'version'>

/** What a document is found by. */
export type DocumentKey = Pick<Document, 'tenant' | 'kind' | 'id'>

/** What came of a write: the version it has now; `unexpected`: nothing was written, and this is current. */
export interface DocumentWritten {
  readonly kind: 'written' | 'unexpected'
  /** Undefined where there is none. */
  readonly version: number | undefined
}

export interface ListDocuments {
  readonly tenant: string
  readonly kind: string
  /** Those of one session. */
  readonly sessionId?: string
  /**
   * Newest first; continue after the document with this id. Where that one is gone the list begins
   * anew: whoever reads on sees some twice, and misses none.
   */
  readonly after?: string
  /** Or continue behind this place, whether or not there is a document any more. */
  readonly behind?: DocumentPlace
  readonly limit: number
}

/** Where a document stands in lists. */
export type DocumentPlace = Pick<Document, 'createdAt' | 'id'>

/** Documents of modules: part of the store's port. */
export interface DocumentStore {
  /**
   * Writes a document whole if the version expected is current: 0 where there must be none. Of
   * several that expect the same version one writes.
   */
  putDocument(document: NewDocument, expectedVersion: number): Promise<DocumentWritten>
  /** Removes it if the version expected is current; undefined: whichever is. `written` where it was removed. */
  removeDocument(
    tenant: string,
    kind: string,
    id: string,
    expectedVersion?: number,
  ): Promise<DocumentWritten>
  document(tenant: string, kind: string, id: string): Promise<Document | undefined>
  listDocuments(list: ListDocuments): Promise<readonly Document[]>
  /** Of each of these kinds the first `limit` that were created, oldest first; the kinds in any order. */
  oldestDocuments(
    tenant: string,
    kinds: readonly string[],
    limit: number,
  ): Promise<readonly Document[]>
  /** How many there are, of what is bounded. */
  countDocuments(tenant: string, kind: string): Promise<number>
  /** Of all tenants and kinds, those due at `now` or before, earliest first. */
  dueDocuments(now: number, limit: number): Promise<readonly Document[]>
}
