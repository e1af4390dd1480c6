import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { newAuditId } from '../../ids.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { AuditEntry, AuditLog, AuditPage, AuditQuery } from './types.ts'

export interface AuditLogOptions {
  readonly store: Pick<Store, 'putDocument' | 'document' | 'listDocuments'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
  /** How long an entry is kept. */
  readonly ttlMs: number
  /** Told of each entry that could not be written. */
  readonly onLost: () => void
}

const KIND = 'audit'

/** How many entries one page is read from at most, when few of them are what is asked for. */
export const MAX_SCANNED = 5000

const READ_AT_ONCE = 500

/** Entries that wait for the store while it hangs; more are lost, because memory is not endless. */
const MAX_PENDING = 10_000

export function createAuditLog({ store, clock, log, ttlMs, onLost }: AuditLogOptions): AuditLog {
  const pending = new Set<Promise<void>>()
  let lost = 0
  let isEnding = false

  return {
    record(said) {
      const now = clock.now()
      const entry = { id: newAuditId(now), at: new Date(now).toISOString(), ...said }
      if (pending.size >= MAX_PENDING) return lose(entry, new Error('too many entries wait'))
      const writing = write(entry, now)
        .catch((error: unknown) => lose(entry, error))
        .finally(() => pending.delete(writing))
      pending.add(writing)
    },
    list,
    stats: () => ({ pending: pending.size, lost }),
    async flush() {
      isEnding = true
      await Promise.all(pending)
    },
  }

  async function write(entry: AuditEntry, now: number): Promise<void> {
    const { id, tenant } = entry
    const body = JSON.stringify(entry)
    const times = { createdAt: now, dueAt: null, expiresAt: now + ttlMs }
    // An entry outlives its session, so the document is not the session's.
    const document = { tenant, kind: KIND, id, body, sessionId: null, ...times }
    await untilStored(
      clock,
      () => store.putDocument(document, 0),
      () => !isEnding,
    )
  }

  /** What is lost here is at least in the service's log. */
  function lose(entry: AuditEntry, error: unknown): void {
    lost += 1
    log.error({ err: error, audit: entry }, 'an audit entry could not be written')
    onLost()
  }

  async function list(query: AuditQuery): Promise<AuditPage> {
    const { tenant, limit, cursor } = query
    // Entries go oldest first: where this one is gone, all that came after it are gone too.
    if (cursor !== undefined && (await store.document(tenant, KIND, cursor)) === undefined) {
      return { entries: [], next: undefined }
    }
    const entries: AuditEntry[] = []
    const atOnce = isFiltered(query) ? READ_AT_ONCE : limit
    let after = cursor
    for (let scanned = 0; scanned < MAX_SCANNED; scanned += atOnce) {
      const from = after === undefined ? {} : { after }
      const page = await store.listDocuments({ tenant, kind: KIND, ...from, limit: atOnce })
      for (const { id, body, createdAt } of page) {
        if (query.after !== undefined && createdAt < query.after)
          return { entries, next: undefined }
        after = id
        const entry = JSON.parse(body) as AuditEntry
        if (isAsked(entry, createdAt, query)) entries.push(entry)
        if (entries.length === limit) return { entries, next: id }
      }
      if (page.length < atOnce) return { entries, next: undefined }
      // Reading can hold up the event loop: others come between two pages.
      await nextTurn()
    }
    return { entries, next: after }
  }
}

/** Whether an entry that is read can be one that is not asked for. */
function isFiltered({ session, action, actor, before }: AuditQuery): boolean {
  return [session, action, actor, before].some((filter) => filter !== undefined)
}

function isAsked(
  { action, actor, keyId, person, target }: AuditEntry,
  at: number,
  query: AuditQuery,
): boolean {
  if (query.before !== undefined && at > query.before) return false
  if (query.action !== undefined && query.action !== action) return false
  if (query.actor !== undefined && ![actor, keyId, person].includes(query.actor)) return false
  return query.session === undefined || query.session === target['session']
}
