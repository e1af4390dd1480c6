import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useProgress } from '../../api/session.ts'
import type { StreamState } from '../../live/event-stream.ts'
import { hasEnded } from '../../log/possible.ts'
import type { SessionLog } from '../../log/session-log.ts'
import { dateTime, duration, fromNow } from '../../parts/format.ts'
import { Meter } from '../../parts/meter.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { StatusBadge, toneOf } from '../../parts/status.tsx'
import { useNow } from '../../parts/use-now.ts'
import { SessionControls } from './session-controls.tsx'
import type { Shown } from './shown.ts'

/** What the session is, how far it is, and what can be asked of it. */
export function SessionHead(shown: Shown & { readonly stream: StreamState }) {
  const { id, session, log, known, isPast, stream } = shown
  const isMoving = !hasEnded(log) && !isPast
  const now = useNow(isMoving)
  // What it says of a session that has ended is known without it.
  const isRead = log.seq > 0 && log.seq >= known
  const { data: progress } = useProgress(id, {
    atSeq: isPast ? log.seq : undefined,
    isMoving,
    isWanted: isPast || (isMoving && isRead),
  })
  const settled = useMemo(() => settledOf(log), [log])
  const percent = log.steps.size === 0 ? 0 : (100 * settled) / log.steps.size
  const end = log.endedAt ?? (isPast ? (log.lastAt ?? now) : now)
  const remaining = progress?.estimatedTimeRemaining
  const { workflow, labels = {}, startedBy } = session
  return (
    <>
      <PageHead
        title={session.title}
        lead={
          <span className="row">
            <StatusBadge status={log.status} />
            <code className="faint">{id}</code>
            {workflow === undefined ? null : (
              <Link to="/workflows/$name" params={{ name: workflow.name }}>
                {workflow.name} v{workflow.version}
              </Link>
            )}
            {startedBy?.session === undefined ? null : (
              <Link to="/sessions/$id" params={{ id: startedBy.session }}>
                parent session
              </Link>
            )}
            {log.forkedFrom === undefined ? null : (
              <Link to="/sessions/$id" params={{ id: log.forkedFrom.sessionId }}>
                goes on from …{log.forkedFrom.sessionId.slice(-6)}
              </Link>
            )}
            {Object.entries(labels).map(([key, value]) => (
              <span key={key} className="chip">
                {key}:{value}
              </span>
            ))}
          </span>
        }
      >
        {isPast ? null : <SessionControls {...shown} />}
      </PageHead>
      <div className="card padded vitals">
        <div className="vital wide">
          <span>Progress</span>
          <Meter
            percent={percent}
            tone={toneOf(log.status)}
            label={`${settled} of ${log.steps.size} steps`}
          />
          <small>
            {settled.toLocaleString()} of {log.steps.size.toLocaleString()} steps
          </small>
        </div>
        <div className="vital">
          <span>Duration</span>
          <b className="num">{log.createdAt === undefined ? '–' : duration(end - log.createdAt)}</b>
          <small title={log.createdAt === undefined ? '' : dateTime(log.createdAt)}>
            {log.createdAt === undefined ? '' : `started ${fromNow(log.createdAt, now)}`}
          </small>
        </div>
        <div className="vital">
          <span>Remaining</span>
          <b className="num">{hasEnded(log) ? 'ended' : remainingText(remaining, log.status)}</b>
          <small>{waitText(log.waitingUntil, now) || estimateText(progress?.noEstimate)}</small>
        </div>
        <div className="vital">
          <span>Stream</span>
          <b data-stream={stream}>{streamText[stream]}</b>
          <small className="num">event {log.seq.toLocaleString()}</small>
        </div>
      </div>
      {log.failure === undefined ? null : (
        <div className="problem">
          <strong>
            {log.failure.error.code}
            {log.failure.stepId === undefined ? '' : ` in ${log.failure.stepId}`}
          </strong>
          <span>{log.failure.error.message}</span>
          <span className="soft">{log.failure.error.suggestedAction}</span>
        </div>
      )}
    </>
  )
}

function settledOf({ steps }: SessionLog): number {
  let settled = 0
  for (const { endedAt, status } of steps.values()) {
    if (endedAt !== undefined && status !== 'pending' && status !== 'retrying') settled += 1
  }
  return settled
}

const streamText: Readonly<Record<StreamState, string>> = {
  connecting: 'connecting',
  open: 'live',
  lost: 'disconnected',
  ended: 'complete',
}

function remainingText(ms: number | null | undefined, status: string): string {
  // Nothing but what it waits for is left, and nobody knows how long that takes.
  if (ms === 0 && status === 'waiting') return 'waits'
  return ms === null || ms === undefined ? 'unknown' : `about ${duration(ms)}`
}

function waitText(until: number | undefined, now: number): string {
  return until === undefined ? '' : `waits, ${fromNow(until, now)}`
}

function estimateText(obstacle: string | null | undefined): string {
  return obstacle === null || obstacle === undefined ? '' : obstacle.replaceAll('_', ' ')
}
