import { sessionIdOf } from '../../ids.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import { leftToStart } from './status.ts'
import type { Batch, BatchContent, BatchRecord, BatchSettings } from './types.ts'

export const KIND = 'batch'

/** When another process goes on with a batch whose sessions are to be started. */
const STARTING_MS = 3000

/** How often it is asked what has ended: ends in other processes are not told to all. */
const WAITING_MS = 5000

/** A batch that has started nothing. */
export function newRecord(
  settings: BatchSettings,
  total: number,
  correlation: BatchRecord['correlation'],
): BatchRecord {
  return {
    ...settings,
    correlation,
    total,
    next: 0,
    refused: [],
    paused: false,
    cancelled: false,
    stopped: false,
    untold: null,
    key: null,
    ended: null,
  }
}

/** The id that the session at an index has, or will have: the same in every process. */
export function sessionIdAt({ id, createdAt }: Pick<Batch, 'id' | 'createdAt'>, index: number) {
  return sessionIdOf(createdAt, `${id} ${index}`)
}

export function sessionIdsOf(batch: Batch): string[] {
  return Array.from({ length: batch.total }, (_, index) => sessionIdAt(batch, index))
}

/** When a batch is to be looked at, if nothing happens before. */
export function nextLookAt(batch: BatchRecord, now: number): number | null {
  if (batch.ended !== null) return null
  const isStarting = batch.untold !== null || (leftToStart(batch) > 0 && !batch.paused)
  return now + (isStarting ? STARTING_MS : WAITING_MS)
}

/** Whether what its sessions are made of is of use: to start some, or to do again what was never started. */
export function needsContent({ next, total, refused }: BatchRecord): boolean {
  return next < total || refused.length > 0
}

export function toBatch({ id, tenant, version, createdAt, dueAt, body }: Document): Batch {
  return { ...(JSON.parse(body) as BatchRecord), id, tenant, version, createdAt, dueAt }
}

export function toDocument(batch: Batch, keepMs: number): NewDocument {
  const { id, tenant, version, createdAt, dueAt, ...record } = batch
  const expiresAt = record.ended === null ? null : record.ended.at + keepMs
  const body = JSON.stringify(record)
  return { tenant, kind: KIND, id, body, createdAt, dueAt, sessionId: null, expiresAt }
}

export function toContent({ body }: Document): BatchContent {
  return JSON.parse(body) as BatchContent
}
