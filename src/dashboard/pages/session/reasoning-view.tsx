import { useMemo } from 'react'
import { conversation, type Usage, type Utterance, usageOf } from '../../log/conversation.ts'
import { Empty } from '../../parts/empty.tsx'
import { clock, duration } from '../../parts/format.ts'
import { VirtualList } from '../../parts/virtual-list.tsx'
import type { Shown } from './shown.ts'

/** What the AI was told, what it thought and decided, and what came of it. */
export function ReasoningView({ events, log, search, session, go }: Shown) {
  const tasks = useMemo(() => tasksOf(session), [session])
  const all = useMemo(() => conversation(events, log.seq, tasks), [events, log.seq, tasks])
  const steps = useMemo(() => [...new Set(all.map(({ stepId }) => stepId))], [all])
  const said = all.filter(({ stepId }) => search.of === undefined || stepId === search.of)
  const { calls, promptTokens, completionTokens, cost } = usageOf(said)
  if (all.length === 0) return <Empty title="Nothing was thought yet" />
  return (
    <div className="log-view">
      <div className="log-tools">
        <span className="soft num grow">
          {calls.toLocaleString()} {calls === 1 ? 'question' : 'questions'} to the model,{' '}
          {promptTokens.toLocaleString()} + {completionTokens.toLocaleString()} tokens
          {cost === 0 ? '' : `, cost ${cost.toPrecision(3)}`}
        </span>
        <select
          className="select"
          aria-label="Step"
          value={search.of ?? ''}
          onChange={({ target }) => go({ of: target.value || undefined })}
        >
          <option value="">all steps</option>
          {steps.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </div>
      <VirtualList
        items={said}
        rowHeight={84}
        keyOf={({ seq, by }) => `${seq} ${by}`}
        label="Conversation"
      >
        {(utterance) => <Bubble {...utterance} onStep={(step) => go({ step })} />}
      </VirtualList>
    </div>
  )
}

/** What a step is told: its goal, or its sentence. */
function tasksOf({ steps }: Shown['session']): ReadonlyMap<string, string> {
  return new Map(
    steps.flatMap(({ id, text, with: { goal } }) => {
      const task = typeof goal === 'string' ? goal : text
      return task === undefined ? [] : [[id, task] as const]
    }),
  )
}

const speakers: Readonly<Record<Utterance['by'], string>> = {
  task: 'Task',
  thought: 'AI',
  action: 'Browser',
  question: 'AI asks a person',
  answer: 'Person',
  note: 'Note',
  end: 'Result',
}

/** Who thought it, where it was not the model. */
const thinkers: Readonly<Record<string, string>> = {
  sentence: 'Words of the sentence',
  cache: 'From an earlier run',
}

function Bubble({ onStep, ...utterance }: Utterance & { readonly onStep: (step: string) => void }) {
  const { by, text, reasoning, isOpen, stepId, turn, source = '', at, isFailure } = utterance
  const who = (by === 'thought' ? thinkers[source] : undefined) ?? speakers[by]
  return (
    <article className="bubble" data-by={by} data-failed={isFailure}>
      <header className="row soft">
        <strong>{who}</strong>
        <button type="button" className="link mono" onClick={() => onStep(stepId)}>
          {stepId}
        </button>
        {turn === undefined ? null : <span>turn {turn}</span>}
        <span className="num">{clock(at)}</span>
        {utterance.durationMs === undefined ? null : (
          <span className="num">{duration(utterance.durationMs)}</span>
        )}
        {isOpen ? <span>{by === 'action' ? 'under way' : 'thinking'}</span> : null}
      </header>
      {reasoning === undefined ? null : (
        <details open={isOpen}>
          <summary>What it considered</summary>
          <p className="soft">{reasoning}</p>
        </details>
      )}
      {text === '' ? null : <p>{text}</p>}
      <Decision {...utterance} />
      {utterance.usage === undefined ? null : <UsageLine {...utterance.usage} />}
    </article>
  )
}

function Decision({ decision, candidates = [] }: Utterance) {
  return (
    <>
      {decision === undefined ? null : (
        <p className="decision">
          <span className="soft">decides </span>
          <code className="wrap">{wordsOf(decision)}</code>
        </p>
      )}
      {candidates.length === 0 ? null : (
        <details>
          <summary>
            {candidates.length === 1 ? 'One element' : `${candidates.length} elements`} came into
            question
          </summary>
          <ul>
            {candidates.map(({ role, name, score, why }) => (
              <li key={`${role} ${name} ${score}`}>
                {role} “{name}” ({score.toFixed(2)}): {why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function UsageLine({ model, promptTokens, completionTokens, ...more }: Usage) {
  const { cachedTokens, cost, isEstimated, durationMs } = more
  return (
    <small className="soft num">
      {model}, {promptTokens.toLocaleString()} + {completionTokens.toLocaleString()} tokens
      {isEstimated ? ' (by length)' : ''}
      {cachedTokens === undefined ? '' : `, ${cachedTokens.toLocaleString()} of them cached`}
      {cost === undefined ? '' : `, cost ${cost.toPrecision(3)}`}, {duration(durationMs)}
    </small>
  )
}

/** `click button "Pay now"`, with what else there is to it. */
function wordsOf(decision: unknown): string {
  const { do: name, element, ...rest } = decision as Record<string, unknown>
  const { role, name: of } = (element ?? {}) as { role?: string; name?: string }
  const given = Object.entries(rest).filter(([, value]) => value !== null)
  const more = given.length === 0 ? '' : JSON.stringify(Object.fromEntries(given))
  return [name, role, of === undefined ? undefined : `“${of}”`, more].filter(Boolean).join(' ')
}
