import type { End } from './entries.ts'
import { toLine } from './entries.ts'
import { createFiller } from './fill-store.ts'
import { readExport } from './read-export.ts'
import { readStore } from './read-store.ts'
import { createSessionDigests, type SessionDigest } from './session-digests.ts'
import { type Counts, createTally } from './tally.ts'
import { TransferError } from './transfer-error.ts'
import type { MovedSetting, TransferBytes, TransferSource, TransferTarget } from './types.ts'

export interface ImportOptions {
  /** The bytes of an export. */
  readonly chunks: AsyncIterable<Uint8Array>
  readonly target: TransferTarget
  readonly bytes: TransferBytes
  readonly onProgress?: (counts: Counts) => void
  /** Called when all is written and is about to be read back. */
  readonly onVerify?: () => void
}

/** What an export held, to compare with what the store gives back; some 150 bytes a session. */
interface Expected {
  readonly settings: MovedSetting[]
  readonly sessions: SessionDigest[]
  end?: End
}

/**
 * Fills an empty store with an export, reads everything back, and commits if it is the same.
 * Otherwise nothing is left, neither rows nor bytes.
 * @throws TransferError when the export cannot be used, or what is read back differs
 */
export async function importStore(options: ImportOptions): Promise<End> {
  const { target, bytes } = options
  const filler = createFiller(target, bytes)
  let end: End
  try {
    const expected = await fill(options, filler)
    options.onVerify?.()
    end = await verify(expected, target.written, bytes)
  } catch (error) {
    for (const key of filler.written) await bytes.remove(key)
    throw error
  }
  // Whether a commit that fails went through is not known: the bytes stay.
  await target.commit()
  return end
}

async function fill(
  { chunks, onProgress }: ImportOptions,
  filler: ReturnType<typeof createFiller>,
): Promise<Expected> {
  const expected: Expected = { settings: [], sessions: [] }
  const digests = createSessionDigests()
  const keep = (digest: SessionDigest | undefined) => {
    if (digest !== undefined) expected.sessions.push(digest)
  }
  const tally = createTally()
  for await (const { entry, line } of readExport(chunks)) {
    if (entry.kind === 'end') {
      expected.end = entry
      continue
    }
    if (entry.kind === 'setting') expected.settings.push(entry)
    keep(digests.add(entry, line))
    await filler.add(entry)
    tally.add(entry, line)
    onProgress?.(tally.counts)
  }
  keep(digests.end())
  await filler.finish()
  return expected
}

async function verify(
  { settings, sessions, end }: Expected,
  written: TransferSource,
  bytes: TransferBytes,
): Promise<End> {
  const values = new Map((await written.settings()).map(({ name, value }) => [name, value]))
  for (const { name, value } of settings) {
    if (values.get(name) !== value) throw new TransferError(`The setting ${name} came back changed.`)
  }
  const digests = createSessionDigests()
  let next = 0
  const compare = (digest: SessionDigest | undefined) => {
    if (digest === undefined) return
    const expected = sessions[next++]
    if (expected?.id === digest.id && expected.sha256 === digest.sha256) return
    throw new TransferError(
      `The session ${expected?.id ?? digest.id} differs from the export when it is read back.`,
    )
  }
  for await (const entry of readStore(written, bytes)) compare(digests.add(entry, toLine(entry)))
  compare(digests.end())
  const missing = sessions[next]
  if (missing !== undefined) throw new TransferError(`The session ${missing.id} was not kept.`)
  if (end === undefined) throw new TransferError('The export has no end.')
  return end
}
