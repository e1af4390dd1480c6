export const sessionStatuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'cancelling',
  'rolling_back',
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
] as const

export type SessionStatus = (typeof sessionStatuses)[number]

export const finalSessionStatuses: ReadonlySet<SessionStatus> = new Set<SessionStatus>([
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
])

/** Sessions that are driven or wait for a driver; the others are parked or have ended. */
export const runnableSessionStatuses: readonly SessionStatus[] = [
  'queued',
  'running',
  'cancelling',
  'rolling_back',
]

export const stepStatuses = [
  'pending',
  'running',
  'retrying',
  'waiting',
  'completed',
  'failed',
  'skipped',
  'cancelled',
  'undone',
] as const

export type StepStatus = (typeof stepStatuses)[number]

export const finalStepStatuses: ReadonlySet<StepStatus> = new Set<StepStatus>([
  'completed',
  'failed',
  'skipped',
  'cancelled',
  'undone',
])
