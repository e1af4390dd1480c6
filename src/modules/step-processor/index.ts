import type { Clock } from '../../clock.ts'
import { digestOfDecision } from '../../decision-digest.ts'
import { StepstreamError } from '../../errors.ts'
import { newSessionId } from '../../ids.ts'
import type { Json } from '../../json.ts'
import type { Planner } from '../../plan/types.ts'
import type { AnsweredInteraction, SessionCommand, StepResolution } from '../../session/commands.ts'
import { next } from '../../session/next.ts'
import type { SessionState } from '../../session/state.ts'
import type { Created } from '../../store/types.ts'
import type { Deliveries } from '../deliveries/types.ts'
import type { Dispatcher } from '../dispatcher/types.ts'
import type { Outcome } from '../executors/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import type { Slots } from '../slots/types.ts'
import type { GoesOn, TaskLoop } from '../task-loop/types.ts'
import { createDrive } from './drive.ts'
import type { StartSession, StepProcessor, Wait } from './types.ts'

export interface StepProcessorOptions {
  readonly coordinator: SessionCoordinator
  readonly dispatcher: Dispatcher
  readonly taskLoop: TaskLoop
  readonly slots: Pick<Slots, 'enter' | 'admit'>
  readonly planner: Planner
  readonly deliveries: Pick<Deliveries, 'accompany'>
  readonly clock: Clock
}

/** What is told of a step that goes on as before. */
type Noted = Extract<SessionCommand, { type: 'report' | 'claimInteraction' | 'releaseInteraction' }>

/** What a caller is told to wait when the service is going down. */
const SHUTDOWN_RETRY_MS = 5000

