import type { Json } from '../json.ts'
import type { SessionEvent } from './events.ts'
import { plannedAt, type SessionState, type StepState, stepAt, type Variable } from './state.ts'

/**
 * The steps that a session forked from this one takes over as they are: those that completed, but
 * for `fromStep`, for what came to no good end, and for all that depends on either. Steps that run
 * last do so at the end of every session.
 */
export function stepsToKeep(state: SessionState, fromStep?: string): ReadonlySet<number> {
  const again = stepsToRepeat(state, fromStep)
  const kept = new Set<number>()
  state.steps.forEach(({ status, itemOf }, index) => {
    const isKept = status === 'completed' && itemOf === undefined && !again.has(index)
    if (isKept && !plannedAt(state, index).finally) kept.add(index)
  })
  return kept
}

function stepsToRepeat(state: SessionState, fromStep: string | undefined): ReadonlySet<number> {
  const open = state.steps.flatMap((step, index) => (endedWell(step) ? [] : [index]))
  const from = fromStep === undefined ? undefined : state.graph.indexOf.get(fromStep)
  if (from !== undefined) open.push(from)
  const repeated = new Set(open)
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const child of state.graph.children[index] ?? []) {
      if (repeated.has(child)) continue
      repeated.add(child)
      open.push(child)
    }
  }
  return repeated
}

/** A step that a condition left out is decided anew, but what comes after it need not run again. */
function endedWell({ status, passage }: StepState): boolean {
  return status === 'completed' || (status === 'skipped' && passage !== 'failed')
}

/**
 * What the log of the new session begins with: a fact for each step that is kept, in the plan's
 * order, and one for each value that such a step has set a variable to, the last one last.
 * @param at ISO 8601, when the new session was created
 * @param outputs what stands in place of an output of the old session
 */
export function keptEvents(
  state: SessionState,
  kept: ReadonlySet<number>,
  at: string,
  outputs: ReadonlyMap<number, Json> = new Map(),
): SessionEvent[] {
  const steps = [...kept].map((index): SessionEvent => {
    const step = stepAt(state, index)
    const output = outputs.get(index) ?? step.output
    const { durationMs, ...from } = step.kept ?? workOf(state, step)
    return {
      type: 'step.kept',
      at,
      stepId: plannedAt(state, index).id,
      data: {
        ...(output === undefined ? {} : { output }),
        ...(step.branch === undefined ? {} : { branch: step.branch }),
        durationMs,
        from,
      },
    }
  })
  return [...steps, ...keptVariables(state, kept, at)]
}

function keptVariables(
  state: SessionState,
  kept: ReadonlySet<number>,
  at: string,
): readonly SessionEvent[] {
  const setters = new Set([...kept].map((index) => plannedAt(state, index).id))
  const events: SessionEvent[] = []
  for (const [name, latest] of state.variables) {
    const values: SessionEvent[] = []
    for (let each: Variable | undefined = latest; each !== undefined; each = each.earlier) {
      const { setBy: stepId, value } = each
      if (stepId === undefined || !setters.has(stepId)) continue
      values.push({ type: 'variable.updated', at, stepId, data: { name, value } })
    }
    events.push(...values.reverse())
  }
  return events
}

function workOf(
  { id: sessionId }: SessionState,
  { attempt, startedAt, endedAt = 0 }: StepState,
): NonNullable<StepState['kept']> {
  return { sessionId, attempt, durationMs: endedAt - (startedAt ?? endedAt) }
}
