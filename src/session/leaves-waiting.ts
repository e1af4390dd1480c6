import type { EventType } from './events.ts'

/** The events after which the session waits for nobody, or no more for whom it waited for. */
export const leavesWaiting: ReadonlySet<string> = new Set<EventType>([
  'step.started',
  'step.retrying',
  'step.repeating',
  'step.concluding',
  'step.continuing',
  'step.expanded',
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.resolved',
  'step.paused',
  'step.resumed',
  'step.rewound',
  'interaction.expired',
])
