import { Link } from '@tanstack/react-router'
import { useWorkflows } from '../../api/workflows.ts'
import { Empty, Loading } from '../../parts/empty.tsx'
import { dateTime } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'

/** Saved workflows by name. */
export function WorkflowsPage() {
  const { data, error } = useWorkflows()
  return (
    <>
      <PageHead title="Workflows" lead="Saved under a name, with every version kept." />
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {data?.workflows.length === 0 ? (
        <div className="card">
          <Empty title="No workflow is saved yet">
            Save one with <code>PUT /v1/workflows/:name</code>.
          </Empty>
        </div>
      ) : null}
      {data === undefined || data.workflows.length === 0 ? null : (
        <div className="card table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th>Name</th>
                <th>Version</th>
                <th>Steps</th>
                <th className="hide-small">Changed</th>
                <th>
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.workflows.map(({ name, description, version, totalSteps, updatedAt }) => (
                <tr key={name}>
                  <td className="main-cell">
                    <Link to="/workflows/$name" params={{ name }}>
                      {name}
                    </Link>
                    {description === null ? null : <div className="sub">{description}</div>}
                  </td>
                  <td className="num">v{version}</td>
                  <td className="num">{totalSteps}</td>
                  <td className="hide-small soft nowrap">{dateTime(updatedAt)}</td>
                  <td>
                    <Link className="button" to="/new" search={{ workflow: name }}>
                      Start
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
