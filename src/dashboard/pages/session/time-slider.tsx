import { History, Radio } from 'lucide-react'
import type { SessionLog } from '../../log/session-log.ts'
import { Button } from '../../parts/button.tsx'
import { clock } from '../../parts/format.ts'

/** Goes through the session's time, event by event; to the right is now. */
export function TimeSlider({
  latest,
  known,
  atSeq,
  log,
  onChange,
}: {
  readonly latest: number
  readonly known: number
  readonly atSeq: number | undefined
  readonly log: SessionLog
  readonly onChange: (seq: number | undefined) => void
}) {
  const at = atSeq ?? latest
  return (
    <div className="time-slider" data-past={atSeq !== undefined || undefined}>
      <History size={16} aria-hidden="true" />
      <input
        type="range"
        aria-label="Event to look at"
        aria-valuetext={`event ${at} of ${latest}`}
        min={Math.min(1, latest)}
        max={latest}
        value={at}
        onChange={({ target }) => {
          const seq = Number(target.value)
          onChange(seq >= latest ? undefined : seq)
        }}
      />
      <span className="num soft nowrap">
        {at.toLocaleString()} / {latest.toLocaleString()}
        {log.lastAt === undefined ? '' : ` · ${clock(log.lastAt)}`}
      </span>
      {latest < known ? (
        <span className="chip" role="status">
          reading {Math.floor((100 * latest) / known)}%
        </span>
      ) : null}
      {atSeq === undefined ? null : (
        <Button onClick={() => onChange(undefined)}>
          <Radio size={14} aria-hidden="true" /> Now
        </Button>
      )}
    </div>
  )
}
