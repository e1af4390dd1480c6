import type { EventType } from '../../session/events.ts'
import type { EventOf } from '../event-bus/types.ts'

/** The events that spans are made of; no other is parsed. */
export const tracedTypes = [
  'session.created',
  'session.started',
  'session.waiting',
  'session.paused',
  'session.resumed',
  'session.cancelling',
  'session.rolling_back',
  'session.finalizing',
  'session.completed',
  'session.failed',
  'session.cancelled',
  'step.started',
  'step.retrying',
  'step.waiting',
  'step.resolved',
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'step.interrupted',
  'step.continuing',
  'step.rewound',
  'step.undoing',
  'step.undone',
  'step.undo_failed',
  'warning.issued',
] as const satisfies readonly EventType[]

export type TracedEventType = (typeof tracedTypes)[number]

export type TracedEvent = { [T in TracedEventType]: EventOf<T> }[TracedEventType]

export type StepEvent = Extract<TracedEvent, { type: `step.${string}` | 'warning.issued' }>

export type FinalEvent = Extract<
  TracedEvent,
  { type: 'session.completed' | 'session.failed' | 'session.cancelled' }
>

const traced: ReadonlySet<EventType> = new Set<EventType>(tracedTypes)

export function isTraced(type: EventType): boolean {
  return traced.has(type)
}

/** After these a step is over, unless somebody opens it again. */
export const settlingTypes: ReadonlySet<EventType> = new Set<EventType>([
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.cancelled',
  'step.undone',
  'step.undo_failed',
])

/** Events that can end a span; without one of them nothing needs to be known of a session. */
export const endingTypes: ReadonlySet<EventType> = new Set<EventType>([
  ...settlingTypes,
  'step.retrying',
  'step.interrupted',
  'step.continuing',
  'step.rewound',
  'step.waiting',
  'step.resolved',
  'session.completed',
  'session.failed',
  'session.cancelled',
])
