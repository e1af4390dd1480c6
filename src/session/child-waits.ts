import type { SessionCommand } from './commands.ts'
import type { Decision } from './decision.ts'
import { plannedAt, stepAt } from './state.ts'

/**
 * The session that a step waits for waits for people itself, or does no more: meanwhile its time
 * stands still here as it does there. What is so already changes nothing, and neither does what is
 * told of a session that no step waits for.
 */
export function noteChild(
  decision: Decision,
  { stepId, child, forPeople }: Extract<SessionCommand, { type: 'childWaits' }>,
): void {
  const index = decision.state.graph.indexOf.get(stepId)
  if (index === undefined) return
  const step = stepAt(decision.state, index)
  const { awaits, attempt, leftMs } = step
  if (awaits?.id !== child || (step.forPeople === true) === forPeople) return
  const until = leftMs === undefined ? undefined : new Date(decision.now + leftMs).toISOString()
  decision.emit({
    type: 'step.waiting',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: {
      ...(until === undefined ? {} : { until }),
      awaits,
      ...(forPeople ? { forPeople } : {}),
    },
  })
}
