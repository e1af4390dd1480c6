import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { newSessionId } from '../../ids.ts'
import type { Planner } from '../../plan/types.ts'
import type { SessionCommand } from '../../session/commands.ts'
import type { SessionState } from '../../session/state.ts'
import type { Created } from '../../store/types.ts'
import type { Dispatcher } from '../dispatcher/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { TaskLoop } from '../task-loop/types.ts'
import { createDrive } from './drive.ts'
import type { StartSession, StepProcessor } from './types.ts'

export interface StepProcessorOptions {
  readonly coordinator: SessionCoordinator
  readonly dispatcher: Dispatcher
  readonly taskLoop: TaskLoop
  readonly planner: Planner
  readonly clock: Clock
}

/** What a caller is told to wait when the service is going down. */
const SHUTDOWN_RETRY_MS = 5000

export function createStepProcessor(options: StepProcessorOptions): StepProcessor {
  const { coordinator, dispatcher, taskLoop, planner, clock } = options
  const shutdown = new AbortController()
  let draining = false
  const drive = createDrive({
    coordinator,
    taskLoop,
    clock,
    mayStart: () => !draining,
    shutdown: shutdown.signal,
  })

  return {
    start,
    pause: (sessionId, reason) => command(sessionId, { type: 'pause', ...because(reason) }),
    resume: (sessionId, reason) => command(sessionId, { type: 'resume', ...because(reason) }),
    cancel: (sessionId, reason) => command(sessionId, { type: 'cancel', ...because(reason) }),
    resolveStep: (sessionId, stepId, resolution) =>
      command(sessionId, { type: 'resolveStep', stepId, ...resolution }),
    init,
    open: () => dispatcher.start(drive),
    close,
    load: () => dispatcher.load(),
  }

  async function start(request: StartSession): Promise<Created> {
    refuseWhenDraining()
    const { tenant, sessionId, plan, correlation, createdAt, idempotency, fork } = request
    const created = await coordinator.create(
      { id: sessionId, tenant, name: plan.name ?? null, plan, correlation, createdAt },
      idempotency,
      fork,
    )
    if (created.created) dispatcher.wake(sessionId, 'created')
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
    dispatcher.wake(sessionId, 'changed')
    return state
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
