import { useState } from 'react'
import { useCommand } from '../../api/session.ts'
import { useMay } from '../../api/sign-in.ts'
import { type StepControl, stepControls } from '../../log/possible.ts'
import type { StepLog } from '../../log/session-log.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ContinueDialog } from './continue-dialog.tsx'
import type { Shown } from './shown.ts'

const labels: Readonly<Record<StepControl, string>> = {
  retry: 'Retry step',
  skip: 'Skip step',
  complete: 'Complete…',
  fail: 'Let fail',
  pause: 'Hold step',
  resume: 'Let go on',
  fork: 'Fork from here…',
}

/** What can be asked of a step now. */
export function StepControls({
  id,
  log,
  session,
  step,
}: Pick<Shown, 'id' | 'log' | 'session'> & { readonly step: StepLog }) {
  const mayControl = useMay('control')
  const command = useCommand(id)
  const [isForking, setForking] = useState(false)
  const [isCompleting, setCompleting] = useState(false)
  const controls = stepControls(log, step)
  if (!mayControl || controls.length === 0) return null
  const onControl = (control: StepControl) => {
    command.reset()
    if (control === 'complete') return setCompleting(true)
    if (control === 'fork') return setForking(true)
    command.mutate({ path: `steps/${encodeURIComponent(step.id)}/${control}` })
  }
  return (
    <div className="stack-small">
      <div className="row" role="toolbar" aria-label="Step">
        {controls.map((control) => (
          <Button key={control} disabled={command.isPending} onClick={() => onControl(control)}>
            {labels[control]}
          </Button>
        ))}
      </div>
      {isCompleting ? null : <ProblemNote error={command.error} />}
      <ContinueDialog
        id={id}
        log={log}
        session={session}
        kind={isForking ? 'fork' : undefined}
        fromStep={step.id}
        onClose={() => setForking(false)}
      />
      <CompleteDialog
        isOpen={isCompleting}
        error={command.error}
        onClose={() => setCompleting(false)}
        onComplete={(body) =>
          command.mutate(
            { path: `steps/${encodeURIComponent(step.id)}/complete`, body },
            { onSuccess: () => setCompleting(false) },
          )
        }
      />
    </div>
  )
}

function CompleteDialog({
  isOpen,
  error,
  onClose,
  onComplete,
}: {
  readonly isOpen: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onComplete: (body: object) => void
}) {
  const [output, setOutput] = useState('')
  const [reason, setReason] = useState('')
  const value = readJson(output)
  return (
    <Dialog title="Complete the step" isOpen={isOpen} onClose={onClose}>
      <label className="field">
        <span>Output, as JSON</span>
        <textarea
          className="textarea mono"
          value={output}
          spellCheck={false}
          placeholder="null"
          onChange={({ target }) => setOutput(target.value)}
        />
        {value instanceof SyntaxError ? <span className="hint">{value.message}</span> : null}
      </label>
      <label className="field">
        <span>Reason, for the log</span>
        <input
          className="input"
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <ProblemNote error={error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Leave it</Button>
        <Button
          look="primary"
          disabled={value instanceof SyntaxError}
          onClick={() =>
            onComplete({
              ...(value === undefined ? {} : { output: value }),
              ...(reason === '' ? {} : { reason }),
            })
          }
        >
          Complete
        </Button>
      </div>
    </Dialog>
  )
}

function readJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    return error
  }
}
