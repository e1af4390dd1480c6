import { useMemo } from 'react'
import { conversation, type Utterance } from '../../log/conversation.ts'
import { Empty } from '../../parts/empty.tsx'
import { clock } from '../../parts/format.ts'
import { VirtualList } from '../../parts/virtual-list.tsx'
import type { Shown } from './shown.ts'

/** What the AI thought, what it decided, and what came of it. */
export function ReasoningView({ events, log, search }: Shown) {
  const all = useMemo(() => conversation(events, log.seq), [events, log.seq])
  const said = all.filter(({ stepId }) => search.of === undefined || stepId === search.of)
  if (said.length === 0) return <Empty title="Nothing was thought yet" />
  return (
    <div className="log-view">
      <p className="view-note soft num">{log.tokens.toLocaleString()} tokens so far</p>
      <VirtualList items={said} rowHeight={84} keyOf={({ seq }) => seq} label="Conversation">
        {(utterance) => <Bubble {...utterance} />}
      </VirtualList>
    </div>
  )
}

function Bubble({
  by,
  text,
  stepId,
  turn,
  source,
  at,
  decision,
  candidates,
  isFailure,
}: Utterance) {
  const who = { thought: source ?? 'ai', action: 'browser', usage: 'usage' }[by]
  return (
    <article className="bubble" data-by={by} data-failed={isFailure}>
      <header className="row soft">
        <strong>{who}</strong>
        <code>{stepId}</code>
        {turn === undefined ? null : <span>turn {turn}</span>}
        <span className="num">{clock(at)}</span>
      </header>
      <p>{text}</p>
      {decision === undefined ? null : <code className="wrap">{JSON.stringify(decision)}</code>}
      {candidates === undefined || candidates.length === 0 ? null : (
        <details>
          <summary>{candidates.length} came into question</summary>
          <ul>
            {candidates.map(({ role, name, score, why }) => (
              <li key={`${role} ${name} ${score}`}>
                {role} “{name}” ({score.toFixed(2)}): {why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  )
}
