import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LoggedEvent } from '../../session/events.ts'
import type { SessionListing, Store } from '../../store/types.ts'
import { SessionTally } from './session-tally.ts'
import type { FailureReason, PeriodName, ReportFilter, SessionsReport, Work } from './types.ts'

type Reads = Pick<Store, 'listSessions' | 'extent' | 'readEvents'>

/** How many sessions a report looks at: about a second's work, with others let in between. */
const MAX_SESSIONS = 20_000

/** How many failed ones are asked why: each is a look into its log. */
const MAX_FAILED = 200

const MAX_WORKFLOWS = 100

const PAGE = 1000

const periodMs: Readonly<Record<PeriodName, number>> = { hour: 3_600_000, day: 24 * 3_600_000 }

/** How the newest sessions that a filter finds went. */
export async function reportSessions(
  store: Reads,
  filter: ReportFilter,
  per: PeriodName,
): Promise<SessionsReport> {
  const all = new SessionTally()
  const periods = new Map<number, SessionTally>()
  const works = new Map<string, SessionTally>()
  const failed: string[] = []
  let isWhole = true
  let after: string | undefined
  for (;;) {
    const page = await store.listSessions({ ...filter, limit: PAGE, ...(after && { after }) })
    for (const listing of page) {
      const { createdAt, status } = listing
      for (const tally of [
        all,
        tallyOf(periods, createdAt - (createdAt % periodMs[per])),
        tallyOf(works, JSON.stringify(workOf(listing))),
      ]) {
        tally.add(listing)
      }
      if (status === 'failed' && failed.length < MAX_FAILED) failed.push(listing.id)
    }
    if (page.length < PAGE) break
    after = page.at(-1)?.id
    if (all.sessions >= MAX_SESSIONS) {
      isWhole =
        (await store.listSessions({ ...filter, limit: 1, ...(after && { after }) })).length === 0
      break
    }
    await nextTurn()
  }
  return {
    ...all.tally,
    isWhole,
    periods: [...periods]
      .sort(([a], [b]) => a - b)
      .map(([from, { tally }]) => ({ from: new Date(from).toISOString(), ...tally })),
    workflows: [...works]
      .sort(([, a], [, b]) => b.sessions - a.sessions)
      .slice(0, MAX_WORKFLOWS)
      .map(([work, { tally }]) => ({ ...(JSON.parse(work) as Work), ...tally })),
    failures: await reasonsOf(store, failed),
  }
}

/** What a session is gathered under. */
export function workOf({ workflow, name }: Pick<SessionListing, 'workflow' | 'name'>): Work {
  return { workflow, name: workflow === null ? name : null }
}

function tallyOf<Key>(tallies: Map<Key, SessionTally>, key: Key): SessionTally {
  const tally = tallies.get(key) ?? new SessionTally()
  tallies.set(key, tally)
  return tally
}

/** @param sessionIds of sessions that failed, the newest first */
async function reasonsOf(
  store: Reads,
  sessionIds: readonly string[],
): Promise<SessionsReport['failures']> {
  const reasons = new Map<string, FailureReason>()
  let sessions = 0
  for (const sessionId of sessionIds) {
    const last = await lastEvent(store, sessionId)
    // It was retried or removed since it was listed.
    if (last?.type !== 'session.failed') continue
    sessions += 1
    const { error, stepId } = last.data
    const known = reasons.get(error.code)
    reasons.set(error.code, {
      code: error.code,
      sessions: (known?.sessions ?? 0) + 1,
      latest: known?.latest ?? { sessionId, stepId },
    })
  }
  return {
    sessions,
    reasons: [...reasons.values()].sort((a, b) => b.sessions - a.sessions),
  }
}

async function lastEvent(store: Reads, sessionId: string): Promise<LoggedEvent | undefined> {
  const extent = await store.extent(sessionId)
  if (extent === undefined) return undefined
  const [last] = await store.readEvents({ sessionId, afterSeq: extent.next - 2, limit: 1 })
  return last && (JSON.parse(last.body) as LoggedEvent)
}
