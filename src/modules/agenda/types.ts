import type { Document } from '../../store/documents.ts'

/**
 * Brings documents to whoever keeps them when they are due. Every process looks: of several that
 * are given one document at once, the version decides whose change counts, so a handler does first
 * what may be done twice (a start under an idempotency key) and writes the document after it.
 */
export interface Agenda {
  /**
   * Who sees to a kind of document. A handler writes the document anew, with another `dueAt`, or
   * removes it; when it throws, that is logged, and it is asked again after a growing while.
   */
  on(kind: string, handle: (document: Document) => Promise<void>): void
  /** A document was written here that may be due sooner than was known. */
  soon(): void
  start(): void
  /** Resolves when no handler is under way. */
  stop(): Promise<void>
}
