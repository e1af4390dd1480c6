import type { Entry } from './entries.ts'
import { TransferError } from './transfer-error.ts'
import type { MovedArtifact, MovedEvent, TransferBytes, TransferSource } from './types.ts'

/*
 * Where lines are cut belongs to the format: the content alone decides, so that equal stores give
 * equal lines.
 */

/** A line takes no further event once its bodies are this long together. */
const LINE_LENGTH = 64 * 1024

/** Divisible by three: no piece but the last is padded. */
const PIECE_BYTES = 48 * 1024

/** The cookies of sites that browsers are signed in to, in clear: no file shall have them. */
const staysBehind: ReadonlySet<string> = new Set(['browserState'])

/**
 * Everything in a store as entries, but what stays behind, piece by piece.
 * @throws TransferError when an artifact's bytes are not there
 */
export async function* readStore(
  source: TransferSource,
  bytes: Pick<TransferBytes, 'open'>,
): AsyncGenerator<Entry> {
  yield { kind: 'store', position: await source.position() }
  for (const setting of await source.settings()) yield { kind: 'setting', ...setting }
  for await (const workflow of source.workflows()) {
    yield { kind: 'workflow', ...workflow }
    for await (const version of source.versions(workflow)) yield { kind: 'version', ...version }
  }
  for await (const document of source.documents()) {
    if (!staysBehind.has(document.documentKind)) yield { kind: 'document', ...document }
  }
  for await (const session of source.sessions()) {
    yield { kind: 'session', ...session }
    yield* readEvents(source.events(session))
    for (const key of await source.keys(session.id)) yield { kind: 'key', ...key }
    for (const artifact of await source.artifacts(session.id)) {
      yield { kind: 'artifact', ...artifact }
      yield* readBytes(session.id, artifact, bytes)
    }
  }
}

async function* readEvents(pages: AsyncIterable<readonly MovedEvent[]>): AsyncGenerator<Entry> {
  let events: MovedEvent[] = []
  let length = 0
  for await (const page of pages) {
    for (const event of page) {
      events.push(event)
      length += event.body.length
      if (length < LINE_LENGTH) continue
      yield { kind: 'events', events }
      events = []
      length = 0
    }
  }
  if (events.length > 0) yield { kind: 'events', events }
}

async function* readBytes(
  sessionId: string,
  artifact: MovedArtifact,
  bytes: Pick<TransferBytes, 'open'>,
): AsyncGenerator<Entry> {
  const body = await bytes.open({ sessionId, id: artifact.id })
  let pending = Buffer.alloc(0)
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    pending = Buffer.concat([pending, chunk])
    while (pending.byteLength >= PIECE_BYTES) {
      yield toPiece(pending.subarray(0, PIECE_BYTES))
      pending = pending.subarray(PIECE_BYTES)
    }
  }
  if (pending.byteLength > 0) yield toPiece(pending)
  if (body !== undefined && size === artifact.bytes) return
  throw new TransferError(
    `The artifact ${artifact.id} of ${sessionId} has ${artifact.bytes} bytes by its record, and ${body === undefined ? 'none are' : `${size} are`} stored: check DATA_DIR or ARTIFACTS_URL.`,
  )
}

function toPiece(bytes: Buffer): Entry {
  return { kind: 'bytes', base64: bytes.toString('base64') }
}
