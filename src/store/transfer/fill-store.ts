import type { Entry } from './entries.ts'
import { TransferError } from './transfer-error.ts'
import type {
  BytesKey,
  MovedArtifact,
  MovedSession,
  TransferBytes,
  TransferTarget,
} from './types.ts'

/** Writes entries to a store, in the order in which an export has them. */
export interface Filler {
  /** @throws TransferError when the entry has no place here */
  add(entry: Entry): Promise<void>
  /** After the last entry. @throws TransferError when something is missing */
  finish(): Promise<void>
  /** The bytes written so far; those that were there already are not among them. */
  readonly written: readonly BytesKey[]
}

interface OpenArtifact {
  readonly record: MovedArtifact
  readonly pieces: Buffer[]
  size: number
}

export function createFiller(target: TransferTarget, bytes: TransferBytes): Filler {
  const written: BytesKey[] = []
  let position = 0
  let session: MovedSession | undefined
  let lastSeq = 0
  let artifact: OpenArtifact | undefined

  return {
    written,
    async add(entry) {
      if (entry.kind !== 'bytes') await closeArtifact()
      switch (entry.kind) {
        case 'store':
          position = entry.position
          return
        case 'setting':
          return target.addSetting({ name: entry.name, value: entry.value })
        case 'workflow':
          return target.addWorkflow(entry)
        case 'version':
          return target.addVersion(entry)
        case 'document':
          return target.addDocument(entry)
        case 'session':
          return open(entry)
        case 'events':
          return addEvents(entry.events)
        case 'key':
          return target.addKey(current(entry.kind), entry)
        case 'artifact':
          await target.addArtifact(current(entry.kind), entry)
          artifact = { record: entry, pieces: [], size: 0 }
          return
        case 'bytes':
          return addBytes(Buffer.from(entry.base64, 'base64'))
      }
    },
    async finish() {
      await closeArtifact()
      closeSession()
      await target.finish(position)
    },
  }

  async function open(next: MovedSession): Promise<void> {
    closeSession()
    // Sorted, so that what is read back can be compared as it comes.
    if (session !== undefined && session.id >= next.id) {
      throw new TransferError(`The export has ${next.id} after ${session.id}: it is out of order.`)
    }
    await target.addSession(next)
    session = next
    lastSeq = 0
  }

  async function addEvents(events: Extract<Entry, { kind: 'events' }>['events']): Promise<void> {
    const owner = current('events')
    for (const { seq } of events) {
      if (seq <= lastSeq) throw new TransferError(`The log of ${owner.id} is out of order.`)
      lastSeq = seq
    }
    await target.addEvents(owner, events)
  }

  function addBytes(piece: Buffer): void {
    if (artifact === undefined) throw new TransferError('The export has bytes of no artifact.')
    artifact.pieces.push(piece)
    artifact.size += piece.byteLength
    if (artifact.size > artifact.record.bytes) throw wrongSize(artifact)
  }

  async function closeArtifact(): Promise<void> {
    if (artifact === undefined) return
    if (artifact.size !== artifact.record.bytes) throw wrongSize(artifact)
    const key = { sessionId: current('bytes').id, id: artifact.record.id }
    const content = Buffer.concat(artifact.pieces)
    artifact = undefined
    await keep(key, content)
  }

  /** Both stores may have their bytes in one place: what is there already is left as it is. */
  async function keep(key: BytesKey, content: Buffer): Promise<void> {
    const present = await bytes.read(key)
    if (present === undefined) {
      written.push(key)
      return bytes.write(key, content)
    }
    if (content.equals(present)) return
    throw new TransferError(`Where the bytes of ${key.id} belong there are others.`)
  }

  function closeSession(): void {
    if (session === undefined || session.lastSeq === lastSeq) return
    throw new TransferError(
      `The log of ${session.id} ends with ${session.lastSeq} by its record, but with ${lastSeq} in the export.`,
    )
  }

  function current(kind: Entry['kind']): MovedSession {
    if (session !== undefined) return session
    throw new TransferError(`The export has a line of kind ${kind} before any session.`)
  }
}

function wrongSize({ record, size }: OpenArtifact): TransferError {
  return new TransferError(
    `The artifact ${record.id} has ${record.bytes} bytes by its record, but ${size} or more in the export.`,
  )
}
