import type { JsonObject } from '../../json.ts'
import { artifactRefOf } from '../../session/artifact-ref.ts'
import type { StepError } from '../../session/events.ts'
import { plannedAt, type SessionState, stepAt } from '../../session/state.ts'
import type { StepScope } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import { type Access, scopeFor } from './scope.ts'

/** How much of the outputs that were put aside is put together again; the rest stays a reference. */
const MAX_WHOLE_BYTES = 16 * 1024 * 1024

/**
 * What a step sees of its session: all that its expressions could read, but for secrets. Foreign
 * code gets it, so it is a copy.
 */
export async function stepScopeFor(
  session: CurrentSession,
  index: number,
  access: Access,
): Promise<StepScope> {
  const { state } = session
  const earlier = earlierSteps(state, index)
  const whole = new Set(wholeSteps(state, earlier).map((each) => plannedAt(state, each).id))
  const { secret: _, steps, ...rest } = await scopeFor(session, whole, access)
  const all = earlier.map((each) => {
    const { id } = plannedAt(state, each)
    const { status, output = null } = stepAt(state, each)
    return [id, steps[id] ?? { status, output }] as const
  })
  const { error } = stepAt(state, index)
  return structuredClone({
    ...rest,
    steps: Object.fromEntries(all),
    ...(error === undefined ? {} : { previousError: previousErrorOf(error) }),
  })
}

/** Those that a step comes after, in the plan's order: what runs last comes after all that does not. */
function earlierSteps(state: SessionState, index: number): readonly number[] {
  const { itemOf, undoing } = stepAt(state, index)
  const own = itemOf?.step ?? index
  const found = new Set<number>(undoing ? [index] : [])
  const toVisit = [...(state.graph.parents[own] ?? [])]
  if (plannedAt(state, own).finally) {
    toVisit.push(...state.plan.steps.flatMap((step, each) => (step.finally ? [] : [each])))
  }
  for (let each = toVisit.pop(); each !== undefined; each = toVisit.pop()) {
    if (found.has(each) || stepAt(state, each).itemOf !== undefined) continue
    found.add(each)
    toVisit.push(...(state.graph.parents[each] ?? []))
  }
  return [...found].sort((a, b) => a - b)
}

/** Those whose outputs are read whole. */
function wholeSteps(state: SessionState, steps: readonly number[]): readonly number[] {
  let left = MAX_WHOLE_BYTES
  return steps.filter((index) => {
    const { bytes = 0 } = artifactRefOf(stepAt(state, index).output ?? null) ?? {}
    if (bytes > left) return false
    left -= bytes
    return true
  })
}

function previousErrorOf({ code, message, details }: StepError) {
  return { code, message, ...(details === undefined ? {} : { details: details as JsonObject }) }
}
