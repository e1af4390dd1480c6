import { expect } from 'vitest'
import { finalEventTypes, type LoggedEvent } from '../../../src/session/events.ts'
import type { OnInterrupted } from '../../../src/session/plan.ts'

/** Holds a log against what is true of every log, however often the service died under it. */
export function checkLog(
  events: readonly LoggedEvent[],
  onInterrupted: ReadonlyMap<string, OnInterrupted>,
): void {
  checkDense(events)
  checkEnd(events)
  checkPauses(events)
  for (const [stepId, policy] of onInterrupted) {
    const ofStep = events.filter((event) => stepOf(event) === stepId)
    checkStep(ofStep, policy)
  }
}

/** How often a step was started, by its log. */
export function startsOf(events: readonly LoggedEvent[], stepId: string): number {
  return events.filter((event) => event.type === 'step.started' && stepOf(event) === stepId).length
}

/** The attempts of a step whose outcome was lost. */
export function interruptionsOf(events: readonly LoggedEvent[], stepId: string): number[] {
  return events.flatMap((event) =>
    event.type === 'step.interrupted' && stepOf(event) === stepId ? [attemptOf(event)] : [],
  )
}

/** When a step was completed, in ms since the epoch. */
export function completionOf(events: readonly LoggedEvent[], stepId: string): number | undefined {
  const event = events.find((one) => one.type === 'step.completed' && stepOf(one) === stepId)
  return event && Date.parse(event.at)
}

function checkDense(events: readonly LoggedEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
}

function checkEnd(events: readonly LoggedEvent[]): void {
  const finals = events.filter(({ type }) => finalEventTypes.has(type))
  expect(finals).toHaveLength(1)
  expect(events.at(-1)).toBe(finals[0])
}

function checkPauses(events: readonly LoggedEvent[]): void {
  let paused = false
  for (const { type, seq } of events) {
    if (type === 'session.paused') paused = true
    if (type === 'session.resumed' || type === 'session.cancelling') paused = false
    if (type === 'step.started') expect(paused, `event ${seq} starts a step in a pause`).toBe(false)
  }
}

/** Attempts are numbered in turn, nothing follows a step's end, and an interruption is dealt with as the plan says. */
function checkStep(events: readonly LoggedEvent[], policy: OnInterrupted): void {
  const lives = events.filter(({ type }) => stepLife.has(type))
  const attempts = lives.flatMap((event) => (event.type === 'step.started' ? [event.attempt] : []))
  expect(attempts).toEqual(attempts.map((_, index) => index + 1))
  const end = lives.findIndex(({ type }) => stepEnds.has(type))
  expect(end, 'where the step ended').toBe(lives.length - 1)
  for (const [index, event] of lives.entries()) {
    if (event.type === 'step.interrupted') checkInterruption(event, lives[index + 1], policy)
    if (event.type === 'step.started' && index > 0) checkAnother(event, lives[index - 1])
  }
}

/** Another attempt follows one that failed or whose outcome was lost. */
function checkAnother({ attempt }: Attempted, before: Attempted | undefined): void {
  expect(['step.retrying', 'step.interrupted', 'step.continuing']).toContain(before?.type)
  expect(before?.attempt).toBe(Number(attempt) - 1)
}

function checkInterruption(
  { attempt = 0 }: Attempted,
  after: LoggedEvent | undefined,
  policy: OnInterrupted,
): void {
  // A session that was being stopped anyway cancels the step.
  if (after?.type === 'step.cancelled') return
  if (policy === 'retry') {
    expect(after).toMatchObject({ type: 'step.started', attempt: attempt + 1 })
  } else {
    expect(after).toMatchObject({
      type: 'step.failed',
      attempt,
      data: { error: { code: 'INTERRUPTED' } },
    })
  }
}

const stepEnds: ReadonlySet<string> = new Set([
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.cancelled',
])

const stepLife: ReadonlySet<string> = new Set([
  ...stepEnds,
  'step.started',
  'step.retrying',
  'step.waiting',
  'step.interrupted',
  'step.continuing',
])

type Attempted = LoggedEvent & { readonly attempt?: number }

function attemptOf({ attempt = 0 }: Attempted): number {
  return attempt
}

function stepOf(event: LoggedEvent): string | undefined {
  return (event as { stepId?: string }).stepId
}
