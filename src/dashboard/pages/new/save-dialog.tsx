import { useNavigate } from '@tanstack/react-router'
import { Save } from 'lucide-react'
import { useId, useState } from 'react'
import { useMay } from '../../api/sign-in.ts'
import { useSave, useWorkflows } from '../../api/workflows.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import type { Draft } from './draft.ts'

/** Saves what was written under a name, as the first version or as the next one. */
export function SaveAsWorkflow({
  draft,
  isReady,
}: {
  readonly draft: Draft | undefined
  readonly isReady: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const mayControl = useMay('control')
  return (
    <>
      <Button disabled={!isReady || !mayControl} onClick={() => setOpen(true)}>
        <Save size={15} aria-hidden="true" /> Save as workflow
      </Button>
      <Dialog title="Save as workflow" isOpen={isOpen} onClose={() => setOpen(false)}>
        {draft === undefined ? null : <SaveForm draft={draft} onClose={() => setOpen(false)} />}
      </Dialog>
    </>
  )
}

function SaveForm({ draft, onClose }: { readonly draft: Draft; readonly onClose: () => void }) {
  const id = useId()
  const [name, setName] = useState('')
  const { data } = useWorkflows()
  const save = useSave()
  const navigate = useNavigate()
  const known = data?.workflows.find((one) => one.name === name.trim())
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(
          { name: name.trim(), draft, replaces: known?.version },
          {
            onSuccess: (saved) =>
              void navigate({ to: '/workflows/$name', params: { name: saved.name } }),
          },
        )
      }}
    >
      <div className="field">
        <label htmlFor={id}>Saved under the name</label>
        <input
          id={id}
          className="input"
          required={true}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <span className="hint">
          {known === undefined
            ? 'Every change of it is a version, and each can be started.'
            : `There is one of this name: this becomes its version ${known.version + 1}.`}
        </span>
      </div>
      <ProblemNote error={save.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" disabled={name.trim() === '' || save.isPending}>
          {known === undefined ? 'Save' : `Save version ${known.version + 1}`}
        </Button>
      </div>
    </form>
  )
}
