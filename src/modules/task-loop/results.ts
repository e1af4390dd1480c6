import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { stepAt } from '../../session/state.ts'
import type {
  Executor,
  ExecutorRegistry,
  InteractionResult,
  Outcome,
  StepScope,
} from '../executors/types.ts'
import type { Attempt } from './attempt.ts'
import { type Access, whole } from './scope.ts'
import { thrownOutcome } from './thrown.ts'
import type { ResultOutcome } from './types.ts'

export interface ResultsOptions {
  readonly executors: ExecutorRegistry
  readonly accessOf: (attempt: Attempt) => Access
  readonly scopeOf: (attempt: Attempt) => Promise<StepScope>
  /** What the `with` of an attempt comes to. @throws ZodError */
  readonly inputOf: (attempt: Attempt, executor: Executor) => Promise<unknown>
  /** A value as the log keeps it. */
  readonly keep: (attempt: Attempt, value: Json) => Promise<Json>
}

/**
 * What the kind of a step makes of the result of what it asked for; undefined for a kind that says
 * nothing of results. @throws StepstreamError STORAGE_UNAVAILABLE
 */
export async function resultOutcomeOf(
  attempt: Attempt,
  result: InteractionResult,
  options: ResultsOptions,
): Promise<ResultOutcome | undefined> {
  const executor = options.executors.get(attempt.step.uses)
  if (executor?.handleResult === undefined) return undefined
  const output = await options.keep(attempt, result.output ?? null)
  return { outcome: await handled(attempt, executor, result, options), output }
}

/** What foreign code throws fails the step: the result itself is kept. */
async function handled(
  attempt: Attempt,
  executor: Executor,
  result: InteractionResult,
  { accessOf, scopeOf, inputOf }: ResultsOptions,
): Promise<Outcome> {
  const { session, stepId, attempt: number } = attempt.request
  const { command = null } = stepAt(session.state, attempt.index).interaction ?? {}
  try {
    const outcome = await executor.handleResult?.(result, {
      stepId,
      attempt: number,
      input: await inputOf(attempt, executor),
      command: await whole(session.record.tenant, command, accessOf(attempt)),
      scope: () => scopeOf(attempt),
    })
    return outcome as Outcome
  } catch (error) {
    if (error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE') throw error
    return thrownOutcome(error)
  }
}
