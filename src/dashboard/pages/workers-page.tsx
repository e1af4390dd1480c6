import { Link } from '@tanstack/react-router'
import { useWorkers } from '../api/service.ts'
import { Empty, Loading } from '../parts/empty.tsx'
import { dateTime, fromNow } from '../parts/format.ts'
import { PageHead } from '../parts/page-head.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useNow } from '../parts/use-now.ts'

/** Who serves queues, and what they have. */
export function WorkersPage() {
  const { data, error } = useWorkers()
  const now = useNow(true)
  return (
    <>
      <PageHead title="Workers" lead="Who serves queues, and what they have taken." />
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {data?.workers.length === 0 ? (
        <div className="card">
          <Empty title="No worker was here lately">
            A worker takes work with <code>POST /v1/interactions/claim</code>.
          </Empty>
        </div>
      ) : null}
      <div className="grid-cards">
        {data?.workers.map(({ workerId, queues, firstSeenAt, lastSeenAt, holds }) => (
          <section key={workerId} className="card padded stack-small">
            <div className="row">
              <h2 className="grow ellipsis">{workerId}</h2>
              <span className={`badge tone-${holds.length > 0 ? 'busy' : 'idle'}`}>
                {holds.length > 0 ? `${holds.length} at work` : 'idle'}
              </span>
            </div>
            <div className="row">
              {queues.map((queue) => (
                <span key={queue} className="chip">
                  {queue}
                </span>
              ))}
            </div>
            <p className="soft" title={dateTime(lastSeenAt)}>
              seen {fromNow(Date.parse(lastSeenAt), now)}, first {dateTime(firstSeenAt)}
            </p>
            <ul className="stack-small">
              {holds.map(({ interactionId, sessionId, stepId, queue, leaseUntil }) => (
                <li key={interactionId} className="row">
                  <Link to="/sessions/$id" params={{ id: sessionId }} search={{ step: stepId }}>
                    {stepId}
                  </Link>
                  <span className="soft">
                    of {queue}, until {fromNow(Date.parse(leaseUntil), now)}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
}
