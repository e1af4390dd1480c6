import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import {
  type AuditLogOptions,
  createAuditLog,
  MAX_SCANNED,
} from '../../../src/modules/audit/index.ts'
import type { NewAuditEntry } from '../../../src/modules/audit/types.ts'
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const tenant = 'default'
const dayMs = 24 * 60 * 60 * 1000

const pause: NewAuditEntry = {
  action: 'session.pause',
  actor: 'ci',
  tenant,
  target: { session: 'ses_1' },
  from: { ip: '127.0.0.1' },
  requestId: 'req_1',
  outcome: { status: 202 },
}

function auditLog(options: Partial<AuditLogOptions> = {}) {
  const clock = new ManualClock()
  const store = createMemoryStore()
  const lines: unknown[] = []
  let lost = 0
  const audit = createAuditLog({
    store,
    clock,
    log: { error: (line: unknown) => void lines.push(line) } as AuditLogOptions['log'],
    ttlMs: 90 * dayMs,
    onLost: () => (lost += 1),
    ...options,
  })
  return { audit, clock, store, lines, told: () => lost }
}

describe('the audit log', () => {
  test('keeps an entry as a document of its own, which outlives its session', async () => {
    const { audit, clock, store } = auditLog()
    audit.record(pause)
    expect(audit.stats()).toEqual({ pending: 1, lost: 0 })
    await audit.flush()
    expect(audit.stats()).toEqual({ pending: 0, lost: 0 })
    const [document] = await store.listDocuments({ tenant, kind: 'audit', limit: 2 })
    const now = clock.now()
    expect(document).toMatchObject({
      id: expect.stringMatching(/^aud_/),
      createdAt: now,
      sessionId: null,
      dueAt: null,
      expiresAt: now + 90 * dayMs,
    })
    expect(JSON.parse(document?.body ?? '')).toEqual({
      ...pause,
      id: document?.id,
      at: new Date(now).toISOString(),
    })
  })

  test('counts an entry that cannot be written, and hands it to the service’s log', async () => {
    const refusal = new StepstreamError('STORAGE_UNAVAILABLE', 'no space is left')
    const store = { ...createMemoryStore(), putDocument: () => Promise.reject(refusal) }
    const { audit, lines, told } = auditLog({ store })
    audit.record(pause)
    await audit.flush()
    expect(audit.stats()).toEqual({ pending: 0, lost: 1 })
    expect(told()).toBe(1)
    expect(lines).toEqual([{ err: refusal, audit: expect.objectContaining(pause) }])
  })

  test('writes an entry once the store takes it again', async () => {
    const inner = createMemoryStore()
    let refusals = 2
    const store: AuditLogOptions['store'] = {
      ...inner,
      putDocument(document, expected) {
        if (refusals === 0) return inner.putDocument(document, expected)
        refusals -= 1
        return Promise.reject(new StepstreamError('STORAGE_UNAVAILABLE', 'not now'))
      },
    }
    const { audit, clock, told } = auditLog({ store })
    audit.record(pause)
    await expect
      .poll(() => {
        clock.advance(500)
        return audit.stats()
      })
      .toEqual({ pending: 0, lost: 0 })
    expect(told()).toBe(0)
    expect(await inner.listDocuments({ tenant, kind: 'audit', limit: 2 })).toHaveLength(1)
  })

  test('holds so many entries for a store that hangs, and no more', () => {
    const store = { ...createMemoryStore(), putDocument: () => new Promise<never>(() => {}) }
    const { audit } = auditLog({ store })
    for (let count = 0; count < 10_002; count += 1) audit.record(pause)
    expect(audit.stats()).toEqual({ pending: 10_000, lost: 2 })
  })

  test.for([
    [{ session: 'ses_2' }, ['session.pause by ci']],
    [{ action: 'session.cancel' }, ['session.cancel by ci']],
    [{ actor: 'ci' }, ['session.cancel by ci', 'session.pause by ci']],
    [{ actor: 'Ann' }, ['step.skip by me']],
    [{ session: 'ses_1', actor: 'me' }, ['step.skip by me']],
    [{ after: 2 }, ['session.cancel by ci', 'session.pause by ci']],
    [{ before: 2 }, ['session.pause by ci', 'step.skip by me']],
    [{ after: 2, before: 2 }, ['session.pause by ci']],
    [{ session: 'ses_9' }, []],
  ] as const)('finds entries by %o, newest first', async ([filter, found]) => {
    const { audit, clock } = auditLog()
    const start = clock.now()
    const at = (count: number | undefined) => count && start + count
    clock.advance(1)
    audit.record({ ...pause, action: 'step.skip', actor: 'me', person: 'Ann' })
    clock.advance(1)
    audit.record({ ...pause, target: { session: 'ses_2' } })
    clock.advance(1)
    audit.record({ ...pause, action: 'session.cancel' })
    await audit.flush()
    const { after, before, ...rest } = { after: undefined, before: undefined, ...filter }
    const times = { after: at(after), before: at(before) }
    const { entries, next } = await audit.list({ tenant, limit: 10, ...rest, ...times })
    expect(entries.map(({ action, actor }) => `${action} by ${actor}`)).toEqual(found)
    expect(next).toBeUndefined()
  })

  test('shows nothing of another tenant', async () => {
    const { audit } = auditLog()
    audit.record({ ...pause, tenant: 'other' })
    await audit.flush()
    expect((await audit.list({ tenant, limit: 10 })).entries).toEqual([])
  })

  test('comes in pages that miss nothing and repeat nothing', async () => {
    const { audit, clock } = auditLog()
    for (let count = 0; count < 7; count += 1) {
      audit.record({ ...pause, requestId: `req_${count}` })
      if (count % 2 === 0) clock.advance(1)
    }
    await audit.flush()
    for (const filter of [{}, { actor: 'ci' }]) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await audit.list({ tenant, limit: 3, cursor, ...filter })
        seen.push(...page.entries.map(({ requestId }) => requestId))
        cursor = page.next
      } while (cursor !== undefined)
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((count) => `req_${count}`))
    }
  })

  test('ends where the entry that a cursor names has been removed', async () => {
    const { audit } = auditLog()
    audit.record(pause)
    await audit.flush()
    const cursor = 'aud_00000000000000000000000000'
    expect(await audit.list({ tenant, limit: 3, cursor })).toEqual({ entries: [] })
  })

  test('looks through so many entries for one page, and says where to go on', async () => {
    const inner = createMemoryStore()
    let read = 0
    const store = {
      ...inner,
      listDocuments: async (list: Parameters<typeof inner.listDocuments>[0]) => {
        const page = await inner.listDocuments(list)
        read += page.length
        return page
      },
    }
    const { audit } = auditLog({ store })
    audit.record({ ...pause, actor: 'me' })
    for (let count = 0; count < MAX_SCANNED + 10; count += 1) audit.record(pause)
    await audit.flush()
    const first = await audit.list({ tenant, limit: 1, actor: 'me' })
    expect(first).toEqual({ entries: [], next: expect.stringMatching(/^aud_/) })
    expect(read).toBe(MAX_SCANNED)
    const second = await audit.list({ tenant, limit: 1, actor: 'me', cursor: first.next })
    expect(second.entries).toMatchObject([{ actor: 'me' }])
  })
})
