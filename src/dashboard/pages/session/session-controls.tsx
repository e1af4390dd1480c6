import {
  Ban,
  GitFork,
  LifeBuoy,
  type LucideIcon,
  Pause,
  Play,
  RotateCcw,
  StepForward,
  Undo2,
} from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../../api/session.ts'
import { useMay } from '../../api/sign-in.ts'
import { type SessionControl, sessionControls } from '../../log/possible.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ContinueDialog } from './continue-dialog.tsx'
import type { Shown } from './shown.ts'

const looks: Readonly<Record<SessionControl, readonly [label: string, icon: LucideIcon]>> = {
  pause: ['Pause', Pause],
  resume: ['Resume', Play],
  recover: ['Take up again', LifeBuoy],
  step: ['One step on', StepForward],
  cancel: ['Cancel', Ban],
  rollback: ['Roll back', Undo2],
  retry: ['Retry…', RotateCcw],
  fork: ['Fork…', GitFork],
}

const asked: Partial<Record<SessionControl, string>> = {
  cancel: 'Running attempts are stopped, and nothing new starts. It cannot be taken back.',
  rollback: 'It stops, and the steps that have completed are undone where they say how.',
}

/** What can be asked of a session now. */
export function SessionControls({ id, log, session }: Pick<Shown, 'id' | 'log' | 'session'>) {
  const mayControl = useMay('control')
  const command = useCommand(id)
  const [continuing, setContinuing] = useState<'retry' | 'fork'>()
  const [asking, setAsking] = useState<SessionControl>()
  const [reason, setReason] = useState('')
  if (!mayControl) return null
  const send = (control: SessionControl, body?: unknown) => {
    command.mutate({ path: control, body }, { onSuccess: () => setAsking(undefined) })
  }
  const onControl = (control: SessionControl) => {
    command.reset()
    setReason('')
    if (control === 'fork' || control === 'retry') return setContinuing(control)
    if (asked[control] !== undefined) return setAsking(control)
    send(control)
  }
  return (
    <div className="row" role="toolbar" aria-label="Session">
      {sessionControls(log).map((control) => {
        const [label, Icon] = looks[control]
        return (
          <Button
            key={control}
            {...(control === 'cancel' ? { look: 'danger' as const } : {})}
            disabled={command.isPending}
            onClick={() => onControl(control)}
          >
            <Icon size={15} aria-hidden="true" />
            {label}
          </Button>
        )
      })}
      <ContinueDialog
        id={id}
        log={log}
        session={session}
        kind={continuing}
        fromStep={firstStep(log)}
        onClose={() => setContinuing(undefined)}
      />
      {asking === undefined ? <ProblemNote error={command.error} /> : null}
      <Dialog
        title={asking === undefined ? '' : `${looks[asking][0]} this session?`}
        isOpen={asking !== undefined}
        onClose={() => setAsking(undefined)}
      >
        <p>{asking === undefined ? '' : asked[asking]}</p>
        <label className="field">
          <span>Reason, for the log</span>
          <input
            className="input"
            value={reason}
            maxLength={1000}
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
        <ProblemNote error={command.error} />
        <div className="dialog-actions">
          <Button onClick={() => setAsking(undefined)}>Leave it</Button>
          <Button
            look="danger"
            disabled={command.isPending}
            onClick={() =>
              asking !== undefined && send(asking, reason === '' ? undefined : { reason })
            }
          >
            {asking === undefined ? '' : looks[asking][0]}
          </Button>
        </div>
      </Dialog>
    </div>
  )
}

/** Where one would go on from: what failed, else the first. */
function firstStep({ steps }: Shown['log']): string | undefined {
  const own = [...steps.values()].filter(({ itemOf }) => itemOf === undefined)
  return (own.find(({ status }) => status === 'failed') ?? own[0])?.id
}
