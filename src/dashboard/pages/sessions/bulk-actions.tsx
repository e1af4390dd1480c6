import { useState } from 'react'
import { type SessionFilter, useBulk } from '../../api/sessions.ts'
import { useMay } from '../../api/sign-in.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'

/** Cancels or retries all that the filter finds, once somebody has seen how many that are. */
export function BulkActions({ filter }: { readonly filter: SessionFilter }) {
  const mayControl = useMay('control')
  if (!mayControl) return null
  return (
    <div className="row">
      <BulkAction action="retry" filter={filter} />
      <BulkAction action="cancel" filter={filter} />
    </div>
  )
}

const said = {
  cancel: { button: 'Cancel all…', title: 'Cancel sessions', done: 'cancelled' },
  retry: { button: 'Retry all…', title: 'Retry sessions', done: 'retried' },
} as const

function BulkAction({
  action,
  filter,
}: {
  readonly action: 'cancel' | 'retry'
  readonly filter: SessionFilter
}) {
  const [isOpen, setOpen] = useState(false)
  const count = useBulk(action)
  const act = useBulk(action)
  const { button, title, done } = said[action]
  const matched = count.data?.matched
  const isAll = Object.keys(filter).length === 0
  const open = () => {
    act.reset()
    count.mutate({ filter, dryRun: true })
    setOpen(true)
  }
  return (
    <>
      <Button onClick={open}>{button}</Button>
      <Dialog title={title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <ProblemNote error={act.error ?? count.error} />
        {act.data === undefined ? (
          <p>
            {matched === undefined
              ? 'Counting what the filter finds…'
              : `${isAll ? 'Of all sessions' : 'Of those that the filter finds'} ${matched} can be ${done}.`}
          </p>
        ) : (
          <p role="status">
            {act.data.done} {done}
            {act.data.failed > 0 ? `, ${act.data.failed} could not be` : ''}.
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={() => setOpen(false)}>Close</Button>
          {act.data === undefined ? (
            <Button
              look={action === 'cancel' ? 'danger' : 'primary'}
              disabled={matched === undefined || matched === 0 || act.isPending}
              onClick={() => act.mutate({ filter, dryRun: false })}
            >
              {action === 'cancel' ? `Cancel ${matched ?? ''}` : `Retry ${matched ?? ''}`}
            </Button>
          ) : null}
        </div>
      </Dialog>
    </>
  )
}
