import {
  Ban,
  Check,
  CircleDashed,
  CirclePause,
  Clock,
  Loader,
  type LucideIcon,
  RotateCw,
  SkipForward,
  TriangleAlert,
  Undo2,
  X,
} from 'lucide-react'
import type { SessionStatus, StepStatus } from '../../session/status.ts'
import { words } from './format.ts'

export type Status = SessionStatus | StepStatus

const looks: Readonly<Record<Status, readonly [tone: string, icon: LucideIcon]>> = {
  queued: ['idle', CircleDashed],
  pending: ['idle', CircleDashed],
  running: ['busy', Loader],
  retrying: ['warn', RotateCw],
  waiting: ['wait', Clock],
  paused: ['wait', CirclePause],
  cancelling: ['warn', Loader],
  rolling_back: ['warn', Undo2],
  completed: ['good', Check],
  completed_with_errors: ['warn', TriangleAlert],
  failed: ['bad', X],
  skipped: ['idle', SkipForward],
  cancelled: ['idle', Ban],
  undone: ['idle', Undo2],
}

/** The colour family of a status: `good`, `bad`, `busy`, `wait`, `warn` or `idle`. */
export function toneOf(status: Status): string {
  return looks[status][0]
}

export function StatusIcon({ status }: { readonly status: Status }) {
  const [tone, Icon] = looks[status]
  const spins = status === 'running' || status === 'cancelling'
  return (
    <span className={`status-icon tone-${tone}`}>
      <Icon aria-hidden="true" size={14} strokeWidth={2.5} className={spins ? 'spin' : undefined} />
    </span>
  )
}

export function StatusBadge({ status }: { readonly status: Status }) {
  return (
    <span className={`badge tone-${toneOf(status)}`} data-status={status}>
      <StatusIcon status={status} />
      {words(status)}
    </span>
  )
}
