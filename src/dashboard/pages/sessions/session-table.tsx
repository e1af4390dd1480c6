import { Link } from '@tanstack/react-router'
import type { SessionListing } from '../../api/types.ts'
import { useProgressOf } from '../../live/use-progress-of.ts'
import { hasEnded } from '../../log/possible.ts'
import { dateTime, duration, fromNow } from '../../parts/format.ts'
import { Meter } from '../../parts/meter.tsx'
import { StatusBadge, toneOf } from '../../parts/status.tsx'
import { useNow } from '../../parts/use-now.ts'

/** Sessions, newest first, with how far the unfinished ones are. */
export function SessionTable({ sessions }: { readonly sessions: readonly SessionListing[] }) {
  const unfinished = sessions.filter((session) => !hasEnded(session))
  const progress = useProgressOf(unfinished)
  const now = useNow(true)
  return (
    <div className="card table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th>Session</th>
            <th>Status</th>
            <th className="hide-small">Progress</th>
            <th>Duration</th>
            <th className="hide-small">Created</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row
              key={session.sessionId}
              session={session}
              percent={progress.get(session.sessionId) ?? 0}
              now={now}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({
  session,
  percent,
  now,
}: {
  readonly session: SessionListing
  readonly percent: number
  readonly now: number
}) {
  const { sessionId, status, title, workflow, labels = {}, totalSteps } = session
  const createdAt = Date.parse(session.createdAt)
  const endedAt = session.endedAt === null ? now : Date.parse(session.endedAt)
  return (
    <tr>
      <td className="main-cell">
        <Link to="/sessions/$id" params={{ id: sessionId }} className="ellipsis block-link">
          {title}
        </Link>
        <div className="row sub">
          <code title={sessionId}>…{sessionId.slice(-6)}</code>
          {workflow === undefined ? null : (
            <span>
              {workflow.name} v{workflow.version}
            </span>
          )}
          {Object.entries(labels).map(([key, value]) => (
            <span key={key} className="chip hide-small">
              {key}:{value}
            </span>
          ))}
        </div>
      </td>
      <td>
        <StatusBadge status={status} />
      </td>
      <td className="hide-small progress-cell">
        {hasEnded(session) ? (
          <span className="soft num">{steps(totalSteps)}</span>
        ) : (
          <Meter percent={percent} tone={toneOf(status)} label={`${steps(totalSteps)}`} />
        )}
      </td>
      <td className="num nowrap">{duration(Math.max(0, endedAt - createdAt))}</td>
      <td className="hide-small nowrap soft" title={dateTime(createdAt)}>
        {fromNow(createdAt, now)}
      </td>
    </tr>
  )
}

function steps(count: number): string {
  return count === 1 ? '1 step' : `${count.toLocaleString()} steps`
}
