import { useState } from 'react'
import { useStepsOf } from '../../api/session.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { stepsBefore } from './steps-before.ts'

/** Where the session goes back to, and why. */
export function PushBackDialog({
  sessionId,
  stepId,
  note: begun,
  isOpen,
  isPending,
  error,
  onClose,
  onPushBack,
}: {
  readonly sessionId: string
  /** Who asks. */
  readonly stepId: string
  readonly note: string
  readonly isOpen: boolean
  readonly isPending: boolean
  readonly error: unknown
  readonly onClose: () => void
  readonly onPushBack: (toStep: string, note: string) => void
}) {
  const { data, error: unread } = useStepsOf(sessionId, isOpen)
  const [chosen, setChosen] = useState<string>()
  const [note, setNote] = useState<string>()
  const places = data === undefined ? undefined : stepsBefore(data.steps, stepId)
  const toStep = chosen ?? places?.[0]?.id
  const says = note ?? begun
  return (
    <Dialog title="Push back" isOpen={isOpen} onClose={onClose}>
      <p>The session goes back to a step, which runs again with all that comes after it.</p>
      {places?.length === 0 ? (
        <p role="status">No step before it has completed: there is nowhere to go back to.</p>
      ) : null}
      <label className="field">
        <span>Back to</span>
        <select
          className="select"
          value={toStep ?? ''}
          disabled={places?.length === 0}
          onChange={({ target }) => setChosen(target.value)}
        >
          {places?.map(({ id, text }) => (
            <option key={id} value={id}>
              {text === undefined ? id : `${id}: ${text}`}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>What has to change</span>
        <textarea
          className="textarea"
          value={says}
          maxLength={10_000}
          onChange={({ target }) => setNote(target.value)}
        />
      </label>
      <ProblemNote error={error ?? unread} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Leave it</Button>
        <Button
          look="primary"
          disabled={toStep === undefined || isPending}
          onClick={() => toStep !== undefined && onPushBack(toStep, says)}
        >
          Push back
        </Button>
      </div>
    </Dialog>
  )
}
