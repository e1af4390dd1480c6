import { useMemo } from 'react'
import { hasEnded } from '../../log/possible.ts'
import type { Span } from '../../log/session-log.ts'
import { barsOf, type Scale, scaleOf, ticksOf } from '../../log/timeline.ts'
import { Empty } from '../../parts/empty.tsx'
import { duration, words } from '../../parts/format.ts'
import { StatusIcon } from '../../parts/status.tsx'
import { useNow } from '../../parts/use-now.ts'
import { VirtualList } from '../../parts/virtual-list.tsx'
import type { Shown } from './shown.ts'

const kinds = [
  ['run', 'busy', 'running'],
  ['run-good', 'good', 'completed'],
  ['run-bad', 'bad', 'failed'],
  ['wait', 'wait', 'waiting'],
  ['delay', 'warn', 'until the next try'],
  ['undo', 'idle', 'undoing'],
] as const

/** When each attempt ran, and when the step waited. */
export function TimelineView({ log, search, go, isPast }: Shown) {
  const isMoving = !hasEnded(log) && !isPast
  const now = useNow(isMoving, 250)
  const scale = scaleOf(log, isPast ? (log.lastAt ?? now) : now)
  const steps = useMemo(
    () => [...log.steps.values()].filter(({ spans }) => spans.length > 0),
    [log.steps],
  )
  if (steps.length === 0) return <Empty title="Nothing has run yet" />
  return (
    <div className="timeline">
      <ul className="legend row" aria-label="Colours">
        {kinds.map(([kind, tone, name]) => (
          <li key={kind} className={`row tone-${tone}`}>
            <span className="swatch" data-kind={kind} />
            {name}
          </li>
        ))}
      </ul>
      <Axis scale={scale} />
      <VirtualList items={steps} rowHeight={34} keyOf={({ id }) => id} label="Timeline">
        {(step) => (
          <button
            type="button"
            className="timeline-row"
            data-step={step.id}
            aria-current={search.step === step.id || undefined}
            onClick={() => go({ step: step.id })}
          >
            <span className="timeline-name">
              <StatusIcon status={step.status} />
              <span className="mono ellipsis">{step.id}</span>
            </span>
            <span className="timeline-track">
              {barsOf(step, scale).map(({ left, width, span }) => (
                <span
                  key={`${span.kind} ${span.from}`}
                  className={`bar tone-${toneOf(span)}`}
                  data-kind={span.kind}
                  style={{ left: `${left * 100}%`, width: `max(3px, ${width * 100}%)` }}
                  title={titleOf(span, scale)}
                />
              ))}
            </span>
          </button>
        )}
      </VirtualList>
    </div>
  )
}

function Axis({ scale }: { readonly scale: Scale }) {
  const whole = scale.to - scale.from
  return (
    <div className="timeline-row axis" aria-hidden="true">
      <span className="timeline-name" />
      <span className="timeline-track">
        {ticksOf(scale).map((tick) => (
          <span key={tick} className="tick num" style={{ left: `${(tick / whole) * 100}%` }}>
            {tick === 0 ? '0' : duration(tick).replace(/ 00 .*$/, '')}
          </span>
        ))}
      </span>
    </div>
  )
}

function toneOf({ kind, result }: Span): string {
  if (kind === 'wait') return 'wait'
  if (kind === 'delay') return 'warn'
  if (kind === 'undo') return 'idle'
  if (result === 'failed' || result === 'retried') return 'bad'
  return result === undefined ? 'busy' : 'good'
}

function titleOf({ kind, attempt, from, to, result }: Span, scale: Scale): string {
  const what = { run: 'attempt', undo: 'undo', wait: 'waiting', delay: 'until the next try' }[kind]
  const number = kind === 'run' ? ` ${attempt}` : ''
  const end = result === undefined ? '' : `, ${words(result)}`
  return `${what}${number}: ${duration((to ?? scale.to) - from)}${end}, at ${duration(from - scale.from)}`
}
