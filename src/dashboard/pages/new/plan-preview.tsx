import type { PlanAnswer } from '../../api/types.ts'
import { StepGraph } from '../../parts/step-graph.tsx'

const MAX_DRAWN = 200

/** What a workflow would run. */
export function PlanPreview({ plan }: { readonly plan: PlanAnswer }) {
  const { steps, estimatedDuration, timeout } = plan
  return (
    <>
      <p className="view-note soft">
        {steps.length} {steps.length === 1 ? 'step' : 'steps'}, about {estimatedDuration}, at most{' '}
        {timeout}
        {steps.length > MAX_DRAWN ? `; the first ${MAX_DRAWN} are drawn` : ''}
      </p>
      <StepGraph
        steps={steps.slice(0, MAX_DRAWN).map(({ id, dependsOn, name, text, uses }) => ({
          id,
          dependsOn,
          title: name ?? id,
          detail: text ?? uses,
        }))}
      />
    </>
  )
}
