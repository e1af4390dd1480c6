import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useArtifacts, useExplanation } from '../../api/session.ts'
import { hasEnded } from '../../log/possible.ts'
import type { AttemptLog, StepLog } from '../../log/session-log.ts'
import { Button } from '../../parts/button.tsx'
import { bytes, clock, duration, words } from '../../parts/format.ts'
import { JsonView } from '../../parts/json-view.tsx'
import { StatusBadge } from '../../parts/status.tsx'
import { AnswerForm } from '../inbox/answer-form.tsx'
import type { Shown } from './shown.ts'
import { StepControls } from './step-controls.tsx'

/** All there is to know of one step. */
export function StepPanel({
  id,
  session,
  log,
  isPast,
  go,
  step,
}: Shown & { readonly step: StepLog }) {
  const isMoving = !hasEnded(log) && !isPast
  const { data: explanation } = useExplanation(id, log.seq, isMoving)
  const { data: files } = useArtifacts(id, isMoving)
  const planned = session.steps.find((one) => one.id === (step.itemOf ?? step.id))
  const sentence = isMoving
    ? explanation?.steps.find((one) => one.id === step.id)?.sentence
    : undefined
  const own = files?.artifacts.filter(({ stepId }) => stepId === step.id) ?? []
  return (
    <aside className="card step-panel" aria-label={`Step ${step.id}`}>
      <header className="row">
        <h2 className="grow ellipsis mono">{step.id}</h2>
        <StatusBadge status={step.status} />
        <Button look="plain" label="Close" onClick={() => go({ step: undefined })}>
          <X size={16} aria-hidden="true" />
        </Button>
      </header>
      {step.text === undefined ? null : <p>{step.text}</p>}
      {isPast ? null : (
        <StepControls key={step.status} id={id} log={log} session={session} step={step} />
      )}
      {sentence === undefined ? null : <p className="note">{sentence}</p>}
      {step.asks === undefined || isPast || isElsewhere.has(step.asks.kind) ? null : (
        <section className="stack-small">
          <h3>It asks</h3>
          <AnswerForm
            key={step.asks.interactionId}
            asked={{ ...step.asks, sessionId: id, stepId: step.id }}
          />
        </section>
      )}
      <ErrorSection error={step.error} title="Error" />
      <ErrorSection error={step.undoError} title="It could not be undone" />
      <dl className="facts">
        <dt>Kind</dt>
        <dd>
          <code>{step.uses}</code>
        </dd>
        {step.dependsOn.length === 0 ? null : (
          <>
            <dt>After</dt>
            <dd className="row">
              {step.dependsOn.map((parent) => (
                <button
                  key={parent}
                  type="button"
                  className="link mono"
                  onClick={() => go({ step: parent })}
                >
                  {parent}
                </button>
              ))}
            </dd>
          </>
        )}
        {step.asks?.queue === undefined || step.status !== 'waiting' ? null : (
          <>
            <dt>Worker</dt>
            <dd>
              {step.asks.worker === undefined ? 'nobody has it' : `${step.asks.worker} has it`}, of
              queue <code>{step.asks.queue}</code>
            </dd>
          </>
        )}
        {planned?.when === undefined ? null : (
          <>
            <dt>When</dt>
            <dd>
              <code>{planned.when}</code>
            </dd>
          </>
        )}
        {step.skipped === undefined ? null : (
          <>
            <dt>Skipped</dt>
            <dd>
              {words(step.skipped.reason)}
              {step.skipped.because === undefined ? '' : `: ${step.skipped.because}`}
            </dd>
          </>
        )}
        {step.keptFrom === undefined ? null : (
          <>
            <dt>Done by</dt>
            <dd>
              <Link to="/sessions/$id" params={{ id: step.keptFrom.sessionId }}>
                an earlier session
              </Link>
            </dd>
          </>
        )}
        {step.child === undefined ? null : (
          <>
            <dt>Started</dt>
            <dd>
              <Link to="/sessions/$id" params={{ id: step.child }}>
                child session …{step.child.slice(-6)}
              </Link>
            </dd>
          </>
        )}
        {planned === undefined ? null : (
          <>
            <dt>Timeout</dt>
            <dd>
              {planned.timeout}, up to {planned.retry.maxAttempts}{' '}
              {planned.retry.maxAttempts === 1 ? 'attempt' : 'attempts'}
            </dd>
          </>
        )}
      </dl>
      {step.attempts.length === 0 ? null : (
        <section className="stack-small">
          <h3>Attempts</h3>
          <ol className="attempts">
            {step.attempts.map((attempt) => (
              <Attempt key={`${attempt.attempt} ${attempt.from}`} {...attempt} />
            ))}
          </ol>
        </section>
      )}
      {planned === undefined ? null : (
        <section className="stack-small">
          <h3>Input</h3>
          <JsonView value={planned.with} label="Input" />
        </section>
      )}
      {step.output === undefined ? null : (
        <section className="stack-small">
          <h3>Output</h3>
          <JsonView value={step.output} label="Output" />
        </section>
      )}
      {own.length === 0 ? null : (
        <section className="stack-small">
          <h3>Artifacts</h3>
          <ul className="stack-small">
            {own.map((file) => (
              <li key={file.id}>
                <a href={`/v1/artifacts/${file.id}`} download>
                  {file.name}
                </a>{' '}
                <span className="soft">
                  {file.contentType}, {bytes(file.bytes)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="row">
        <Button onClick={() => go({ view: 'log', of: step.id, find: undefined, types: undefined })}>
          Its log
        </Button>
      </div>
    </aside>
  )
}

/** What is answered by the controls above, or by a worker. */
const isElsewhere: ReadonlySet<string> = new Set(['escalation', 'worker'])

function ErrorSection({
  error,
  title,
}: {
  readonly error: StepLog['error']
  readonly title: string
}) {
  if (error === undefined) return null
  return (
    <section className="problem">
      <strong>
        {title}: {error.code}
      </strong>
      <span>{error.message}</span>
      <span className="soft">{error.suggestedAction}</span>
      {error.details === undefined ? null : <JsonView value={error.details} label="Details" />}
    </section>
  )
}

function Attempt({ attempt, from, to, result, undo, error }: AttemptLog) {
  const isBad = result === 'failed' || result === 'retried'
  return (
    <li className={`row tone-${result === undefined ? 'busy' : isBad ? 'bad' : 'good'}`}>
      <span className="dot" />
      <span>
        {undo ? 'Undo' : 'Attempt'} {attempt}
      </span>
      <span className="soft num">{clock(from)}</span>
      <span className="soft num">{to === undefined ? 'under way' : duration(to - from)}</span>
      <span className="soft">{result === undefined ? '' : words(result)}</span>
      {error === undefined ? null : <span className="soft attempt-error">{error.message}</span>}
    </li>
  )
}
