export const sessionStatuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'cancelling',
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

export const stepStatuses = [
  'pending',
  'running',
  'retrying',
  'waiting',
  'completed',
  'failed',
  'skipped',
  'cancelled',
] as const

export type StepStatus = (typeof stepStatuses)[number]

export const finalStepStatuses: ReadonlySet<StepStatus> = new Set<StepStatus>([
  'completed',
  'failed',
  'skipped',
  'cancelled',
])
