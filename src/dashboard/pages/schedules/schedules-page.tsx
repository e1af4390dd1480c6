import { Link } from '@tanstack/react-router'
import { useSchedules } from '../../api/schedules.ts'
import { Empty, Loading } from '../../parts/empty.tsx'
import { dateTime, fromNow } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useNow } from '../../parts/use-now.ts'
import { ScheduleBadge, whenText } from './schedule-text.tsx'

/** What starts sessions by the clock. */
export function SchedulesPage() {
  const { data, error } = useSchedules()
  const now = useNow(true)
  return (
    <>
      <PageHead title="Schedules" lead="Sessions that start by cron, at an interval, or once." />
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {data?.schedules.length === 0 ? (
        <div className="card">
          <Empty title="Nothing is scheduled">
            Make a schedule with <code>POST /v1/schedules</code>.
          </Empty>
        </div>
      ) : null}
      {data === undefined || data.schedules.length === 0 ? null : (
        <div className="card table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Schedule</th>
                <th>Status</th>
                <th>Next</th>
                <th className="hide-small">Last</th>
                <th className="hide-small">Runs</th>
              </tr>
            </thead>
            <tbody>
              {data.schedules.map((schedule) => (
                <tr key={schedule.scheduleId}>
                  <td className="main-cell">
                    <Link to="/schedules/$id" params={{ id: schedule.scheduleId }}>
                      {schedule.name ?? schedule.scheduleId}
                    </Link>
                    <div className="sub mono">{whenText(schedule)}</div>
                  </td>
                  <td>
                    <ScheduleBadge status={schedule.status} />
                  </td>
                  <td
                    className="nowrap"
                    title={schedule.nextAt === null ? '' : dateTime(schedule.nextAt)}
                  >
                    {schedule.nextAt === null ? '–' : fromNow(Date.parse(schedule.nextAt), now)}
                  </td>
                  <td className="hide-small soft">
                    {schedule.last === null
                      ? '–'
                      : `${schedule.last.kind}, ${fromNow(Date.parse(schedule.last.at), now)}`}
                  </td>
                  <td className="hide-small num">{schedule.runs}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
