import type { Json } from '../../json.ts'
import type { AttemptOutcome } from '../../session/commands.ts'
import type { PlannedForEach } from '../../session/plan.ts'
import { type Items, plannedAt, type SessionState, stepAt } from '../../session/state.ts'

/** How many items a step may run for. */
export const MAX_ITEMS = 10_000

/** How many failed items an error names. */
const ITEMS_NAMED = 100

/** What the list of a `forEach` came to, as an outcome. @param keep puts a large value aside */
export async function itemsOutcome(
  value: Json,
  keep: (value: Json) => Promise<Json>,
): Promise<AttemptOutcome> {
  if (!Array.isArray(value)) {
    return refused(`“forEach” must be a list, it is ${value === null ? 'null' : typeof value}`)
  }
  if (value.length > MAX_ITEMS) {
    return refused(`“forEach” has ${value.length} items; ${MAX_ITEMS} are allowed`)
  }
  return { status: 'expanded', items: await keep(value), count: value.length }
}

/**
 * What became of a step whose items have settled: the list of their outputs, null where one failed,
 * or the failure when more have failed than may.
 */
export async function collectedOutcome(
  state: SessionState,
  items: Items,
  { maxFailures }: PlannedForEach,
  keep: (value: Json) => Promise<Json>,
): Promise<AttemptOutcome> {
  if (items.failed <= maxFailures) {
    const outputs = items.steps.map((index) => stepAt(state, index).output ?? null)
    return { status: 'succeeded', output: await keep(outputs) }
  }
  const failed = items.steps.filter((index) => stepAt(state, index).status === 'failed')
  return {
    status: 'failed',
    code: 'ITEMS_FAILED',
    message: `${failed.length} of ${items.steps.length} items failed; ${maxFailures} may`,
    retryable: false,
    details: {
      failed: failed.slice(0, ITEMS_NAMED).map((index) => plannedAt(state, index).id),
    },
  }
}

function refused(message: string): AttemptOutcome {
  return { status: 'error', code: 'EXPRESSION_FAILED', message, retryable: false }
}
