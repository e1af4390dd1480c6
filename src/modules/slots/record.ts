import { createHash } from 'node:crypto'
import type { PlannedConcurrency } from '../../session/plan.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import type { SlotKey } from './types.ts'

export const KIND = 'slots'

const MINUTE_MS = 60_000

/** How soon a key is looked at again: while sessions wait for it, and while none does. */
const AWAITED_MS = { first: MINUTE_MS / 2, most: 5 * MINUTE_MS }
const QUIET_MS = { first: 10 * MINUTE_MS, most: 60 * MINUTE_MS }

type Waiting = 'yes' | 'perhaps' | 'no'

/** What is kept of a concurrency key. */
export interface SlotsRecord {
  readonly key: string
  /** What the session says that asked last. */
  readonly limit: number
  readonly onLimit: PlannedConcurrency['onLimit']
  /** Sessions that were let in; those that have ended are left out when somebody needs room. */
  readonly holders: readonly string[]
  /**
   * Whether sessions wait. `perhaps`: none was found; one that was told to wait may not show yet, so
   * it takes another look to be sure.
   */
  readonly waiting: Waiting
  /** The same for each priority other than 0 that one was told to wait with; absent: none was. */
  readonly priorities?: Readonly<Record<string, Waiting>>
  /** How often in a row the agenda has brought it. */
  readonly looks: number
}

export function recordOf({ body }: Document): SlotsRecord {
  return JSON.parse(body) as SlotsRecord
}

export function newRecord({ key, limit, onLimit }: PlannedConcurrency): SlotsRecord {
  return { key, limit, onLimit, holders: [], waiting: 'no', looks: 0 }
}

/** What is kept once a session with a priority was told to wait; the same record where that is known. */
export function awaitedWith(record: SlotsRecord, priority: number): SlotsRecord {
  const { waiting, priorities = {} } = record
  const isKnown = priority === 0 || priorities[priority] === 'yes'
  if (waiting === 'yes' && isKnown) return record
  const known = isKnown ? priorities : { ...priorities, [priority]: 'yes' as const }
  return { ...record, waiting: 'yes', priorities: known, looks: 0 }
}

/** The priorities that sessions may wait with, the highest first. */
export function prioritiesOf({ priorities = {} }: Pick<SlotsRecord, 'priorities'>): number[] {
  return [0, ...Object.keys(priorities).map(Number)].toSorted((a, b) => b - a)
}

/** What is kept after a look that found sessions waiting with these priorities. */
export function lookedAt(record: SlotsRecord, found: ReadonlySet<number>): SlotsRecord {
  const { waiting, priorities = {}, looks } = record
  const after = (before: Waiting, isFound: boolean): Waiting =>
    isFound ? 'yes' : before === 'yes' ? 'perhaps' : 'no'
  const left = Object.entries(priorities)
    .map(([priority, before]) => [priority, after(before, found.has(Number(priority)))] as const)
    .filter(([, waiting]) => waiting !== 'no')
  return {
    ...record,
    waiting: after(waiting, found.size > 0),
    priorities: Object.fromEntries(left),
    looks: looks + 1,
  }
}

/** Keys may be long, and hold any character. */
export function idOf({ key }: SlotKey): string {
  return createHash('sha256').update(key).digest('base64url')
}

/** The document of a key as it is to be written. */
export function documentOf(
  slot: SlotKey,
  record: SlotsRecord,
  { createdAt, dueAt }: Pick<NewDocument, 'createdAt' | 'dueAt'>,
): NewDocument {
  return {
    tenant: slot.tenant,
    kind: KIND,
    id: idOf(slot),
    body: JSON.stringify(record),
    createdAt,
    dueAt,
    sessionId: null,
    expiresAt: null,
  }
}

/** When a key is looked at next: less and less often. */
export function nextLook({ waiting, looks }: SlotsRecord, now: number): number {
  const { first, most } = waiting === 'no' ? QUIET_MS : AWAITED_MS
  return now + Math.min(first * 2 ** Math.min(looks, 10), most)
}
