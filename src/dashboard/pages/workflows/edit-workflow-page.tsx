import '../../styles/new.css'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Save } from 'lucide-react'
import { useState } from 'react'
import { stringify } from 'yaml'
import { useMay } from '../../api/sign-in.ts'
import type { WorkflowVersion } from '../../api/types.ts'
import { useSave, useWorkflow } from '../../api/workflows.ts'
import { Button } from '../../parts/button.tsx'
import { Loading } from '../../parts/empty.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useWriting } from '../new/use-writing.ts'
import { ViewChoice } from '../new/view-choice.tsx'
import { WritingView } from '../new/writing-view.tsx'

/** Changes a saved workflow, drawn or as text, and saves its next version. */
export function EditWorkflowPage() {
  const { name } = useParams({ from: '/workflows/$name/edit' })
  const { data, error } = useWorkflow(name)
  // What others save meanwhile does not change what is on the desk; saving over it is refused.
  const [begun, setBegun] = useState<WorkflowVersion>()
  const workflow = begun ?? data
  if (workflow !== undefined && begun === undefined) setBegun(workflow)
  if (error !== null && workflow === undefined) return <ProblemNote error={error} />
  return workflow === undefined ? <Loading /> : <Editing key={name} workflow={workflow} />
}

function Editing({
  workflow: { name, version, definition },
}: {
  readonly workflow: WorkflowVersion
}) {
  const { view } = useSearch({ from: '/workflows/$name/edit' })
  const [written] = useState(() => stringify(definition, { lineWidth: 0 }))
  const writing = useWriting({ format: 'yaml', text: written }, view === 'text' ? 'text' : 'design')
  const { draft, isReady, source } = writing
  const save = useSave()
  const navigate = useNavigate()
  const mayControl = useMay('control')
  const saveIt = () =>
    draft !== undefined &&
    save.mutate(
      { name, draft, replaces: version },
      { onSuccess: () => void navigate({ to: '/workflows/$name', params: { name } }) },
    )
  return (
    <>
      <PageHead
        title={name}
        lead={
          <Link to="/workflows/$name" params={{ name }}>
            Version {version}, being changed
          </Link>
        }
      >
        <Button
          look="primary"
          disabled={!isReady || !mayControl || save.isPending || source.text === written}
          onClick={saveIt}
        >
          <Save size={15} aria-hidden="true" /> Save version {version + 1}
        </Button>
      </PageHead>
      <div className="row">
        <ViewChoice view={writing.view} onChange={writing.setView} />
      </div>
      <ProblemNote error={save.error} />
      <WritingView writing={writing} />
    </>
  )
}
