import type { SessionState } from '../../session/state.ts'
import { finalSessionStatuses } from '../../session/status.ts'
import type { SessionListing, Store } from '../../store/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import { workOf } from './sessions-report.ts'
import { StepTally } from './step-tally.ts'
import type { ReportFilter, StepsReport, Work } from './types.ts'

/** How many ended sessions it looks at, and how many steps those may have in all: their logs are read whole. */
const MAX_ENDED = 100
const MAX_STEPS_READ = 20_000

const MAX_STEPS_TOLD = 200

/** Where the time of the newest ended sessions that a filter finds goes. */
export async function reportSteps(
  store: Pick<Store, 'listSessions'>,
  coordinator: Pick<SessionCoordinator, 'current'>,
  filter: ReportFilter,
): Promise<StepsReport> {
  const status = (filter.status ?? [...finalSessionStatuses]).filter((one) =>
    finalSessionStatuses.has(one),
  )
  if (status.length === 0) return { sessions: 0, isWhole: true, steps: [] }
  const found = await store.listSessions({ ...filter, status, limit: MAX_ENDED + 1 })
  const looked = withinSteps(found.slice(0, MAX_ENDED))
  const tallies = new Map<string, StepTally>()
  for (const listing of looked) {
    const current = await coordinator.current(listing.id)
    if (current !== undefined) countSteps(tallies, workOf(listing), current.state)
  }
  const sorted = [...tallies.values()].sort((a, b) => b.totalMs - a.totalMs)
  const allMs = sorted.reduce((sum, { totalMs }) => sum + totalMs, 0)
  return {
    sessions: looked.length,
    isWhole: looked.length === found.length,
    steps: sorted.slice(0, MAX_STEPS_TOLD).map((tally) => tally.report(allMs)),
  }
}

/** As many as have not too many steps together; one at least. */
function withinSteps(found: readonly SessionListing[]): readonly SessionListing[] {
  let steps = 0
  const end = found.findIndex(({ totalSteps }, index) => {
    steps += totalSteps
    return index > 0 && steps > MAX_STEPS_READ
  })
  return end === -1 ? found : found.slice(0, end)
}

function countSteps(
  tallies: Map<string, StepTally>,
  work: Work,
  { plan, steps }: Pick<SessionState, 'plan' | 'steps'>,
): void {
  const isNamed = work.workflow !== null || work.name !== null
  for (const [index, state] of steps.entries()) {
    // An item counts for the step that runs for it; that one's own time is the same once more.
    if (state.items !== undefined) continue
    const planned = plan.steps[state.itemOf?.step ?? index]
    if (planned === undefined) continue
    const { id, uses, text } = planned
    const step = isNamed ? id : (text ?? uses)
    const key = JSON.stringify([work, step, uses])
    const tally = tallies.get(key) ?? new StepTally(work, step, uses)
    tallies.set(key, tally)
    tally.add(state)
  }
}
