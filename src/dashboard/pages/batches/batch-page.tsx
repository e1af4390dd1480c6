import '../../styles/batches.css'
import '../../styles/sessions.css'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type BatchCommand, useBatch, useBatchCommand } from '../../api/batches.ts'
import { useSessions } from '../../api/sessions.ts'
import { useMay } from '../../api/sign-in.ts'
import type { Batch } from '../../api/types.ts'
import { Button } from '../../parts/button.tsx'
import { Loading } from '../../parts/empty.tsx'
import { dateTime, words } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { SessionTable } from '../sessions/session-table.tsx'
import { BatchBar, BatchCounts } from './batch-counts.tsx'

const labels: Readonly<Record<BatchCommand, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  retry: 'Retry what did not complete',
}

/** A batch, and its sessions. */
export function BatchPage() {
  const { id } = useParams({ from: '/batches/$id' })
  const { data: batch, error } = useBatch(id)
  const sessions = useSessions({ batch: id }, undefined)
  const command = useBatchCommand(id)
  const navigate = useNavigate()
  const mayControl = useMay('control')
  if (error !== null) return <ProblemNote error={error} />
  if (batch === undefined) return <Loading />
  const send = (one: BatchCommand) =>
    command.mutate(one, {
      onSuccess: ({ batchId }) =>
        void navigate({ to: '/batches/$id', params: { id: batchId ?? id } }),
    })
  return (
    <>
      <PageHead
        title={batch.name ?? id}
        lead={`${words(batch.status)}, ${batch.started} of ${batch.total} started, created ${dateTime(batch.createdAt)}`}
      >
        {mayControl
          ? commandsOf(batch).map((one) => (
              <Button
                key={one}
                {...(one === 'cancel' ? { look: 'danger' as const } : {})}
                disabled={command.isPending}
                onClick={() => send(one)}
              >
                {labels[one]}
              </Button>
            ))
          : null}
      </PageHead>
      <ProblemNote error={command.error} />
      <section className="card padded stack-small">
        <BatchBar batch={batch} />
        <BatchCounts batch={batch} />
        {batch.retryOf === undefined ? null : (
          <p className="soft">
            It does again what{' '}
            <Link to="/batches/$id" params={{ id: batch.retryOf }}>
              an earlier batch
            </Link>{' '}
            did not complete.
          </p>
        )}
        {batch.refused === undefined ? null : (
          <div className="problem">
            <strong>{batch.refused.count} could not be started</strong>
            {batch.refused.first.map(({ index, message }) => (
              <span key={index}>
                {index}: {message}
              </span>
            ))}
          </div>
        )}
      </section>
      {sessions.data === undefined ? null : <SessionTable sessions={sessions.data.sessions} />}
      <Link to="/sessions" search={{ batch: id }}>
        All its sessions
      </Link>
    </>
  )
}

/** What may be asked of a batch now. */
function commandsOf({ endedAt, status, counts, total }: Batch): readonly BatchCommand[] {
  if (endedAt !== null) return (counts.completed ?? 0) < total ? ['retry'] : []
  return [status === 'paused' ? 'resume' : 'pause', 'cancel']
}
