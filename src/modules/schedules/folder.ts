import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { scheduleIdPattern } from '../../ids.ts'
import type { Store } from '../../store/types.ts'
import { KIND, toDocument, toSchedule } from './record.ts'
import type { Schedule, ScheduleKey, ScheduleRecord } from './types.ts'

export interface FolderOptions {
  readonly store: Pick<
    Store,
    'putDocument' | 'removeDocument' | 'document' | 'listDocuments' | 'countDocuments'
  >
  readonly clock: Clock
}

/** How many schedules a tenant may have. */
export const MAX_SCHEDULES = 1000

/** Schedules as documents. */
export interface Folder {
  find(tenant: string, id: string): Promise<Schedule | undefined>
  /** @throws SCHEDULE_NOT_FOUND */
  get(key: ScheduleKey): Promise<Schedule>
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Schedule[]>
  /** @throws TOO_MANY_SCHEDULES */
  add(schedule: Schedule): Promise<Schedule>
  /**
   * Undefined when somebody else has written it since it was read: nothing is written then.
   * @param dueAt when it is to be looked at, where that does not follow from the schedule
   */
  put(schedule: Schedule, dueAt?: number): Promise<Schedule | undefined>
  /** Changes what is current. @throws SCHEDULE_NOT_FOUND, PRECONDITION_FAILED */
  change(key: ScheduleKey, change: (schedule: Schedule) => ScheduleRecord): Promise<Schedule>
  /** @throws SCHEDULE_NOT_FOUND, PRECONDITION_FAILED */
  remove(key: ScheduleKey): Promise<void>
}

export function createFolder({ store, clock }: FolderOptions): Folder {
  return {
    find,
    get,
    async list(tenant, after, limit) {
      const wanted = { tenant, kind: KIND, limit, ...(after === undefined ? {} : { after }) }
      return (await store.listDocuments(wanted)).map(toSchedule)
    },
    async add(schedule) {
      if ((await store.countDocuments(schedule.tenant, KIND)) >= MAX_SCHEDULES) {
        const message = `there are ${MAX_SCHEDULES} schedules already`
        throw new StepstreamError('TOO_MANY_SCHEDULES', message)
      }
      await store.putDocument(toDocument(schedule, clock.now()), 0)
      return { ...schedule, version: 1 }
    },
    put,
    async change(key, change) {
      for (;;) {
        const schedule = await expect(key)
        const { tenant, id, createdAt, version } = schedule
        // The rest of it goes: what a change leaves out is not there any more.
        const written = await put({ ...change(schedule), tenant, id, createdAt, version })
        if (written !== undefined) return written
      }
    },
    async remove(key) {
      for (;;) {
        const { tenant, id, version } = await expect(key)
        const { kind } = await store.removeDocument(tenant, KIND, id, version)
        if (kind === 'written') return
      }
    },
  }

  async function find(tenant: string, id: string): Promise<Schedule | undefined> {
    const document = await store.document(tenant, KIND, id)
    return document && toSchedule(document)
  }

  async function get({ tenant, id }: ScheduleKey): Promise<Schedule> {
    const schedule = scheduleIdPattern.test(id) ? await find(tenant, id) : undefined
    if (schedule !== undefined) return schedule
    throw new StepstreamError('SCHEDULE_NOT_FOUND', `there is no schedule ${id.slice(0, 64)}`)
  }

  async function put(schedule: Schedule, dueAt?: number): Promise<Schedule | undefined> {
    const document = toDocument(schedule, clock.now())
    const written = { ...document, ...(dueAt === undefined ? {} : { dueAt }) }
    const { kind, version } = await store.putDocument(written, schedule.version)
    return kind === 'written' && version !== undefined ? { ...schedule, version } : undefined
  }

  async function expect(key: ScheduleKey): Promise<Schedule> {
    const schedule = await get(key)
    const { expected = 'any' } = key
    if (expected === 'any' || expected === schedule.revision) return schedule
    throw new StepstreamError(
      'PRECONDITION_FAILED',
      `${key.id} is not what the request expects: its ETag is "${schedule.revision}"`,
    )
  }
}
