import type { z } from 'zod'
import { type End, type Entry, entryOrEndSchema, FORMAT, headerSchema, VERSION } from './entries.ts'
import { splitLines } from './split-lines.ts'
import { type Counts, createTally, sha256 } from './tally.ts'
import { TransferError } from './transfer-error.ts'

/** An entry with the line it was read from. */
export interface ReadEntry {
  readonly entry: Entry | End
  readonly line: Uint8Array
}

/**
 * The entries of an export. The end comes when it is known that nothing is missing and nothing was
 * changed; until then nothing is certain.
 * @throws TransferError when it is no export, of another version, damaged or cut off
 */
export async function* readExport(
  chunks: AsyncIterable<Uint8Array>,
  onProgress: (counts: Counts) => void = () => {},
): AsyncGenerator<ReadEntry> {
  const tally = createTally()
  let number = 0
  let headerSha256 = ''
  let last: { readonly entry: End; readonly line: Uint8Array } | undefined
  for await (const line of splitLines(chunks)) {
    number += 1
    if (last !== undefined) throw damaged(number, 'something follows its end')
    if (number === 1) {
      checkHeader(line)
      headerSha256 = sha256(line)
      continue
    }
    const entry = parseLine(line, number)
    if (entry.kind === 'end') {
      last = { entry, line }
      continue
    }
    tally.add(entry, line)
    onProgress(tally.counts)
    yield { entry, line }
  }
  if (number === 0) throw new TransferError('The export is empty.')
  if (last === undefined) {
    throw new TransferError(`The export is cut off: it stops after line ${number}, before its end.`)
  }
  checkEnd(last.entry, { ...tally.counts, sha256: tally.sha256(), headerSha256 })
  yield last
}

function checkEnd(end: End, found: Omit<End, 'kind'>): void {
  for (const name of Object.keys(found) as (keyof typeof found)[]) {
    if (found[name] === end[name]) continue
    throw new TransferError(
      `The export is damaged: by its last line ${name} is ${end[name]}, but it is ${found[name]}.`,
    )
  }
}

function checkHeader(line: Buffer): void {
  const header = parseJson(line) as { format?: unknown; version?: unknown } | undefined | null
  if (header?.format !== FORMAT) throw new TransferError('This is no export of Stepstream.')
  if (header.version !== VERSION) {
    throw new TransferError(
      `The export has version ${JSON.stringify(header.version)}, and this program knows version ${VERSION}: import it with the program that wrote it.`,
    )
  }
  check(headerSchema.safeParse(header), 1)
}

function parseLine(line: Buffer, number: number): Entry | End {
  const value = parseJson(line)
  // A last line without its newline may have been cut inside a number and still be JSON.
  if (value === undefined || line.at(-1) !== 0x0a) {
    throw new TransferError(
      `The export is damaged or cut off: line ${number} is no whole line of JSON.`,
    )
  }
  return check(entryOrEndSchema.safeParse(value), number)
}

function parseJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString())
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function check<Value>(parsed: z.ZodSafeParseResult<Value>, number: number): Value {
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw damaged(number, `${issue?.path.join('.')}: ${issue?.message}`)
}

function damaged(number: number, what: string): TransferError {
  return new TransferError(`The export is damaged in line ${number}: ${what}.`)
}
