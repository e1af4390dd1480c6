import { useMemo } from 'react'
import type { StepLog } from '../../log/session-log.ts'
import { words } from '../../parts/format.ts'
import { neighbourhood } from '../../parts/graph-layout.ts'
import { type ShownStep, StepGraph } from '../../parts/step-graph.tsx'
import type { Shown } from './shown.ts'

const MAX_SHOWN = 150

/** The steps as they depend on each other; of very many those around one. */
export function GraphView({ log, known, search, go }: Shown) {
  const all = useMemo(
    () => [...log.steps.values()].filter(({ itemOf }) => itemOf === undefined),
    [log.steps],
  )
  // What is active while the log is being read is active no more when it has been read.
  const active = log.seq < known ? all[0]?.id : activeOf(all)
  const center = search.step ?? active
  const steps = useMemo(
    () =>
      all.length > MAX_SHOWN && center !== undefined ? neighbourhood(all, center, MAX_SHOWN) : all,
    [all, center],
  )
  const shown = useMemo(
    () =>
      steps.map(
        (step): ShownStep => ({
          id: step.id,
          dependsOn: step.dependsOn,
          status: step.status,
          title: step.id,
          detail: detailOf(step, log.steps),
          isChosen: step.id === search.step,
        }),
      ),
    [steps, log.steps, search.step],
  )
  return (
    <>
      {steps.length < all.length ? (
        <p className="view-note soft">
          {steps.length} of {all.length.toLocaleString()} steps, around <code>{center}</code>:
          choose another in “Steps”.
        </p>
      ) : null}
      <StepGraph steps={shown} onChoose={(step) => go({ step })} />
    </>
  )
}

function activeOf(steps: readonly StepLog[]): string | undefined {
  const active = steps.find(({ status }) => status === 'running' || status === 'waiting')
  return (active ?? steps[0])?.id
}

function detailOf(step: StepLog, steps: ReadonlyMap<string, StepLog>): string {
  const { id, status, attempt, progress, skipped, text, uses = '', held } = step
  if (steps.has(`${id}[0]`)) {
    const items = [...steps.values()].filter(({ itemOf }) => itemOf === id)
    const done = items.filter((item) => item.status === 'completed').length
    return `${done} of ${items.length} items`
  }
  if (status === 'running' && progress?.percent !== undefined) {
    return `${Math.round(progress.percent)}% ${progress.message ?? ''}`
  }
  if (status === 'retrying') return `attempt ${attempt} failed, again soon`
  if (skipped !== undefined) return words(skipped.reason)
  if (held) return 'held'
  return text ?? uses
}
