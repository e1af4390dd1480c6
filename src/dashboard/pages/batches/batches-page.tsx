import '../../styles/batches.css'
import { Link } from '@tanstack/react-router'
import { useBatches } from '../../api/batches.ts'
import { Empty, Loading } from '../../parts/empty.tsx'
import { dateTime, words } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { BatchBar } from './batch-counts.tsx'

/** Many sessions as one. */
export function BatchesPage() {
  const { data, error } = useBatches()
  return (
    <>
      <PageHead title="Batches" lead="Many sessions, started and steered as one." />
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {data?.batches.length === 0 ? (
        <div className="card">
          <Empty title="No batch was started yet">
            Start one with <code>POST /v1/batches</code>.
          </Empty>
        </div>
      ) : null}
      {data === undefined || data.batches.length === 0 ? null : (
        <div className="card table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Batch</th>
                <th>Status</th>
                <th>Sessions</th>
                <th className="hide-small">Created</th>
              </tr>
            </thead>
            <tbody>
              {data.batches.map((batch) => (
                <tr key={batch.batchId}>
                  <td className="main-cell">
                    <Link to="/batches/$id" params={{ id: batch.batchId }}>
                      {batch.name ?? batch.batchId}
                    </Link>
                  </td>
                  <td className="nowrap">{words(batch.status)}</td>
                  <td className="batch-cell">
                    <BatchBar batch={batch} />
                    <small className="soft num">
                      {Math.round(batch.percent)}% of {batch.total}
                    </small>
                  </td>
                  <td className="hide-small soft nowrap">{dateTime(batch.createdAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
