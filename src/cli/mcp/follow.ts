import { setTimeout as pause } from 'node:timers/promises'
import { path } from './api.ts'
import { type Standing, standingOf, wantsAttention } from './explanation.ts'
import { fitting, lengthOf } from './shorten.ts'
import type { Call } from './tool.ts'

/** What a follower waits for: the next event, that somebody must act, or the end. */
export const untils = ['news', 'attention', 'end'] as const

export interface FollowRequest {
  readonly sessionId: string
  /** The seq of the last event that is known. */
  readonly after: number
  readonly waitMs: number
  readonly until: (typeof untils)[number]
  /** As in `?types=`. Undefined: all but the figures of the progress. */
  readonly types: string | undefined
  readonly limit: number
}

interface Event {
  readonly seq: number
  readonly type: string
  readonly sessionId: string
  readonly stepId?: string
}

interface Page {
  readonly events: readonly Event[]
  readonly next: number
  readonly upToDate: boolean
  readonly ended: boolean
}

type ToldEvent = Omit<Event, 'sessionId'>

export interface Followed {
  readonly status: string
  readonly sentence: string
  readonly ended: boolean
  readonly attention: Standing['attention']
  readonly events: readonly ToldEvent[]
  readonly next: number
  readonly more: boolean
}

/** How long events may be, in characters of JSON: one, and all of an answer. */
const EVENT_CHARS = 3000
const EVENTS_CHARS = 30_000

/** How long to keep away from a service that has said goodbye. */
const GOODBYE_MS = 1000

/** The events after which a session may want attention; the final ones always come. */
const turns = 'session.waiting,session.paused,step.waiting,step.paused,interaction.created'
const PROGRESS = 'session.progress'

/**
 * What has happened in a session since an event, once that is worth telling or the time is up. The
 * pages of the log are the truth; the stream only says when to read on.
 */
export async function followSession(request: FollowRequest, call: Call): Promise<Followed> {
  const timeUp = AbortSignal.timeout(request.waitMs)
  const events: Event[] = []
  let next = request.after
  for (;;) {
    const isLast = timeUp.aborted || request.waitMs === 0
    const page = await readOn(next, request.limit - events.length, request, call)
    events.push(...page.events)
    next = page.next
    const standing = await standingOf(call.api, request.sessionId, call.signal)
    const isOver = !page.upToDate || page.ended || events.length >= request.limit
    if (isOver) return toldOf(events, page, standing)
    if (isLast || isEnough(request.until, events, standing)) {
      return tellNow(events, page, standing, request, call)
    }
    await untilTurn(next, request, call, timeUp)
  }
}

/** With what has come while the session was asked where it stands. */
async function tellNow(
  events: readonly Event[],
  { next }: Page,
  standing: Standing,
  request: FollowRequest,
  call: Call,
): Promise<Followed> {
  const rest = await readOn(next, request.limit - events.length, request, call)
  const now = rest.ended ? await standingOf(call.api, request.sessionId, call.signal) : standing
  return toldOf([...events, ...rest.events], rest, now)
}

function isEnough(
  until: FollowRequest['until'],
  events: readonly Event[],
  standing: Standing,
): boolean {
  if (until === 'end') return false
  return until === 'news' ? events.length > 0 : wantsAttention(standing)
}

function toldOf(
  events: readonly Event[],
  { next, upToDate, ended }: Page,
  standing: Standing,
): Followed {
  const told = events.map(({ sessionId: _, ...event }) => fitting(event, EVENT_CHARS) as ToldEvent)
  const shown = told.slice(0, fittingCount(told))
  const isAll = shown.length === told.length
  return {
    status: standing.status,
    sentence: standing.sentence,
    ended: isAll && upToDate && ended,
    attention: standing.attention,
    events: shown,
    next: isAll ? next : (shown.at(-1)?.seq ?? next),
    more: !(isAll && upToDate),
  }
}

/** How many a model can take in at once, one at least; the rest is for the next call. */
function fittingCount(events: readonly ToldEvent[]): number {
  let room = EVENTS_CHARS
  const first = events.findIndex((event) => {
    room -= lengthOf(event)
    return room < 0
  })
  return first === -1 ? events.length : Math.max(first, 1)
}

/** The log behind an event, up to its end or so many events. */
async function readOn(
  after: number,
  limit: number,
  { sessionId, types }: FollowRequest,
  { api, signal }: Call,
): Promise<Page> {
  const events: Event[] = []
  let next = after
  for (;;) {
    const query = { after: next, limit: limit - events.length, types }
    const page = await api.get<Page>(path`/v1/sessions/${sessionId}/events`, { signal, query })
    const shown = page.events.filter(({ type }) => types !== undefined || type !== PROGRESS)
    events.push(...shown)
    next = page.next
    if (page.upToDate || events.length >= limit) return { ...page, events }
  }
}

/** Resolves when there may be something to tell, or the time is up. */
async function untilTurn(
  after: number,
  { sessionId, until, types }: FollowRequest,
  { api, signal, progress }: Call,
  timeUp: AbortSignal,
): Promise<void> {
  const anyTime = AbortSignal.any([signal, timeUp])
  // Of what was asked for by its type everything is news, figures included.
  const isAllNews = until === 'news' && types !== undefined
  const wanted = until === 'news' ? types : `${turns},${PROGRESS}`
  const frames = api.stream(path`/v1/sessions/${sessionId}/events`, {
    signal: anyTime,
    query: { types: wanted },
    headers: { 'last-event-id': String(after) },
  })
  try {
    for await (const { event = '', data } of frames) {
      if (event === 'stream.hello') continue
      if (event === 'stream.bye') {
        await pause(GOODBYE_MS, undefined, { signal: anyTime })
        return
      }
      if (event !== PROGRESS || isAllNews) return
      progress(progressIn(data))
    }
  } catch (error) {
    if (!timeUp.aborted || signal.aborted) throw error
  }
}

function progressIn(data: string): string {
  const { data: counts } = JSON.parse(data) as {
    data: { total: number; completed: number; failed: number; percent: number }
  }
  const failed = counts.failed === 0 ? '' : `, ${counts.failed} failed`
  return `${counts.completed} of ${counts.total} steps completed${failed}`
}
