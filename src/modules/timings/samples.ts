import type { SessionState, StepState } from '../../session/state.ts'
import { ofItems } from '../../session/weights.ts'

/** What a workflow's steps took, in ms, by step id; the latest last. */
export type Samples = ReadonlyMap<string, readonly number[]>

/** How many durations of a step are kept. */
export const SAMPLES_KEPT = 20

/** How many steps of a workflow are kept. */
export const STEPS_KEPT = 500

/** What the steps of a session took: those that it ran itself, and those that it had no need of. */
export function samplesOf({ plan, steps }: Pick<SessionState, 'plan' | 'steps'>): Samples {
  const samples = new Map<string, readonly number[]>()
  for (const [index, { id }] of plan.steps.entries()) {
    if (samples.size >= STEPS_KEPT) break
    const step = steps[index]
    if (step === undefined || step.itemOf !== undefined) continue
    const items = (step.items?.steps ?? []).flatMap((item) => steps[item] ?? [])
    const ms = durationOf(step, items)
    if (ms !== undefined) samples.set(id, [ms])
    const ofItem = medianOf(items.flatMap((item) => durationOf(item) ?? []))
    if (ofItem !== undefined) samples.set(ofItems(id), [ofItem])
  }
  return samples
}

/**
 * Of the attempt that completed, its waits included; with items, from the first of them on. A step that is usually left out
 * usually takes no time.
 */
function durationOf(
  { status, startedAt, endedAt, kept, skipped }: StepState,
  items: readonly StepState[] = [],
): number | undefined {
  if (status === 'skipped') {
    const { reason } = skipped ?? {}
    return reason === 'condition_false' || reason === 'branch_not_taken' ? 0 : undefined
  }
  if (status !== 'completed' || kept !== undefined) return undefined
  const began = items.reduce(
    (first, item) => Math.min(first, item.startedAt ?? first),
    startedAt ?? 0,
  )
  return startedAt === undefined || endedAt === undefined ? undefined : endedAt - began
}

/** What was known, and what came after it. Of too many steps, those that ran last are kept. */
export function together(known: Samples, latest: Samples): Samples {
  const samples = new Map<string, readonly number[]>()
  for (const [id, ms] of [...latest, ...known]) {
    if (samples.size === STEPS_KEPT) break
    if (samples.has(id)) continue
    const all = latest.has(id) ? [...(known.get(id) ?? []), ...ms] : ms
    samples.set(id, all.slice(-SAMPLES_KEPT))
  }
  return samples
}

/** The median of each: a duration that did occur. */
export function mediansOf(samples: Samples): ReadonlyMap<string, number> {
  const medians = new Map<string, number>()
  for (const [id, ms] of samples) {
    const median = medianOf(ms)
    if (median !== undefined) medians.set(id, median)
  }
  return medians
}

function medianOf(ms: readonly number[]): number | undefined {
  return ms.toSorted((a, b) => a - b)[Math.ceil(ms.length / 2) - 1]
}
