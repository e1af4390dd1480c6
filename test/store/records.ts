import { ulid } from 'ulid'
import type { SessionStatus } from '../../src/session/status.ts'
import type { ArtifactRecord, EncodedEvent, SessionRecord, Store } from '../../src/store/types.ts'

export const start = Date.UTC(2026, 0, 1)

/** A new session; its id is made from its time of creation. */
export function sessionRecord(changes: Partial<SessionRecord> = {}): SessionRecord {
  const createdAt = changes.createdAt ?? start
  return {
    id: `ses_${ulid(createdAt)}`,
    tenant: 'default',
    name: null,
    status: 'queued',
    wakeAt: null,
    endedAt: null,
    createdAt,
    correlation: { id: 'req-1', traceparent: '00-aa-bb-01' },
    plan: {
      inputs: { url: 'http://shop.local' },
      onFailure: 'fail_fast',
      timeoutMs: 1000,
      maxParallel: 8,
      steps: [],
    },
    ...changes,
  }
}

/** `count` events that follow `afterSeq`. */
export function events(afterSeq: number, count: number, text = 'é'): EncodedEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = afterSeq + 1 + index
    return { seq, type: 'step.progress', body: JSON.stringify({ seq, text }) }
  })
}

/** Writes a new session with its first events, and returns it. */
export async function create(
  store: Store,
  changes: Partial<SessionRecord> = {},
  eventCount = 1,
): Promise<SessionRecord> {
  const session = sessionRecord(changes)
  await store.createSession({ session, events: events(0, eventCount) })
  return session
}

/** Appends one event that moves the session to a status. */
export function move(
  store: Store,
  { id, tenant }: SessionRecord,
  expectedSeq: number,
  status: SessionStatus,
  { wakeAt = null, endedAt = null }: { wakeAt?: number | null; endedAt?: number | null } = {},
): Promise<void> {
  const summary = { status, wakeAt, endedAt }
  return store.append({
    sessionId: id,
    tenant,
    expectedSeq,
    events: events(expectedSeq, 1),
    summary,
  })
}

/** Appends one event and changes nothing else. */
export function appendOne(
  store: Store,
  { id, tenant }: SessionRecord,
  expectedSeq: number,
): Promise<void> {
  return store.append({ sessionId: id, tenant, expectedSeq, events: events(expectedSeq, 1) })
}

export async function seqs(store: Store, sessionId: string): Promise<number[]> {
  const page = await store.readEvents({ sessionId, afterSeq: 0, limit: 1_000_000 })
  return page.map((event) => event.seq)
}

export function artifactRecord(
  session: SessionRecord,
  changes: Partial<ArtifactRecord> = {},
): ArtifactRecord {
  return {
    id: `art_${ulid(start)}`,
    tenant: session.tenant,
    sessionId: session.id,
    stepId: 'fetch',
    name: 'page.html',
    contentType: 'text/html',
    bytes: 12,
    createdAt: start,
    ...changes,
  }
}
