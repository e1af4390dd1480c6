import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../../src/config.ts'
import { openArtifactBytes } from '../../src/modules/artifacts/open-bytes.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { SessionRecord } from '../../src/store/types.ts'
import { newDocument } from './document-contract.ts'
import { appendOne, artifactRecord, create, events, move, sessionRecord, start } from './records.ts'
import { workflow } from './workflow-contract.ts'

/** Separators that some readers of lines split at, what JSON escapes, and what UTF-16 writes in pairs. */
export const oddText = 'a\u2028b\u2029c "quoted" \\ \u0001 😀 é \r\n\t'

export interface Content {
  readonly running: SessionRecord
  readonly parked: SessionRecord
  readonly ended: SessionRecord
  readonly cancelled: SessionRecord
  readonly hidden: SessionRecord
  readonly large: Buffer
}

/** Fills an embedded store with sessions of every kind, whose events took turns in the log. */
export async function fillSqlite({ DATA_DIR }: Config): Promise<Content> {
  const store = await openSqliteStore({ dataDir: DATA_DIR })
  const bytes = await openArtifactBytes(join(DATA_DIR, 'artifacts'))
  const at = (n: number) => ({ createdAt: start + n })

  const running = await create(store, { ...at(3), name: oddText, tenant: 'other' }, 2)
  const { plan } = sessionRecord()
  const low = { plan: { ...plan, priority: -7 } }
  const parked = await create(store, { ...at(2), ...low, name: 'parked' })
  const saved = { plan: { ...plan, workflow: { name: 'nightly', version: 2 } } }
  const ended = await create(store, { ...at(1), ...saved }, 3)
  const cancelled = await create(store, at(5))
  const hidden = await create(store, at(4))
  await move(store, running, 2, 'running')
  await move(store, parked, 1, 'waiting', { wakeAt: start + 5000 })
  await move(store, cancelled, 1, 'cancelled', { endedAt: start + 60 })
  await appendOne(store, running, 3)
  await move(store, ended, 3, 'completed', { endedAt: start + 70 })
  await store.append({
    sessionId: running.id,
    tenant: running.tenant,
    expectedSeq: 4,
    events: [...events(4, 700, oddText), ...events(704, 2, 'x'.repeat(1_000_000))],
  })

  const session = sessionRecord({ ...at(6), tenant: 'other' })
  const claim = {
    key: `key ${oddText}`,
    requestHash: 'h',
    answer: '{ "a" : 1.0 }',
    expiresAt: 9e12,
  }
  await store.createSession({ session, events: events(0, 1), idempotency: claim })
  await store.initSetting('firstKeyHash', 'abc123')

  // One with two versions, one of another tenant, and one that was removed and is counted on.
  for (const digest of ['one', 'two']) await store.saveWorkflow(workflow(digest))
  await store.saveWorkflow(workflow(oddText, { tenant: 'other', description: oddText }))
  await store.saveWorkflow(workflow('gone', { name: 'removed' }))
  await store.removeWorkflow('default', 'removed')

  // Of a session, of none, of one that is not there, and of one that is being removed.
  const documents = [
    { id: 'a', sessionId: running.id, dueAt: start + 7, expiresAt: 9e12 },
    { id: oddText, tenant: 'other', body: oddText, createdAt: start + 1 },
    { id: 'é' },
    { id: 'B', kind: 'batch' },
    { id: 'c', sessionId: 'ses_unknown', expiresAt: start },
    { id: 'd', sessionId: hidden.id },
  ]
  for (const { id, ...changes } of documents) await store.putDocument(newDocument(id, changes), 0)
  await store.putDocument(newDocument('é', { body: '"changed"' }), 1)

  const large = randomBytes(2 * 1024 * 1024 + 1)
  for (const content of [Buffer.alloc(0), large, Buffer.from('é')]) {
    const record = artifactRecord(running, { name: oddText, bytes: content.length })
    await bytes.write(record, content)
    await store.putArtifact(record)
  }
  const ofHidden = artifactRecord(hidden, { bytes: 1 })
  await bytes.write(ofHidden, Buffer.from('x'))
  await store.putArtifact(ofHidden)
  await move(store, hidden, 1, 'failed', { endedAt: start + 80 })
  await store.markForPurge(hidden.id)

  await bytes.close()
  await store.close()
  return { running, parked, ended, cancelled, hidden, large }
}
