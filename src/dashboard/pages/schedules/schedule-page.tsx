import { Link, useParams } from '@tanstack/react-router'
import { useNextRuns, useSchedule, useScheduleCommand } from '../../api/schedules.ts'
import { useMay } from '../../api/sign-in.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Loading } from '../../parts/empty.tsx'
import { dateTime, fromNow } from '../../parts/format.ts'
import { JsonView } from '../../parts/json-view.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useNow } from '../../parts/use-now.ts'
import { ScheduleBadge, whenText } from './schedule-text.tsx'

/** A schedule: when it fires next, and what it did. */
export function SchedulePage() {
  const { id } = useParams({ from: '/schedules/$id' })
  const { data: schedule, error } = useSchedule(id)
  const { data: next } = useNextRuns(id)
  const command = useScheduleCommand(id)
  const mayControl = useMay('control')
  const mayRun = useMay('run')
  const now = useNow(true)
  if (error !== null) return <ProblemNote error={error} />
  if (schedule === undefined) return <Loading />
  const { status, history } = schedule
  return (
    <>
      <PageHead
        title={schedule.name ?? id}
        lead={
          <span className="row">
            <ScheduleBadge status={status} />
            <code>{whenText(schedule)}</code>
          </span>
        }
      >
        <Link className="button" to="/sessions" search={{ schedule: id }}>
          Its sessions
        </Link>
        {mayControl && status !== 'ended' ? (
          <Button
            disabled={command.isPending}
            onClick={() => command.mutate(status === 'paused' ? 'resume' : 'pause')}
          >
            {status === 'paused' ? 'Resume' : 'Pause'}
          </Button>
        ) : null}
        {mayRun ? (
          <Button
            look="primary"
            disabled={command.isPending}
            onClick={() => command.mutate('trigger')}
          >
            Start one now
          </Button>
        ) : null}
      </PageHead>
      <ProblemNote error={command.error} />
      <div className="split">
        <section className="card padded stack-small">
          <h2>Next runs</h2>
          {next === undefined || next.times.length === 0 ? (
            <p className="soft">None for now.</p>
          ) : (
            <ol className="stack-small">
              {next.times.slice(0, 10).map((time) => (
                <li key={time} className="row">
                  <span className="num">{dateTime(time)}</span>
                  <span className="soft">{fromNow(Date.parse(time), now)}</span>
                </li>
              ))}
            </ol>
          )}
        </section>
        <section className="card padded stack-small">
          <h2>What it starts</h2>
          <JsonView value={schedule.workflow} label="Workflow" />
          {schedule.inputs === undefined ? null : (
            <JsonView value={schedule.inputs} label="Inputs" />
          )}
        </section>
      </div>
      <section className="card table-wrap">
        {history.length === 0 ? (
          <Empty title="It has not fired yet" />
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th>Time</th>
                <th>What</th>
                <th>Session</th>
              </tr>
            </thead>
            <tbody>
              {history.map((entry) => (
                <tr key={`${entry.at} ${entry.sessionId ?? entry.kind}`}>
                  <td className="nowrap num">{dateTime(entry.at)}</td>
                  <td>
                    {entry.kind}
                    {entry.count === undefined ? '' : ` × ${entry.count}`}
                    {entry.message === undefined ? '' : `: ${entry.message}`}
                  </td>
                  <td>
                    {entry.sessionId === undefined ? (
                      '–'
                    ) : (
                      <Link to="/sessions/$id" params={{ id: entry.sessionId }}>
                        <code>…{entry.sessionId.slice(-6)}</code>
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  )
}
