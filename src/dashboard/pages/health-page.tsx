import { useReadiness } from '../api/service.ts'
import { useSignIn } from '../api/sign-in.ts'
import { Loading } from '../parts/empty.tsx'
import { duration, words } from '../parts/format.ts'
import { PageHead } from '../parts/page-head.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

const tones: Readonly<Record<string, string>> = {
  ready: 'good',
  ok: 'good',
  degraded: 'warn',
  failed: 'bad',
  unavailable: 'bad',
  shutting_down: 'warn',
}

/** How the service is, part by part. */
export function HealthPage() {
  const { data: signIn } = useSignIn()
  const maySeeAll = signIn !== undefined && (!signIn.needed || signIn.who?.operator === true)
  const { data, error } = useReadiness(maySeeAll)
  return (
    <>
      <PageHead title="Health">
        {data === undefined ? null : (
          <span className={`badge tone-${tones[data.health ?? data.status]}`}>
            {words(data.health ?? data.status)}
          </span>
        )}
      </PageHead>
      <ProblemNote error={error} />
      {data === undefined && error === null ? <Loading /> : null}
      {data === undefined ? null : (
        <dl className="card padded facts">
          <dt>New work</dt>
          <dd>{data.status === 'ready' ? 'is taken' : `is not taken: ${words(data.status)}`}</dd>
          <dt>Store</dt>
          <dd>{data.store.writable ? 'writable' : (data.store.detail ?? 'not writable')}</dd>
          <dt>Sessions</dt>
          <dd className="num">
            {data.sessions.running} running, {data.sessions.queued} queued
          </dd>
        </dl>
      )}
      <div className="grid-cards">
        {Object.entries(data?.modules ?? {}).map(
          ([name, { status, detail, errors, checkedAt: _, ...figures }]) => (
            <section key={name} className="card padded stack-small" aria-label={name}>
              <div className="row">
                <h2 className="grow">{name}</h2>
                <span className={`badge tone-${tones[status]}`}>{words(status)}</span>
              </div>
              {detail === undefined ? null : <p>{detail}</p>}
              <dl className="facts">
                {Object.entries(figures).map(([figure, value]) => (
                  <Figure key={figure} name={figure} value={value} />
                ))}
                <Figure name="errors" value={errors} />
              </dl>
            </section>
          ),
        )}
      </div>
    </>
  )
}

function Figure({
  name,
  value,
}: {
  readonly name: string
  readonly value: string | number | boolean | undefined
}) {
  const isTime = typeof value === 'number' && name.endsWith('Ms')
  const label = (isTime ? name.slice(0, -2) : name).replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)
  return (
    <>
      <dt>{label}</dt>
      <dd className="num">{isTime ? duration(value) : figureText(value)}</dd>
    </>
  )
}

function figureText(value: string | number | boolean | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? value.toLocaleString() : String(value)
}
