import { Link } from '@tanstack/react-router'
import type { SessionsReport } from '../../api/types.ts'

/** Why sessions failed; nothing where none did. */
export function FailuresTable({ failures }: { readonly failures: SessionsReport['failures'] }) {
  if (failures.reasons.length === 0) return null
  return (
    <section className="card table-wrap" aria-labelledby="report-failures">
      <h2 id="report-failures" className="table-title">
        Why sessions failed
      </h2>
      <table className="table">
        <thead>
          <tr>
            <th>Error</th>
            <th>Sessions</th>
            <th>Last one</th>
          </tr>
        </thead>
        <tbody>
          {failures.reasons.map(({ code, sessions, latest: { sessionId, stepId } }) => (
            <tr key={code}>
              <td className="main-cell">
                <a href={`/docs/errors#${code}`}>{code}</a>
              </td>
              <td className="num">{sessions.toLocaleString()}</td>
              <td>
                <Link
                  to="/sessions/$id"
                  params={{ id: sessionId }}
                  search={stepId === undefined ? {} : { step: stepId }}
                >
                  {stepId ?? 'the session'}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
