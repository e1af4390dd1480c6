import { type End, FORMAT, type Header, toLine, VERSION } from './entries.ts'
import { readStore } from './read-store.ts'
import { type Counts, createTally, sha256 } from './tally.ts'
import type { TransferBytes, TransferSource } from './types.ts'

export interface ExportOptions {
  readonly source: TransferSource
  readonly bytes: Pick<TransferBytes, 'open'>
  /** ms since the epoch. */
  readonly now: number
  readonly onProgress?: (counts: Counts) => void
  readonly onEnd?: (end: End) => void
}

/**
 * A store as the lines of an export.
 * @throws TransferError when an artifact's bytes are not there
 */
export async function* exportStore(options: ExportOptions): AsyncGenerator<string> {
  const { source, bytes, now, onProgress, onEnd } = options
  const header: Header = {
    format: FORMAT,
    version: VERSION,
    exportedAt: new Date(now).toISOString(),
    store: source.store,
    schema: source.schema,
  }
  const headerLine = `${JSON.stringify(header)}\n`
  yield headerLine
  const tally = createTally()
  for await (const entry of readStore(source, bytes)) {
    const line = toLine(entry)
    tally.add(entry, line)
    onProgress?.(tally.counts)
    yield line
  }
  const end: End = {
    kind: 'end',
    ...tally.counts,
    sha256: tally.sha256(),
    headerSha256: sha256(headerLine),
  }
  yield `${JSON.stringify(end)}\n`
  onEnd?.(end)
}
