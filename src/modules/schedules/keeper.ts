import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { newSessionId } from '../../ids.ts'
import type { Document } from '../../store/documents.ts'
import type { Folder } from './folder.ts'
import { planFires } from './plan-fires.ts'
import { toSchedule } from './record.ts'
import { settleFires } from './settle-fires.ts'
import { type StartFireOptions, startFire, unfinished } from './start-fire.ts'
import type { FireKind, HistoryEntry, Schedule } from './types.ts'

export interface KeeperOptions extends StartFireOptions {
  readonly folder: Folder
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  readonly observe: (kind: FireKind, count: number) => void
}

/**
 * Sees to a schedule that is due. What shall happen is written first, with the ids of the sessions
 * to be; of several processes that try one writes. It starts them then, and writes what came of it.
 * When it ends in between, whoever comes next starts the same sessions.
 */
export async function keepSchedule(document: Document, options: KeeperOptions): Promise<void> {
  const due = toSchedule(document)
  const schedule = due.starting.length > 0 ? due : await plan(due, options)
  if (schedule === undefined || schedule.starting.length === 0) return
  const outcomes = await Promise.all(
    schedule.starting.map((fire) => startFire(schedule, fire, options)),
  )
  let entries: readonly HistoryEntry[] = []
  try {
    await options.folder.change(schedule, (current) => {
      const settled = settleFires(current, outcomes)
      entries = settled.entries
      return settled.record
    })
  } catch (error) {
    // Removed meanwhile: nobody will ask what became of it.
    if (!(error instanceof StepstreamError) || error.code !== 'SCHEDULE_NOT_FOUND') throw error
  }
  report(schedule, entries, options)
}

/** The schedule as it was written; undefined when somebody else was first. */
async function plan(schedule: Schedule, options: KeeperOptions): Promise<Schedule | undefined> {
  const { folder, clock } = options
  // Paused after it was found due: written anew, it is not due.
  if (schedule.paused) return folder.put(schedule)
  const isBusy = await hasUnfinished(schedule, options)
  const now = clock.now()
  const { record, entries } = planFires(schedule, now, isBusy, () => newSessionId(now))
  const written = await folder.put({ ...schedule, ...record })
  if (written !== undefined) report(schedule, entries, options)
  return written
}

async function hasUnfinished(
  { id, tenant, overlap }: Schedule,
  { store }: KeeperOptions,
): Promise<boolean> {
  if (overlap !== 'skip' && overlap !== 'queue') return false
  const filter = { tenant, status: unfinished, startedBy: { schedule: id }, limit: 1 }
  return (await store.listSessions(filter)).length > 0
}

function report(
  { id: scheduleId }: Schedule,
  entries: readonly HistoryEntry[],
  { log, observe }: KeeperOptions,
): void {
  for (const { kind, count = 1, message } of entries) {
    observe(kind, count)
    if (kind === 'missed' || kind === 'failed') {
      log.warn({ scheduleId, kind, count, reason: message }, 'a schedule did not fire')
    }
  }
}
