import type { Document, NewDocument } from '../../store/documents.ts'
import { withEntry } from './history.ts'
import type { Hook, HookDefinition, HookEntry, HookRecord, NewHook } from './types.ts'

export const KIND = 'hook'

/** A hook that has not fired. */
export function newRecord(definition: HookDefinition, paused: boolean, now: number): HookRecord {
  return { ...definition, revision: 1, paused, since: now, runs: 0, history: [] }
}

/** The record under another definition: what it listens to is new from now on, if that has changed. */
export function replaced(
  record: HookRecord,
  { definition, paused = record.paused }: NewHook,
  now: number,
): HookRecord {
  const { since, runs, history, revision } = record
  const isSame = JSON.stringify(record.on) === JSON.stringify(definition.on)
  const fresh = newRecord(definition, record.paused, isSame ? since : now)
  return { ...withPaused({ ...fresh, runs, history }, paused, now), revision: revision + 1 }
}

/** Paused or not: what happened while it was paused does not fire it. */
export function withPaused(record: HookRecord, paused: boolean, now: number): HookRecord {
  if (record.paused === paused) return record
  const since = paused ? record.since : now
  return { ...record, paused, since, revision: record.revision + 1 }
}

/** The record with what has become of some calls or events; `added` are those it did not have. */
export function withEntries(record: HookRecord, entries: readonly HookEntry[]) {
  const added: HookEntry[] = []
  let { history } = record
  for (const entry of entries) {
    const next = withEntry(history, entry)
    if (next !== history) added.push(entry)
    history = next
  }
  const fired = added.filter(({ kind }) => kind === 'fired').length
  return { record: { ...record, history, runs: record.runs + fired }, added }
}

export function toHook({ id, tenant, version, createdAt, body }: Document): Hook {
  return { ...(JSON.parse(body) as HookRecord), id, tenant, version, createdAt }
}

export function toDocument(hook: Hook): NewDocument {
  const { id, tenant, version: _, createdAt, ...record } = hook
  return {
    tenant,
    kind: KIND,
    id,
    body: JSON.stringify(record),
    createdAt,
    dueAt: null,
    sessionId: null,
    expiresAt: null,
  }
}
