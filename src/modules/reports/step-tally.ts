import type { StepState } from '../../session/state.ts'
import { durationsOf } from './durations.ts'
import type { StepReport, Work } from './types.ts'

/** Counts how a step of a workflow went, session by session. */
export class StepTally {
  private readonly work: Work
  private readonly step: string
  private readonly uses: string
  private readonly durations: number[] = []
  private completed = 0
  private failed = 0
  private skipped = 0
  private retries = 0
  totalMs = 0

  constructor(work: Work, step: string, uses: string) {
    this.work = work
    this.step = step
    this.uses = uses
  }

  add({ status, attempt, startedAt, endedAt, kept }: StepState): void {
    // The work of a kept one was done in another session, and counts there.
    if (kept !== undefined) return
    if (status === 'skipped') this.skipped += 1
    if (status === 'completed' || status === 'undone') this.completed += 1
    if (status === 'failed') this.failed += 1
    this.retries += Math.max(0, attempt - 1)
    // The times of a step that was undone are those of its undo.
    const isTimed = status === 'completed' || status === 'failed'
    if (!isTimed || startedAt === undefined || endedAt === undefined) return
    this.durations.push(endedAt - startedAt)
    this.totalMs += endedAt - startedAt
  }

  /** @param allMs the time of all steps */
  report(allMs: number): StepReport {
    const { work, step, uses, durations, completed, failed, skipped, retries, totalMs } = this
    return {
      ...work,
      step,
      uses,
      completed,
      failed,
      skipped,
      retries,
      durationMs: durationsOf(durations),
      totalMs,
      share: allMs === 0 ? 0 : totalMs / allMs,
    }
  }
}
