import { z } from 'zod'
import { formatDuration } from '../duration.ts'
import {
  fireKinds,
  type HistoryEntry,
  overlaps,
  type Schedule,
} from '../modules/schedules/types.ts'

const time = z.iso.datetime()

const whenFields = {
  cron: z.string().optional(),
  every: z.string().optional(),
  at: z.string().optional(),
  timeZone: z.string(),
  startsAt: time.optional(),
  endsAt: time.optional(),
  maxRuns: z.int().optional(),
}

const entrySchema = z
  .object({
    at: time.describe('The fire time, the first of several'),
    lastAt: time.optional().describe('The last of several'),
    count: z.int().optional().describe('Of how many fire times in a row; absent: of one'),
    kind: z.enum(fireKinds),
    firedAt: time.optional().describe('When its session was started'),
    sessionId: z.string().optional(),
    message: z.string().optional(),
  })
  .meta({ id: 'ScheduleEntry' })

const listed = {
  scheduleId: z.string(),
  name: z.string().nullable(),
  status: z.enum(['active', 'paused', 'ended']).describe('ended: no fire time is left'),
  ...whenFields,
  overlap: z.enum(overlaps),
  nextAt: time.nullable().describe('The next fire time'),
  runs: z.int().describe('How many sessions it has started, those by hand left out'),
  createdAt: time,
}

export const scheduleListingSchema = z
  .object({ ...listed, last: entrySchema.nullable().describe('What it did last') })
  .meta({ id: 'ScheduleListing' })

export const scheduleViewSchema = z
  .object({
    ...listed,
    workflow: z.unknown().describe('As it was posted'),
    version: z.int().optional(),
    inputs: z.record(z.string(), z.unknown()).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    catchUp: z.object({ max: z.int(), within: z.string() }),
    waitingSince: time.optional().describe('The fire time that waits for a session to end'),
    history: z.array(entrySchema).describe('Newest first, the last 50'),
    links: z.object({ self: z.string(), next: z.string(), sessions: z.string() }),
  })
  .meta({ id: 'Schedule' })

export function scheduleListingView(schedule: Schedule): z.infer<typeof scheduleListingSchema> {
  const last = schedule.history.at(-1)
  return { ...listedOf(schedule), last: last === undefined ? null : entryView(last) }
}

export function scheduleView(schedule: Schedule): z.infer<typeof scheduleViewSchema> {
  const { start, catchUp, waiting, history } = schedule
  return {
    ...listedOf(schedule),
    ...start,
    catchUp: { max: catchUp.max, within: formatDuration(catchUp.withinMs) },
    ...(waiting === null ? {} : { waitingSince: iso(waiting.at) }),
    history: history.map(entryView).toReversed(),
    links: scheduleLinks(schedule.id),
  }
}

export function scheduleLinks(id: string): { self: string; next: string; sessions: string } {
  const self = `/v1/schedules/${id}`
  return { self, next: `${self}/next`, sessions: `/v1/sessions?schedule=${id}` }
}

function listedOf(schedule: Schedule) {
  const { id, name, cron, everyMs, at, timeZone, startsAt, endsAt, maxRuns } = schedule
  const { overlap, runs, createdAt, paused, nextAt } = schedule
  return {
    scheduleId: id,
    name: name ?? null,
    status: statusOf(schedule),
    ...(cron === undefined ? {} : { cron }),
    ...(everyMs === undefined ? {} : { every: formatDuration(everyMs) }),
    ...(at === undefined ? {} : { at }),
    timeZone,
    ...(startsAt === undefined ? {} : { startsAt: iso(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: iso(endsAt) }),
    ...(maxRuns === undefined ? {} : { maxRuns }),
    overlap,
    nextAt: paused || nextAt === null ? null : iso(nextAt),
    runs,
    createdAt: iso(createdAt),
  }
}

function statusOf({ paused, nextAt, waiting, starting }: Schedule): 'active' | 'paused' | 'ended' {
  if (paused) return 'paused'
  return nextAt === null && waiting === null && starting.length === 0 ? 'ended' : 'active'
}

function entryView({ at, lastAt, firedAt, ...rest }: HistoryEntry): z.infer<typeof entrySchema> {
  return {
    at: iso(at),
    ...(lastAt === undefined ? {} : { lastAt: iso(lastAt) }),
    ...(firedAt === undefined ? {} : { firedAt: iso(firedAt) }),
    ...rest,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
