import type { Document, NewDocument } from '../../store/documents.ts'
import { cadenceOf } from './cadence.ts'
import type { Schedule, ScheduleDefinition, ScheduleRecord } from './types.ts'

export const KIND = 'schedule'

/** When another process may go on with fires that this one has begun to start. */
const STARTING_MS = 3000

/** How often it is asked whether the session that a fire time waits for has ended. */
const WAITING_MS = 5000

/** A schedule that has not fired. */
export function newRecord(
  definition: ScheduleDefinition,
  paused: boolean,
  now: number,
): ScheduleRecord {
  return withNextTime({
    ...definition,
    revision: 1,
    anchorAt: now,
    paused,
    settledAt: now,
    nextAt: null,
    runs: 0,
    starting: [],
    waiting: null,
    history: [],
  })
}

/** The record with the fire time that follows from what is settled. */
export function withNextTime(record: ScheduleRecord): ScheduleRecord {
  const isOver = record.maxRuns !== undefined && record.runs >= record.maxRuns
  const nextAt = isOver ? undefined : cadenceOf(record, record.anchorAt).next(record.settledAt)
  return { ...record, nextAt: nextAt ?? null }
}

export function toSchedule({ id, tenant, version, createdAt, body }: Document): Schedule {
  return { ...(JSON.parse(body) as ScheduleRecord), id, tenant, version, createdAt }
}

export function toDocument(schedule: Schedule, now: number): NewDocument {
  const { id, tenant, version, createdAt, ...record } = schedule
  return {
    tenant,
    kind: KIND,
    id,
    body: JSON.stringify(record),
    createdAt,
    dueAt: dueAtOf(record, now),
    sessionId: null,
    expiresAt: null,
  }
}

function dueAtOf(
  { starting, paused, waiting, nextAt }: ScheduleRecord,
  now: number,
): number | null {
  if (starting.length > 0) return now + STARTING_MS
  if (paused) return null
  if (waiting === null) return nextAt
  return Math.min(nextAt ?? Number.POSITIVE_INFINITY, now + WAITING_MS)
}