export function createStepProcessor(options: StepProcessorOptions): StepProcessor {
  const { coordinator, dispatcher, taskLoop, slots, planner, deliveries, clock } = options
  const shutdown = new AbortController()
  let draining = false
  const drive = createDrive({
    coordinator,
    taskLoop,
    slots,
    clock,
    mayStart: () => !draining,
    shutdown: shutdown.signal,
  })

  return {
    start,
    pause: (sessionId, reason) => command(sessionId, { type: 'pause', ...because(reason) }),
    resume: (sessionId, reason) => command(sessionId, { type: 'resume', ...because(reason) }),
    cancel: (sessionId, reason) => command(sessionId, { type: 'cancel', ...because(reason) }),
    recover: (sessionId, reason) => command(sessionId, { type: 'takeUp', ...because(reason) }),
    rollback: (sessionId, reason) => command(sessionId, { type: 'rollback', ...because(reason) }),
    pauseStep: (sessionId, stepId, who) =>
      command(sessionId, { type: 'pauseStep', stepId, ...who }),
    resumeStep: (sessionId, stepId, who) =>
      command(sessionId, { type: 'resumeStep', stepId, ...who }),
    advance: (sessionId) => command(sessionId, { type: 'advance' }),
    resolveStep,
    finishWait,
    async report(sessionId, wait, reports) {
      await note(sessionId, { type: 'report', ...wait, reports })
    },
    childWaits: (sessionId, told) => command(sessionId, { type: 'childWaits', ...told }),
    pushBack: (sessionId, push) => command(sessionId, { type: 'pushBack', ...push }),
    signal: (sessionId, signal) => command(sessionId, { type: 'signal', signal }),
    claimInteraction: (sessionId, interactionId, worker) =>
      note(sessionId, { type: 'claimInteraction', interactionId, worker }),
    releaseInteraction: (sessionId, release) =>
      note(sessionId, { type: 'releaseInteraction', ...release }),
    init,
    open: () => dispatcher.start(drive),
    close,
    load: () => dispatcher.load(),
  }

  async function start(request: StartSession): Promise<Created> {
    refuseWhenDraining()
    const { tenant, sessionId, plan, correlation, createdAt, idempotency, fork } = request
    const session = { id: sessionId, tenant, name: plan.name ?? null, plan, correlation, createdAt }
    const create = () => coordinator.create(session, idempotency, fork)
    const created = await (plan.onEnd === undefined
      ? create()
      : deliveries.accompany(request, create))
    if (created.created) dispatcher.wake(sessionId, 'created', plan.priority)
    return created
  }

  function refuseWhenDraining(): void {
    if (!draining) return
    throw new StepstreamError('SHUTTING_DOWN', 'the service is shutting down', {
      retryAfterMs: SHUTDOWN_RETRY_MS,
    })
  }

  async function init(steps: readonly unknown[]): Promise<string> {
    const { plan } = planner.compile(steps)
    const createdAt = clock.now()
    const sessionId = newSessionId(createdAt)
    const correlation = { id: sessionId }
    await start({ tenant: 'default', sessionId, plan, correlation, createdAt })
    return sessionId
  }

  /** The command's facts are on disk when it resolves; whoever drives the session acts on them. */
  async function command(sessionId: string, wanted: SessionCommand): Promise<SessionState> {
    const state = await coordinator.dispatch(sessionId, wanted, 'caller')
    wake(sessionId, state)
    return state
  }

  /** What begins and ends no step: whoever drives the session is woken only if there is something to do. */
  async function note(sessionId: string, noted: Noted): Promise<SessionState> {
    const state = await coordinator.dispatch(sessionId, noted, 'caller')
    const { due, evaluate } = next(state, clock.now())
    const isParked = state.status === 'waiting' && !due && evaluate.length === 0
    if (!isParked) wake(sessionId, state)
    return state
  }

  function wake(sessionId: string, state: SessionState): void {
    // One that is resumed before it has begun waits among what is new.
    const occasion = state.status === 'queued' ? 'created' : 'changed'
    dispatcher.wake(sessionId, occasion, state.plan.priority)
  }

  async function resolveStep(
    sessionId: string,
    stepId: string,
    resolution: StepResolution,
  ): Promise<SessionState> {
    const { action: decision, output, reason: note } = resolution
    const digest = digestOfDecision({ decision, output, note })
    const kept = output === undefined ? {} : { output: await keptOutput(sessionId, stepId, output) }
    return command(sessionId, { type: 'resolveStep', stepId, digest, ...resolution, ...kept })
  }

  /** An output as the log keeps it; one that will be refused, or has been taken, is left as it is. */
  async function keptOutput(sessionId: string, stepId: string, output: Json): Promise<Json> {
    const session = await coordinator.current(sessionId)
    const step = session?.state.steps[session.state.graph.indexOf.get(stepId) ?? -1]
    if (session === undefined || step === undefined || step.status === 'completed') return output
    return taskLoop.givenOutput(session, stepId, output)
  }

  async function finishWait(
    session: CurrentSession,
    wait: Wait,
    result: Outcome | GoesOn,
    answered?: AnsweredInteraction,
  ): Promise<void> {
    const { stepId, attempt } = wait
    const step = session.state.steps[session.state.graph.indexOf.get(stepId) ?? -1]
    const isAwaited = step?.awaits !== undefined && step.attempt === attempt
    if (!isAwaited && answered === undefined) return
    const undo = step?.undoing === true
    const outcome = await taskLoop.waitOutcome({ session, stepId, attempt, undo }, result)
    // As the log keeps it: without secrets, and what is large elsewhere.
    const { output } = 'output' in outcome ? outcome : {}
    const ofOutput = output === undefined ? {} : { output }
    const ofAnswer = answered === undefined ? {} : { answered: { ...ofOutput, ...answered } }
    await command(session.record.id, { type: 'finishWait', stepId, attempt, outcome, ...ofAnswer })
  }

  async function close(graceMs: number): Promise<void> {
    draining = true
    coordinator.drain()
    const drained = dispatcher.stop()
    const cancelTimer = clock.setTimer(graceMs, () => {
      shutdown.abort()
      dispatcher.wakeAll()
    })
    await drained
    cancelTimer()
  }
}

function because(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason }
}
