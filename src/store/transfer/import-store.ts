import { createHash } from 'node:crypto'
import { type End, type Entry, toLine } from './entries.ts'
import { createFiller, type Filler } from './fill-store.ts'
import { readExport } from './read-export.ts'
import { readStore } from './read-store.ts'
import { createSessionDigests, type SessionDigest } from './session-digests.ts'
import type { Counts } from './tally.ts'
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
  readonly settings: readonly MovedSetting[]
  /** SHA-256 over the lines of saved workflows and documents. */
  readonly others: string
  readonly sessions: readonly SessionDigest[]
  readonly end: End
}

/**
 * Fills an empty store with an export, reads everything back, and commits if it is the same.
 * Otherwise nothing is left, neither rows nor bytes.
 * @throws TransferError when the export cannot be used, or what is read back differs
 */
export async function importStore(options: ImportOptions): Promise<End> {
  const { target, bytes } = options
  const filler = createFiller(target, bytes)
  let expected: Expected
  try {
    expected = await fill(options, filler)
    options.onVerify?.()
    await verify(expected, target.written, bytes)
  } catch (refusal) {
    // The refusal is what the operator must know; a later import finds bytes that could not go.
    await Promise.allSettled(filler.written.map((key) => bytes.remove(key)))
    throw refusal
  }
  // Whether a commit that fails went through is not known: the bytes stay.
  await target.commit()
  return expected.end
}

async function fill({ chunks, onProgress }: ImportOptions, filler: Filler): Promise<Expected> {
  const settings: MovedSetting[] = []
  const others = createHash('sha256')
  const sessions: SessionDigest[] = []
  const digests = createSessionDigests()
  let end: End | undefined
  for await (const { entry, line } of readExport(chunks, onProgress)) {
    if (entry.kind === 'end') {
      end = entry
      break
    }
    if (entry.kind === 'setting') settings.push(entry)
    if (isBesideSessions(entry)) others.update(line)
    sessions.push(...digests.add(entry, line))
    await filler.add(entry)
  }
  sessions.push(...digests.end())
  if (end === undefined) throw new TransferError('The export has no end.')
  await filler.finish()
  return { settings, others: others.digest('hex'), sessions, end }
}

async function verify(
  { settings, others, sessions }: Expected,
  written: TransferSource,
  bytes: TransferBytes,
): Promise<void> {
  const values = new Map((await written.settings()).map(({ name, value }) => [name, value]))
  for (const { name, value } of settings) {
    if (values.get(name) !== value)
      throw new TransferError(`The setting ${name} came back changed.`)
  }
  const digests = createSessionDigests()
  const found = createHash('sha256')
  let next = 0
  const compare = (digests: readonly SessionDigest[]) => {
    for (const found of digests) {
      const expected = sessions[next++]
      if (expected?.id === found.id && expected.sha256 === found.sha256) continue
      throw new TransferError(
        `The session ${expected?.id ?? found.id} differs from the export when it is read back.`,
      )
    }
  }
  for await (const entry of readStore(written, bytes)) {
    const line = toLine(entry)
    if (isBesideSessions(entry)) found.update(line)
    compare(digests.add(entry, line))
  }
  compare(digests.end())
  if (found.digest('hex') !== others) {
    throw new TransferError(
      'The saved workflows or other records differ from the export when they are read back.',
    )
  }
  const missing = sessions[next]
  if (missing !== undefined) throw new TransferError(`The session ${missing.id} was not kept.`)
}

function isBesideSessions({ kind }: Entry): boolean {
  return kind === 'workflow' || kind === 'version' || kind === 'document'
}
