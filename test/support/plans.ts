import type { Plan, PlannedStep, RetryPolicy } from '../../src/session/plan.ts'

export const onceOnly: RetryPolicy = {
  maxAttempts: 1,
  backoff: 'fixed',
  delayMs: 0,
  maxDelayMs: 0,
  multiplier: 1,
  jitter: false,
}

/** A step of a plan; what a test does not care about has a default. */
export function step(id: string, given: Partial<PlannedStep> = {}): PlannedStep {
  return {
    id,
    uses: 'noop',
    with: {},
    dependsOn: [],
    retry: onceOnly,
    timeoutMs: 60_000,
    onInterrupted: 'retry',
    ...given,
  }
}

/** Steps that run one after another. */
export function sequence(...ids: string[]): PlannedStep[] {
  return ids.map((id, index) => step(id, { dependsOn: index === 0 ? [] : [ids[index - 1] ?? ''] }))
}

export function plan(steps: readonly PlannedStep[], given: Partial<Plan> = {}): Plan {
  return {
    inputs: {},
    onFailure: 'fail_fast',
    timeoutMs: 600_000,
    maxParallel: 8,
    steps,
    ...given,
  }
}
