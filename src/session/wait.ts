import type { Draft } from './draft.ts'
import type { Awaits, SessionEvent } from './events.ts'
import { type StepState, stepAt } from './state.ts'
import { change, indexOf } from './step-change.ts'

type Waiting = Extract<SessionEvent, { type: 'step.waiting' }>

/** A step waits: for a time, for somebody outside, or for a person who says what becomes of it. */
export function wait(draft: Draft, event: Waiting, now: number): void {
  const before = stepAt(draft, indexOf(draft, event))
  const { until, awaits, forPeople, output, escalated } = event.data
  change(draft, event, {
    status: 'waiting',
    ...(until === undefined ? {} : { resumeAt: Date.parse(until) }),
    ...(awaits === undefined ? {} : { awaits, waits: waitsAfter(before, awaits) }),
    ...(forPeople === undefined ? {} : standingStill(before, now)),
    ...(output === undefined ? {} : { output }),
    ...(escalated === undefined ? {} : escalation(before, escalated)),
  })
}

function waitsAfter({ waits, awaits }: StepState, last: Awaits) {
  const isAnother = awaits?.id !== last.id
  return { count: (waits?.count ?? 0) + (isAnother ? 1 : 0), last }
}

function standingStill({ resumeAt }: StepState, now: number): Partial<StepState> {
  return { forPeople: true, ...(resumeAt === undefined ? {} : { leftMs: resumeAt - now }) }
}

function escalation(
  { escalations = 0 }: StepState,
  escalated: NonNullable<StepState['escalated']>,
): Partial<StepState> {
  return { escalated, error: escalated.error, escalations: escalations + 1 }
}
