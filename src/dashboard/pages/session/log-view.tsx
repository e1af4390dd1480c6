import { Copy, Pause, Play } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { LoggedEvent } from '../../../session/events.ts'
import { countUpTo } from '../../log/count-up-to.ts'
import { describeEvent, eventTone } from '../../log/describe-event.ts'
import { EventSelection, lineOf, stepOf } from '../../log/select-events.ts'
import { Button } from '../../parts/button.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { clock } from '../../parts/format.ts'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Rows, VirtualList } from '../../parts/virtual-list.tsx'
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
const MAX_OFFERED = 500

const none: readonly LoggedEvent[] = []

/** An event that has not been read yet. */
interface Unread {
  readonly seq: number
}

/** Every event, searchable; it follows what comes until somebody looks back. */
export function LogView({ book, known, log, search, go, isPast }: Shown) {
  const { find, types, of } = search
  useSyncExternalStore(book.subscribe, book.reads)
  const [isFollowing, setFollowing] = useState(!isPast)
  const [pausedAt, setPausedAt] = useState<number>()
  const [openSeq, setOpenSeq] = useState<number>()
  const [text, setText] = useState(find ?? '')
  const selection = useMemo(() => new EventSelection({ find, types, of }), [find, types, of])
  const end = isPast ? log.seq : known
  const upTo = Math.min(end, pausedAt ?? end)
  const isSelected = Boolean(find || types || of)
  const selected = isSelected ? selection.read(book.dense()) : none
  const count = countUpTo(selected, upTo)
  const { first } = book
  const rows = useMemo(
    (): Rows<LoggedEvent | Unread> =>
      isSelected
        ? selected.slice(0, count)
        : {
            length: upTo + 1 - first,
            at: (index) => book.get(first + index) ?? { seq: first + index },
          },
    [isSelected, selected, count, book, first, upTo],
  )
  const isReading = isSelected && !book.isWhole && book.error === undefined
  // Searching is done here, so that all must be here.
  useEffect(() => {
    if (isReading) void book.readAll()
  }, [isReading, book])
  const { size } = log.steps
  // biome-ignore lint/correctness/useExhaustiveDependencies: steps are added, and never leave
  const steps = useMemo(() => [...log.steps.keys()].slice(0, MAX_OFFERED), [size, book])
  const options = useMemo(() => steps.map((id) => <option key={id}>{id}</option>), [steps])
  const look = useCallback(
    (from: number, to: number) => book.want(first + from, first + to),
    [book, first],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed sets it off
  useEffect(() => {
    if (text === (find ?? '')) return
    const timer = setTimeout(() => go({ find: text || undefined }), 200)
    return () => clearTimeout(timer)
  }, [text])
  const held = isSelected ? selected.length - count : end - upTo
  const copied = () => {
    const lines = () => {
      const all = isSelected ? selection.read(book.dense()) : book.dense()
      return all.slice(0, countUpTo(all, upTo)).map(lineOf).join('\n')
    }
    return book.isWhole ? lines() : book.readAll().then(lines)
  }
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
          {options}
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
          onClick={() => setPausedAt(pausedAt === undefined ? end : undefined)}
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
        <CopyButton
          label="Copy these lines"
          text={copied}
          icon={<Copy size={14} aria-hidden="true" />}
        />
        <span className="soft num nowrap" role="status">
          {rows.length.toLocaleString()} lines
          {isReading
            ? `, ${Math.floor((100 * book.dense().length) / (end + 1 - first))}% read`
            : ''}
        </span>
      </div>
      {book.error === undefined ? null : <ProblemNote error={book.error} />}
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
          {...(isSelected ? {} : { onShow: look })}
        >
          {(row) =>
            'type' in row ? (
              <Line
                event={row}
                isOpen={row.seq === openSeq}
                onToggle={() => setOpenSeq(row.seq === openSeq ? undefined : row.seq)}
              />
            ) : (
              <div className="log-line" aria-busy="true">
                <span className="log-seq">{row.seq}</span>
              </div>
            )
          }
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
