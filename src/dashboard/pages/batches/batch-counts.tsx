import type { SessionStatus } from '../../../session/status.ts'
import type { Batch } from '../../api/types.ts'
import { words } from '../../parts/format.ts'
import { StatusIcon, toneOf } from '../../parts/status.tsx'

/** How many of its sessions there are by status, as shares of the whole. */
export function BatchBar({ batch }: { readonly batch: Batch }) {
  const entries = Object.entries(batch.counts) as [SessionStatus, number][]
  const text = entries.map(([status, count]) => `${count} ${words(status)}`).join(', ')
  return (
    <div className="batch-bar" role="img" aria-label={text || 'nothing has started'}>
      {entries.map(([status, count]) => (
        <span
          key={status}
          className={`tone-${toneOf(status)}`}
          style={{ width: `${(100 * count) / Math.max(1, batch.total)}%` }}
          title={`${count} ${words(status)}`}
        />
      ))}
    </div>
  )
}

export function BatchCounts({ batch }: { readonly batch: Batch }) {
  return (
    <ul className="row">
      {(Object.entries(batch.counts) as [SessionStatus, number][]).map(([status, count]) => (
        <li key={status} className="row count-item">
          <StatusIcon status={status} />
          <span className="num">{count}</span> {words(status)}
        </li>
      ))}
    </ul>
  )
}
