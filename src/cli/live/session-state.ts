import type { components, Session } from '../../client/index.ts'
import type { SessionStatus, StepStatus } from '../../session/status.ts'
import type { Asking } from '../service/answering.ts'
import { taskOf } from './task-of.ts'

type PlannedStep = components['schemas']['PlannedStep']

/** What a step asks of somebody outside. */
export interface Asked extends Asking {
  readonly prompt?: string | undefined
  readonly approvers?: readonly string[] | undefined
}

/** A step as the events tell of it. Times are ms since the epoch, by the clock of the service. */
export interface LiveStep {
  readonly id: string
  /** What it does. */
  readonly text: string
  readonly group: string | undefined
  readonly dependsOn: readonly string[]
  readonly maxAttempts: number
  /** The step whose item it is. */
  readonly parent: LiveStep | undefined
  /** Where it stands: its place in the plan, and among the items. */
  readonly place: readonly [number, number]
  items: readonly LiveStep[]
  status: StepStatus
  attempt: number
  startedAt?: number | undefined
  endedAt?: number | undefined
  resumeAt?: number | undefined
  asks?: Asked | undefined
  worker?: string | undefined
  child?: string | undefined
  error?: { readonly message: string; readonly code: string } | undefined
  skipped?: string | undefined
  progress?: string | undefined
  isHeld?: boolean | undefined
  isUndoing?: boolean | undefined
  /** The last lines that it has written. */
  output: readonly string[]
}

/** A session as its events tell of it: what the screen is drawn from. */
export interface LiveSession {
  readonly id: string
  name: string | null
  status: SessionStatus
  startedAt?: number | undefined
  endedAt?: number | undefined
  readonly steps: readonly LiveStep[]
  readonly byId: Map<string, LiveStep>
  readonly counts: Record<StepStatus, number>
  /** Those that run, wait or are to be tried again. */
  readonly active: Set<LiveStep>
  /** In the order in which they settled; also some that are open again. */
  settled: LiveStep[]
}

/** A session of which nothing is known but its plan. */
export function newLiveSession(
  id: string,
  plan: { readonly name: string | null; readonly steps: readonly PlannedStep[] },
): LiveSession {
  const steps = plan.steps.map((planned, index): LiveStep => {
    const { group, dependsOn, retry, breakBefore } = planned
    return {
      ...newStep(planned.id, taskOf(planned), [index, -1], retry.maxAttempts),
      group,
      dependsOn,
      ...(breakBefore === undefined ? {} : { isHeld: true }),
    }
  })
  return {
    id,
    name: plan.name,
    status: 'queued',
    steps,
    byId: new Map(steps.map((step) => [step.id, step])),
    counts: { ...noCounts, pending: steps.length },
    active: new Set(),
    settled: [],
  }
}

const noCounts = {
  pending: 0,
  running: 0,
  retrying: 0,
  waiting: 0,
  completed: 0,
  failed: 0,
  skipped: 0,
  cancelled: 0,
  undone: 0,
}

const activeStatuses: ReadonlySet<StepStatus> = new Set(['running', 'retrying', 'waiting'])

/** Moves a step to another status, and keeps what is counted by it. */
export function setStatus(session: LiveSession, step: LiveStep, status: StepStatus): void {
  session.counts[step.status] -= 1
  session.counts[status] += 1
  step.status = status
  if (activeStatuses.has(status)) session.active.add(step)
  else session.active.delete(step)
  if (isSettled(step)) session.settled.push(step)
}

export function isSettled({ status }: LiveStep): boolean {
  return status !== 'pending' && !activeStatuses.has(status)
}

/** Gives a step its items. */
export function expandStep(session: LiveSession, step: LiveStep, count: number): void {
  step.items = Array.from({ length: count }, (_, index) => ({
    ...newStep(`${step.id}[${index}]`, step.text, [step.place[0], index], step.maxAttempts),
    parent: step,
  }))
  for (const item of step.items) session.byId.set(item.id, item)
  session.counts.pending += count
}

/** Brings a session to where the service says it is: for who follows from then on. @param asked all it ever asked */
export function catchUp(session: LiveSession, view: Session, asked: readonly Asked[]): void {
  const byId = new Map(asked.map((one) => [one.interactionId, one]))
  session.status = view.status
  session.startedAt = timeOf(view.startedAt)
  session.endedAt = timeOf(view.endedAt)
  for (const given of view.steps) {
    const step = session.byId.get(given.id) ?? itemOf(session, view, given.id)
    if (step === undefined) continue
    step.attempt = given.attempt
    step.startedAt = timeOf(given.startedAt)
    step.endedAt = timeOf(given.endedAt)
    step.resumeAt = timeOf(given.resumeAt)
    step.child = given.child
    step.error = given.error
    step.isHeld = given.held
    step.asks = byId.get(given.interaction ?? '')
    if (given.status !== step.status) setStatus(session, step, given.status)
  }
}

/** The step of an item that is not there yet gets all that there are. */
function itemOf(session: LiveSession, { steps }: Session, id: string): LiveStep | undefined {
  const parent = session.byId.get(id.slice(0, id.lastIndexOf('[')))
  if (parent === undefined || parent.items.length > 0) return undefined
  expandStep(session, parent, steps.filter((step) => step.id.startsWith(`${parent.id}[`)).length)
  return session.byId.get(id)
}

function newStep(
  id: string,
  text: string,
  place: readonly [number, number],
  maxAttempts: number,
): LiveStep {
  return {
    id,
    text,
    group: undefined,
    dependsOn: [],
    maxAttempts,
    parent: undefined,
    place,
    items: [],
    status: 'pending',
    attempt: 0,
    output: [],
  }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}
