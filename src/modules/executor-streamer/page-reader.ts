import { StepstreamError } from '../../errors.ts'
import type { EncodedEvent, Store } from '../../store/types.ts'
import type { PageCache } from './page-cache.ts'
import type { SessionStream } from './session-stream.ts'

/** The most events one read of the store returns; `maxBytes` usually ends it earlier. */
const PAGE_EVENTS = 1000

/** The most bytes that a character of a body takes, however the store counts. */
const MAX_BYTES_PER_CHARACTER = 3

export interface PageReaderOptions {
  readonly store: Pick<Store, 'readEvents'>
  readonly pages: PageCache
  /** Called with events that the stream did not know to be in the log: others have written them. */
  onFound(stream: SessionStream, events: readonly EncodedEvent[]): void
}

/** Reads the store for followers, once for all of a session that are at the same place. */
export class PageReader {
  readonly #options: PageReaderOptions

  constructor(options: PageReaderOptions) {
    this.#options = options
  }

  /** @throws StepstreamError SESSION_NOT_FOUND when events that were in the log are there no more */
  read(
    stream: SessionStream,
    afterSeq: number,
    maxBytes: number,
  ): Promise<readonly EncodedEvent[]> {
    const { reads } = stream
    const running = reads.get(afterSeq)
    if (running !== undefined) return running
    const reading = this.#read(stream, afterSeq, maxBytes).finally(() => {
      if (reads.get(afterSeq) === reading) reads.delete(afterSeq)
    })
    reads.set(afterSeq, reading)
    return reading
  }

  async #read(
    stream: SessionStream,
    afterSeq: number,
    maxBytes: number,
  ): Promise<readonly EncodedEvent[]> {
    const { sessionId, epoch, lastSeq } = stream
    const { store, pages, onFound } = this.#options
    const page = await store.readEvents({ sessionId, afterSeq, limit: PAGE_EVENTS, maxBytes })
    const last = page.at(-1)
    if (last === undefined && lastSeq > afterSeq) {
      throw new StepstreamError('SESSION_NOT_FOUND', `${sessionId} was removed`)
    }
    if (reachesEnd(page, maxBytes)) stream.confirmTail(epoch)
    if (last === undefined) return page
    if (last.seq <= stream.lastSeq) {
      pages.put(sessionId, afterSeq, page)
      return page
    }
    const known = stream.lastSeq
    onFound(
      stream,
      page.filter(({ seq }) => seq > known),
    )
    stream.share(afterSeq, page)
    return page
  }
}

/** Whether nothing but the end of the log can have ended the page. */
function reachesEnd(page: readonly EncodedEvent[], maxBytes: number): boolean {
  if (page.length >= PAGE_EVENTS) return false
  const characters = page.reduce((sum, { body }) => sum + body.length, 0)
  return characters * MAX_BYTES_PER_CHARACTER < maxBytes
}
