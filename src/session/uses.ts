import type { SessionState } from './state.ts'

/** The kind of what is being done for a step: its own work, or its undo. */
export function usesOf({ graph, plan, steps }: SessionState, stepId: string): string | undefined {
  const index = graph.indexOf.get(stepId) ?? -1
  const { uses, undo } = plan.steps[index] ?? {}
  return steps[index]?.undoing === true ? undo?.uses : uses
}
