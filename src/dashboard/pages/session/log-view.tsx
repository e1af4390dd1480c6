import { Copy, Pause, Play } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { LoggedEvent } from '../../../session/events.ts'
import { describeEvent, eventTone } from '../../log/describe-event.ts'
import { EventSelection, lineOf, stepOf } from '../../log/select-events.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { clock } from '../../parts/format.ts'
import { VirtualList } from '../../parts/virtual-list.tsx'
import type { Shown } from './shown.ts'

const families = [
  'session',
  'step',
  'step.output',
  'interaction',
  'browser',
  'ai',
  'variable',
  'screenshot',
  'warning',
]

const ROW_PX = 26

/** Every event, searchable; it follows what comes until somebody looks back. */
export function LogView({ events, log, search, go, isPast }: Shown) {
  const { find, types, of } = search
  const [isFollowing, setFollowing] = useState(!isPast)
  const [pausedAt, setPausedAt] = useState<number>()
  const [openSeq, setOpenSeq] = useState<number>()
  const [text, setText] = useState(find ?? '')
  const selection = useMemo(() => new EventSelection({ find, types, of }), [find, types, of])
  const upTo = Math.min(log.seq, pausedAt ?? log.seq)
  const selected = selection.read(events)
  const count = countUpTo(selected, upTo)
  const rows = useMemo(() => selected.slice(0, count), [selected, count])
  const steps = useMemo(() => [...log.steps.keys()].slice(0, 500), [log.steps])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed sets it off
  useEffect(() => {
    if (text === (find ?? '')) return
    const timer = setTimeout(() => go({ find: text || undefined }), 200)
    return () => clearTimeout(timer)
  }, [text])
  const held = selected.length - count
  return (
    <div className="log-view">
      <div className="log-tools">
        <input
          className="input grow"
          type="search"
          aria-label="Search the log"
          placeholder="Search"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <select
          className="select"
          aria-label="Types"
          value={types ?? ''}
          onChange={({ target }) => go({ types: target.value || undefined })}
        >
          <option value="">All types</option>
          {families.map((family) => (
            <option key={family}>{family}</option>
          ))}
        </select>
        <select
          className="select"
          aria-label="Step"
          value={of ?? ''}
          onChange={({ target }) => go({ of: target.value || undefined })}
        >
          <option value="">All steps</option>
          {of !== undefined && !steps.includes(of) ? <option>{of}</option> : null}
          {steps.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
        <Button
          aria-pressed={isFollowing && pausedAt === undefined}
          onClick={() => {
            setPausedAt(undefined)
            setFollowing(!isFollowing)
          }}
        >
          Follow
        </Button>
        <Button
          onClick={() => setPausedAt(pausedAt === undefined ? log.seq : undefined)}
          aria-pressed={pausedAt !== undefined}
        >
          {pausedAt === undefined ? (
            <Pause size={14} aria-hidden="true" />
          ) : (
            <Play size={14} aria-hidden="true" />
          )}
          {pausedAt === undefined
            ? 'Pause'
            : `Go on${held > 0 && !isPast ? ` (${held} more)` : ''}`}
        </Button>
        <Button
          label="Copy these lines"
          onClick={() => void navigator.clipboard.writeText(rows.map(lineOf).join('\n'))}
        >
          <Copy size={14} aria-hidden="true" />
        </Button>
        <span className="soft num nowrap" role="status">
          {rows.length.toLocaleString()} lines
        </span>
      </div>
      {rows.length === 0 ? (
        <Empty title="No event is like that" />
      ) : (
        <VirtualList
          items={rows}
          rowHeight={ROW_PX}
          keyOf={({ seq }) => seq}
          label="Log"
          isFollowing={isFollowing && pausedAt === undefined}
          onLeaveEnd={() => setFollowing(false)}
        >
          {(event) => (
            <Line
              event={event}
              isOpen={event.seq === openSeq}
              onToggle={() => setOpenSeq(event.seq === openSeq ? undefined : event.seq)}
            />
          )}
        </VirtualList>
      )}
    </div>
  )
}

function Line({
  event,
  isOpen,
  onToggle,
}: {
  readonly event: LoggedEvent
  readonly isOpen: boolean
  readonly onToggle: () => void
}) {
  return (
    <>
      <button
        type="button"
        className={`log-line tone-${eventTone(event)}`}
        data-seq={event.seq}
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        <span className="log-seq">{event.seq}</span>
        <span className="log-time">{clock(Date.parse(event.at))}</span>
        <span className="log-type">{event.type}</span>
        <span className="log-step">{stepOf(event) ?? ''}</span>
        <span className="log-text">{describeEvent(event)}</span>
      </button>
      {isOpen ? <pre className="json log-json">{JSON.stringify(event, null, 2)}</pre> : null}
    </>
  )
}

/** How many of a list by seq come up to one. */
function countUpTo(events: readonly LoggedEvent[], seq: number): number {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1
    else high = middle
  }
  return low
}
