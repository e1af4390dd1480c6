import type { Gap } from './cursor.ts'
import type { StreamedEvent } from './frame.ts'
import type { GoodbyeReason } from './goodbye.ts'
import type { TypesFilter } from './types-filter.ts'

/** Where a log stands as a stream of it is opened. */
export interface Opening {
  readonly first: number
  readonly next: number
  readonly resumed: boolean
  readonly ended: boolean
}

/** How a stream is written. What is nothing in a form is empty. */
export interface StreamForm {
  readonly representation: 'stream' | 'text'
  /** Said first of all. @param random yields numbers in [0, 1) */
  hello(opening: Opening, random: () => number): string
  /** The events that the filter lets pass; undefined when there is nothing to be written. */
  events(events: readonly StreamedEvent[], filter: TypesFilter | undefined): Buffer | undefined
  /** Said where nothing else was for a while; clients do not see it. */
  readonly heartbeat: string
  /** How far the log was looked through where less was shown. */
  bookmark(seq: number): string
  /** Events that were asked for are not to be had. */
  gap(
    gap: Gap,
    extent: { readonly first: number; readonly next: number },
    sessionId: string,
  ): string
  /** The last words of a stream that ends before its session does. @param cursor of the last event before */
  goodbye(reason: GoodbyeReason, cursor: number, random: () => number): string
}
