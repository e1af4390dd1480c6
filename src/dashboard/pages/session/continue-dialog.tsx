import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCommand } from '../../api/session.ts'
import type { PlannedStep } from '../../api/types.ts'
import { stepsToRepeat } from '../../log/continuation.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { changesOf, editOf, type StepEdit } from './plan-changes.ts'
import type { Shown } from './shown.ts'

/** Starts a session that goes on from this one, with other inputs if wanted. */
export function ContinueDialog({
  kind,
  fromStep,
  onClose,
  ...shown
}: Pick<Shown, 'id' | 'log' | 'session'> & {
  /** Undefined: it is closed. */
  readonly kind: 'retry' | 'fork' | undefined
  /** Where a fork begins, unless another step is chosen. */
  readonly fromStep?: string | undefined
  readonly onClose: () => void
}) {
  const title = kind === 'fork' ? 'Fork this session' : 'Retry this session'
  return (
    <Dialog title={title} isOpen={kind !== undefined} onClose={onClose}>
      {kind === undefined ? null : (
        <ContinueForm {...shown} kind={kind} fromStep={fromStep} onClose={onClose} />
      )}
    </Dialog>
  )
}

function ContinueForm({
  id,
  log,
  session,
  kind,
  fromStep,
  onClose,
}: Pick<Shown, 'id' | 'log' | 'session'> & {
  readonly kind: 'retry' | 'fork'
  readonly fromStep: string | undefined
  readonly onClose: () => void
}) {
  const command = useCommand(id)
  const navigate = useNavigate()
  const [from, setFrom] = useState(fromStep ?? session.steps[0]?.id ?? '')
  const [inputs, setInputs] = useState(() => JSON.stringify(session.inputs, null, 2))
  const [edits, setEdits] = useState<ReadonlyMap<string, StepEdit>>(new Map())
  const again = stepsToRepeat(log, session.steps, kind === 'fork' ? from : undefined)
  const hasInputs = Object.keys(session.inputs).length > 0
  const changes = readChanges(() =>
    changesOf({ before: session.inputs, text: inputs }, edits, again),
  )
  const send = () =>
    command.mutate(
      { path: kind, body: { ...(kind === 'fork' ? { fromStep: from } : {}), ...changes } },
      {
        onSuccess: ({ sessionId }) => {
          onClose()
          void navigate({ to: '/sessions/$id', params: { id: sessionId } })
        },
      },
    )
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <p>
        A new session takes over what has completed.{' '}
        {again.length === 1 ? 'One step runs' : `${again.length.toLocaleString()} steps run`} again
        {again.length > MAX_NAMED ? '.' : `: ${again.map((step) => step.id).join(', ')}.`}
      </p>
      {kind === 'fork' ? (
        <label className="field">
          <span>From step</span>
          <select className="select" value={from} onChange={({ target }) => setFrom(target.value)}>
            {session.steps.map((step) => (
              <option key={step.id}>{step.id}</option>
            ))}
          </select>
        </label>
      ) : null}
      {hasInputs ? <JsonField label="Inputs, as JSON" text={inputs} onChange={setInputs} /> : null}
      <StepChanges steps={again} edits={edits} onChange={setEdits} />
      {changes instanceof SyntaxError ? (
        <p className="hint" role="status">
          {changes.message}
        </p>
      ) : null}
      <ProblemNote error={command.error} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Leave it</Button>
        <Button
          type="submit"
          look="primary"
          disabled={changes instanceof SyntaxError || command.isPending}
        >
          {kind === 'fork' ? 'Fork' : 'Retry'}
        </Button>
      </div>
    </form>
  )
}

/** So many steps are named in a sentence. */
const MAX_NAMED = 8

/** What a step that runs again does differently; one at a time is shown. */
function StepChanges({
  steps,
  edits,
  onChange,
}: {
  readonly steps: readonly PlannedStep[]
  readonly edits: ReadonlyMap<string, StepEdit>
  readonly onChange: (edits: ReadonlyMap<string, StepEdit>) => void
}) {
  const [chosen, setChosen] = useState('')
  const step = steps.find(({ id }) => id === chosen)
  const edit = step && (edits.get(step.id) ?? editOf(step))
  const change = (changes: Partial<StepEdit>) => {
    if (edit !== undefined) onChange(new Map(edits).set(chosen, { ...edit, ...changes }))
  }
  return (
    <>
      <label className="field">
        <span>Change a step</span>
        <select
          className="select"
          value={step === undefined ? '' : chosen}
          onChange={({ target }) => setChosen(target.value)}
        >
          <option value="">none</option>
          {steps.map(({ id }) => (
            <option key={id} value={id}>
              {edits.has(id) ? `${id}, changed` : id}
            </option>
          ))}
        </select>
      </label>
      {edit === undefined ? null : (
        <>
          <JsonField
            label={`Input of ${chosen}, as JSON`}
            text={edit.input}
            onChange={(input) => change({ input })}
          />
          <div className="field-pair">
            <label className="field">
              <span>Timeout</span>
              <input
                className="input"
                value={edit.timeout}
                onChange={({ target }) => change({ timeout: target.value })}
              />
            </label>
            <label className="field">
              <span>When</span>
              <input
                className="input mono"
                value={edit.when}
                placeholder="always"
                onChange={({ target }) => change({ when: target.value })}
              />
            </label>
          </div>
        </>
      )}
    </>
  )
}

function JsonField({
  label,
  text,
  onChange,
}: {
  readonly label: string
  readonly text: string
  readonly onChange: (text: string) => void
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <textarea
        className="textarea mono"
        rows={Math.min(12, text.split('\n').length + 1)}
        spellCheck={false}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  )
}

function readChanges<T>(read: () => T): T | SyntaxError {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) return error
    throw error
  }
}
