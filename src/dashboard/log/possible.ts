import { finalSessionStatuses } from '../../session/status.ts'
import type { SessionLog, StepLog } from './session-log.ts'

export type SessionControl =
  | 'pause'
  | 'resume'
  | 'recover'
  | 'step'
  | 'cancel'
  | 'rollback'
  | 'retry'
  | 'fork'

export type StepControl = 'retry' | 'skip' | 'complete' | 'fail' | 'pause' | 'resume' | 'fork'

export function hasEnded({ status }: Pick<SessionLog, 'status'>): boolean {
  return finalSessionStatuses.has(status)
}

/** What may be asked of a session now, by the same rules as the service decides. */
export function sessionControls(log: SessionLog): readonly SessionControl[] {
  const { status } = log
  if (hasEnded(log)) return status === 'completed' ? ['fork'] : ['retry', 'fork']
  if (status === 'cancelling') return []
  if (status === 'rolling_back') return ['cancel']
  const isHeld = [...log.steps.values()].some(
    ({ held, status: of }) => held && (of === 'pending' || of === 'retrying'),
  )
  return [
    ...(status === 'paused' ? [log.setAside ? ('recover' as const) : ('resume' as const)] : []),
    ...(status === 'paused' ? [] : (['pause'] as const)),
    ...(isHeld && status !== 'paused' ? (['step'] as const) : []),
    'cancel',
    ...(log.startedAt === undefined ? [] : (['rollback'] as const)),
    'fork',
  ]
}

/** What may be asked of a step now. */
export function stepControls(log: SessionLog, step: StepLog): readonly StepControl[] {
  const fork = log.startedAt !== undefined && step.itemOf === undefined ? ['fork' as const] : []
  if (hasEnded(log)) return fork
  const isOver =
    step.status === 'completed' ||
    step.status === 'skipped' ||
    step.status === 'cancelled' ||
    step.status === 'undone'
  const isFailed = step.status === 'failed'
  const hold = isOver || isFailed ? [] : [step.held ? ('resume' as const) : ('pause' as const)]
  const isSettleable = step.status === 'waiting' || step.status === 'retrying' || isFailed
  if (!isSettleable || log.isEnding || isJudged(log, step)) return [...hold, ...fork]
  return ['retry', 'skip', 'complete', ...(isFailed ? [] : (['fail'] as const)), ...hold, ...fork]
}

/** The items of a step that has ended are settled with it. */
function isJudged(log: SessionLog, { itemOf }: StepLog): boolean {
  return itemOf !== undefined && log.steps.get(itemOf)?.status !== 'pending'
}
