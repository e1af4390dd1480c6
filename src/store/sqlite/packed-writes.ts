import type { EventType } from '../../session/events.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { EncodedEvent } from '../types.ts'
import type { AppendWrite, CreateWrite, Write } from '../write.ts'

/**
 * A group on its way to another thread: one flat list. Copying a list of strings and numbers
 * between threads costs a fraction of copying objects, and leaves behind what others keep on events.
 */
export type PackedWrites = unknown[]

export function packWrites(writes: readonly Write[]): PackedWrites {
  const packed: PackedWrites = []
  for (const write of writes) {
    if (write.kind === 'append') packAppend(packed, write)
    else if (write.kind === 'create') packCreate(packed, write)
    else packed.push('other', write)
  }
  return packed
}

export function unpackWrites(packed: PackedWrites): Write[] {
  const writes: Write[] = []
  const cursor = { at: 0 }
  const take = () => packed[cursor.at++]
  while (cursor.at < packed.length) {
    const kind = take()
    if (kind === 'append') writes.push(unpackAppend(take))
    else if (kind === 'create') writes.push(unpackCreate(take))
    else writes.push(take() as Write)
  }
  return writes
}

function packAppend(packed: PackedWrites, write: AppendWrite): void {
  const { sessionId, tenant, expectedSeq, events, summary } = write
  packed.push('append', sessionId, tenant, expectedSeq, summary?.status)
  if (summary !== undefined) packed.push(summary.wakeAt, summary.endedAt)
  packEvents(packed, events)
}

function unpackAppend(take: () => unknown): AppendWrite {
  const sessionId = take() as string
  const tenant = take() as string
  const expectedSeq = take() as number
  const status = take() as SessionStatus | undefined
  const summary = status && {
    status,
    wakeAt: take() as number | null,
    endedAt: take() as number | null,
  }
  const events = unpackEvents(take, expectedSeq)
  // Nobody claims sessions where one process has the store to itself.
  return { kind: 'append', sessionId, tenant, expectedSeq, events, summary, claim: undefined }
}

function packCreate(packed: PackedWrites, { session, events, idempotency }: CreateWrite): void {
  packed.push('create', session, idempotency)
  packEvents(packed, events)
}

function unpackCreate(take: () => unknown): CreateWrite {
  const session = take() as CreateWrite['session']
  const idempotency = take() as CreateWrite['idempotency']
  return { kind: 'create', session, idempotency, events: unpackEvents(take, 0) }
}

function packEvents(packed: PackedWrites, events: readonly EncodedEvent[]): void {
  packed.push(events.length)
  for (const { type, body } of events) packed.push(type, body)
}

function unpackEvents(take: () => unknown, afterSeq: number): EncodedEvent[] {
  const count = take() as number
  const events: EncodedEvent[] = []
  for (let seq = afterSeq + 1; seq <= afterSeq + count; seq++) {
    events.push({ seq, type: take() as EventType, body: take() as string })
  }
  return events
}
