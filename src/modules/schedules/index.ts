import type { FastifyBaseLogger } from 'fastify'
import { newScheduleId } from '../../ids.ts'
import type { Agenda } from '../agenda/types.ts'
import { cadenceOf } from './cadence.ts'
import { checkTiming } from './check-timing.ts'
import { createFolder, type FolderOptions } from './folder.ts'
import { withEntry } from './history.ts'
import { keepSchedule } from './keeper.ts'
import { KIND, newRecord } from './record.ts'
import { replaced, withPaused } from './revise.ts'
import type { StartFireOptions } from './start-fire.ts'
import type { FireKind, Schedule, ScheduleDefinition, Schedules } from './types.ts'

export type SchedulesOptions = StartFireOptions & {
  readonly store: FolderOptions['store'] & StartFireOptions['store']
  readonly agenda: Pick<Agenda, 'on' | 'soon'>
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>
  /** Told what became of fire times. */
  readonly observe: (kind: FireKind, count: number) => void
}

export function createSchedules(options: SchedulesOptions): Schedules {
  const { workflows, agenda, clock, log, observe } = options
  const folder = createFolder(options)
  agenda.on(KIND, (document) => keepSchedule(document, { ...options, folder }))

  return {
    async create(tenant, { definition, paused = false }) {
      await check(tenant, definition)
      const createdAt = clock.now()
      const id = newScheduleId(createdAt)
      const record = newRecord(definition, paused, createdAt)
      return soon(await folder.add({ ...record, id, tenant, version: 0, createdAt }))
    },
    async replace(key, schedule) {
      await folder.get(key)
      await check(key.tenant, schedule.definition)
      return soon(await folder.change(key, (found) => replaced(found, schedule, clock.now())))
    },
    remove: (key) => folder.remove(key),
    get: (tenant, id) => folder.get({ tenant, id }),
    list: (tenant, after, limit) => folder.list(tenant, after, limit),
    setPaused: async (key, paused) =>
      soon(await folder.change(key, (found) => withPaused(found, paused, clock.now()))),
    upcoming,
    async noteTriggered(key, sessionId) {
      const now = clock.now()
      const entry = { at: now, firedAt: now, kind: 'fired' as const, sessionId, message: 'by hand' }
      observe('fired', 1)
      const note = (found: Schedule) => ({ ...found, history: withEntry(found.history, entry) })
      await folder.change(key, note).catch((error: unknown) => {
        log.error({ err: error, scheduleId: key.id, sessionId }, 'a history lacks an entry')
      })
    },
    sessionEnded({ tenant, correlation }) {
      const id = correlation.startedBy?.schedule
      if (id !== undefined) void wakeWaiting(tenant, id)
    },
  }

  /** @throws StepstreamError with the faults */
  async function check(tenant: string, definition: ScheduleDefinition): Promise<void> {
    checkTiming(definition, clock.now())
    await workflows.compile(tenant, definition.start)
  }

  function soon(schedule: Schedule): Schedule {
    agenda.soon()
    return schedule
  }

  function upcoming(schedule: Schedule, count: number): readonly number[] {
    const { paused, maxRuns = Number.POSITIVE_INFINITY, runs, anchorAt } = schedule
    const cadence = cadenceOf(schedule, anchorAt)
    const times: number[] = []
    let at = paused ? undefined : cadence.next(clock.now())
    while (at !== undefined && times.length < Math.min(count, maxRuns - runs)) {
      times.push(at)
      at = cadence.next(at)
    }
    return times
  }

  /** Failing here costs a few seconds: it is asked again and again whether the session has ended. */
  async function wakeWaiting(tenant: string, id: string): Promise<void> {
    try {
      const schedule = await folder.find(tenant, id)
      if (schedule === undefined || schedule.waiting === null || schedule.paused) return
      if (await folder.put(schedule, clock.now())) agenda.soon()
    } catch (error) {
      log.error({ err: error, scheduleId: id }, 'a fire time that waits was not woken')
    }
  }
}
