import '../../styles/inbox.css'
import '../../styles/session.css'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { inboxKinds, useAnswered, useInbox } from '../../api/inbox.ts'
import type { InboxItem } from '../../api/types.ts'
import { Button } from '../../parts/button.tsx'
import { Empty, Loading } from '../../parts/empty.tsx'
import { dateTime, fromNow } from '../../parts/format.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useNow } from '../../parts/use-now.ts'
import { AnswerForm } from './answer-form.tsx'

const names: Readonly<Record<string, string>> = {
  approval: 'Approvals',
  escalation: 'Escalations',
  client: 'Client steps',
  signal: 'Signals',
  worker: 'For workers',
}

/** What somebody is asked for, with a form for the answer. */
export function InboxPage() {
  const { kind } = useSearch({ from: '/inbox' })
  const navigate = useNavigate()
  const isAnswered = kind === 'answered'
  const { data, error } = useInbox(isAnswered ? undefined : kind)
  const choose = (next: string | undefined) =>
    void navigate({ to: '/inbox', search: { kind: next } })
  return (
    <>
      <PageHead title="Inbox" lead="What sessions wait for that somebody has to do or decide." />
      <fieldset className="row group">
        <legend className="visually-hidden">Kind</legend>
        <Button aria-pressed={kind === undefined} onClick={() => choose(undefined)}>
          All
        </Button>
        {inboxKinds.map((one) => (
          <Button key={one} aria-pressed={kind === one} onClick={() => choose(one)}>
            {names[one]}
          </Button>
        ))}
        <Button aria-pressed={isAnswered} onClick={() => choose('answered')}>
          Answered
        </Button>
      </fieldset>
      <ProblemNote error={error} />
      {isAnswered ? <Answered /> : null}
      {!isAnswered && data === undefined && error === null ? <Loading /> : null}
      {!isAnswered && data?.interactions.length === 0 ? (
        <div className="card">
          <Empty title="Nothing waits for anybody" />
        </div>
      ) : null}
      {isAnswered ? null : (
        <ul className="stack">
          {data?.interactions.map((item) => (
            <Item key={item.interactionId} item={item} />
          ))}
        </ul>
      )}
    </>
  )
}

function Item({ item }: { readonly item: InboxItem }) {
  const { sessionId, stepId, kind, session, askedAt, expiresAt, queue, worker, preview } = item
  const now = useNow(true)
  return (
    <li className="card padded inbox-item" data-kind={kind}>
      <div className="stack-small">
        <div className="row">
          <span className="badge tone-wait">{kind}</span>
          <strong>{item.step ?? stepId}</strong>
        </div>
        <Link to="/sessions/$id" params={{ id: sessionId }} search={{ step: stepId }}>
          {session.title}
        </Link>
        <span className="soft" title={dateTime(askedAt)}>
          asked {fromNow(Date.parse(askedAt), now)}
          {expiresAt === undefined ? '' : `, until ${fromNow(Date.parse(expiresAt), now)}`}
        </span>
        {queue === undefined ? null : (
          <span className="soft">
            queue <code>{queue}</code>
            {worker === undefined ? ', nobody has it' : `, ${worker} has it`}
          </span>
        )}
        {preview === undefined || kind !== 'worker' ? null : (
          <code className="wrap">{preview}</code>
        )}
      </div>
      {kind === 'worker' ? (
        <p className="soft">A worker of the queue takes it.</p>
      ) : (
        <AnswerForm asked={item} />
      )}
    </li>
  )
}

function Answered() {
  const { data, error } = useAnswered()
  if (data?.interactions.length === 0) return <Empty title="Nothing was answered yet" />
  return (
    <>
      <ProblemNote error={error} />
      <div className="card table-wrap">
        <table className="table">
          <thead>
            <tr>
              <th>Step</th>
              <th>Kind</th>
              <th>Answer</th>
              <th>By</th>
              <th>When</th>
            </tr>
          </thead>
          <tbody>
            {data?.interactions.map((one) => (
              <tr key={one.interactionId}>
                <td>
                  <Link
                    to="/sessions/$id"
                    params={{ id: one.sessionId }}
                    search={{ step: one.stepId }}
                  >
                    {one.stepId}
                  </Link>
                </td>
                <td>{one.kind}</td>
                <td>{one.decision ?? one.status}</td>
                <td>{one.actor ?? '–'}</td>
                <td className="nowrap soft">{dateTime(one.answeredAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
