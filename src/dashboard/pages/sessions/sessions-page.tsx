import { Link, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import '../../styles/sessions.css'
import { useSessions } from '../../api/sessions.ts'
import { Empty, Loading } from '../../parts/empty.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { BulkActions } from './bulk-actions.tsx'
import { SessionFilters } from './session-filters.tsx'
import { SessionTable } from './session-table.tsx'

export function SessionsPage() {
  const { cursor, ...filter } = useSearch({ from: '/sessions' })
  const { data, error } = useSessions(filter, cursor)
  const isFiltered = Object.keys(filter).length > 0
  return (
    <>
      <PageHead title="Sessions">
        <BulkActions filter={filter} />
        <Link to="/new" className="button primary">
          <Plus size={16} aria-hidden="true" /> New session
        </Link>
      </PageHead>
      <SessionFilters filter={filter} />
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {data?.sessions.length === 0 ? (
        <div className="card">
          <Empty title={isFiltered ? 'No session is like that' : 'No sessions yet'}>
            {isFiltered ? (
              'Take a filter away.'
            ) : (
              <Link to="/new" className="button primary">
                Start the first one
              </Link>
            )}
          </Empty>
        </div>
      ) : null}
      {data === undefined || data.sessions.length === 0 ? null : (
        <SessionTable sessions={data.sessions} />
      )}
      <nav className="row" aria-label="Older and newer">
        {cursor === undefined ? null : (
          <Link to="/sessions" search={filter} className="button">
            Newest
          </Link>
        )}
        {data?.next ? (
          <Link to="/sessions" search={{ ...filter, cursor: data.next }} className="button">
            Older
          </Link>
        ) : null}
      </nav>
    </>
  )
}
