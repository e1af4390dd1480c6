import { Plus } from 'lucide-react'
import type { Json } from '../../json.ts'
import type { Design } from '../design/design.ts'
import type { Edit } from '../design/edit.ts'
import { isObject, valueAt } from '../design/value.ts'
import { Button } from '../parts/button.tsx'
import type { StepFault } from './design-faults.ts'
import { ChoiceField, CommitField } from './fields.tsx'
import { FaultList } from './step-panel.tsx'

/** What holds for the whole, shown where no step is chosen. */
export function WorkflowPanel({
  design: { root, stepsAt },
  faults,
  edit,
  onAdd,
}: {
  readonly design: Design
  readonly faults: readonly StepFault[]
  readonly edit: (edit: Edit) => void
  readonly onAdd: () => void
}) {
  const found = valueAt(root, stepsAt.slice(0, -1))
  const workflow = isObject(found) ? found : {}
  const set = (field: string, value: Json | undefined) =>
    edit({ do: 'setWorkflow', path: [field], value })
  const textOf = (field: string) => {
    const value = workflow[field]
    return value === undefined || value === null ? '' : String(value)
  }
  return (
    <section className="design-panel" aria-label="The workflow">
      <header className="row">
        <h2 className="grow">The workflow</h2>
        <Button onClick={onAdd}>
          <Plus size={14} aria-hidden="true" /> Add at the end
        </Button>
      </header>
      <FaultList faults={faults} />
      <CommitField
        label="Workflow name"
        value={textOf('name')}
        onCommit={(next) => set('name', next || undefined)}
      />
      <CommitField
        label="Description"
        isLong={true}
        value={textOf('description')}
        onCommit={(next) => set('description', next || undefined)}
      />
      <ChoiceField
        label="A failed step"
        value={textOf('onFailure')}
        none="ends the session (fail_fast)"
        choices={['fail_fast', 'continue', 'rollback', 'escalate']}
        onChange={(next) => set('onFailure', next)}
      />
      <CommitField
        label="Limit of the running time"
        value={textOf('timeout')}
        placeholder="30m"
        onCommit={(next) => set('timeout', next || undefined)}
      />
      <CommitField
        label="Steps side by side"
        value={textOf('maxParallel')}
        placeholder="8"
        onCommit={(next) => {
          const number = Number(next)
          set('maxParallel', next === '' ? undefined : Number.isNaN(number) ? next : number)
        }}
      />
      <p className="hint">
        Choose a step to change it. Drag from the dot behind a step to another one, or tap the two
        dots, and the second comes after the first. By key: arrows go from step to step, Alt with up
        and down moves one in the list, Delete takes it away, A adds one after it, Ctrl Z takes
        back.
      </p>
    </section>
  )
}
