import { Link } from '@tanstack/react-router'
import type { SessionsReport } from '../../api/types.ts'
import { duration } from '../../parts/format.ts'

/** What the sessions of each workflow came to. */
export function WorkflowsTable({ workflows }: { readonly workflows: SessionsReport['workflows'] }) {
  return (
    <section className="card table-wrap" aria-labelledby="report-workflows">
      <h2 id="report-workflows" className="table-title">
        By workflow
      </h2>
      <table className="table">
        <thead>
          <tr>
            <th>Workflow</th>
            <th>Sessions</th>
            <th>Completed</th>
            <th className="hide-small">Half, up to</th>
            <th>95 %, up to</th>
          </tr>
        </thead>
        <tbody>
          {workflows.map(({ workflow, name, sessions, successRate, durationMs }) => (
            <tr key={JSON.stringify([workflow, name])}>
              <td className="main-cell">
                {workflow === null && name === null ? (
                  <span className="soft">with no name</span>
                ) : (
                  <Link
                    to="/reports"
                    search={(before) => ({
                      ...before,
                      ...(workflow === null ? { name: name ?? '' } : { workflow }),
                    })}
                  >
                    {workflow ?? name}
                  </Link>
                )}
              </td>
              <td className="num">{sessions.toLocaleString()}</td>
              <td className="num">
                {successRate === null ? '–' : `${(successRate * 100).toFixed(1)} %`}
              </td>
              <td className="num hide-small">
                {durationMs === null ? '–' : duration(durationMs.p50)}
              </td>
              <td className="num">{durationMs === null ? '–' : duration(durationMs.p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
