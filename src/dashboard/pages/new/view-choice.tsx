import { FileText, Workflow } from 'lucide-react'
import { Button } from '../../parts/button.tsx'
import type { View } from './use-writing.ts'

/** Text or design: two views of one workflow. */
export function ViewChoice({
  view,
  onChange,
}: {
  readonly view: View | undefined
  readonly onChange: (view: View) => void
}) {
  return (
    <fieldset className="row group">
      <legend className="visually-hidden">View</legend>
      <Button aria-pressed={view === 'text'} onClick={() => onChange('text')}>
        <FileText size={15} aria-hidden="true" /> Text
      </Button>
      <Button aria-pressed={view === 'design'} onClick={() => onChange('design')}>
        <Workflow size={15} aria-hidden="true" /> Design
      </Button>
    </fieldset>
  )
}
