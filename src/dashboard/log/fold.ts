import type { LoggedEvent } from '../../session/events.ts'
import { leavesWaiting } from '../../session/leaves-waiting.ts'
import { foldStep } from './fold-step.ts'
import { noteGroup } from './groups.ts'
import type { SessionLog, StepLog, VariableLog } from './session-log.ts'

/** A state while it is being folded: maps that may be written to. */
export type Draft = {
  -readonly [K in keyof SessionLog]: SessionLog[K]
} & { steps: Map<string, StepLog>; variables: Map<string, VariableLog> }

/**
 * The state after some more events: nothing but the log, and the plan that it began with, says
 * what it is. The state before stays as it was.
 */
export function fold(state: SessionLog, events: Iterable<LoggedEvent>): SessionLog {
  const draft: Draft = {
    ...state,
    steps: new Map(state.steps),
    variables: new Map(state.variables),
  }
  for (const event of events) apply(draft, event)
  return draft
}

function apply(draft: Draft, event: LoggedEvent): void {
  const at = Date.parse(event.at)
  draft.seq = event.seq
  draft.lastAt = at
  if (leavesWaiting.has(event.type) && draft.status === 'waiting' && draft.startedAt) {
    draft.status = 'running'
    delete draft.waitingUntil
  }
  switch (event.type) {
    case 'session.created': {
      const { name, totalSteps, forkedFrom } = event.data
      draft.createdAt = at
      draft.totalSteps = totalSteps
      if (name !== undefined) draft.name = name
      if (forkedFrom !== undefined) draft.forkedFrom = forkedFrom
      return
    }
    case 'session.started':
      draft.status = 'running'
      draft.startedAt = at
      return
    case 'session.waiting':
      draft.status = 'waiting'
      if (event.data.until !== undefined) draft.waitingUntil = Date.parse(event.data.until)
      return
    case 'session.paused':
      draft.status = 'paused'
      if (event.data.setAside) draft.setAside = true
      return
    case 'session.resumed':
      draft.status = draft.startedAt === undefined ? 'queued' : 'running'
      delete draft.setAside
      return
    case 'session.cancelling':
      draft.status = 'cancelling'
      draft.isEnding = true
      draft.isStopping = true
      return
    case 'session.rolling_back':
      draft.status = 'rolling_back'
      draft.isEnding = true
      draft.isRollingBack = true
      return
    case 'session.finalizing':
      draft.isEnding = true
      return
    case 'session.completed':
      return end(draft, event.data.status, at)
    case 'session.failed': {
      const { stepId, error } = event.data
      draft.failure = { ...(stepId === undefined ? {} : { stepId }), error }
      return end(draft, 'failed', at)
    }
    case 'session.cancelled':
      return end(draft, 'cancelled', at)
    case 'variable.updated': {
      const { name, value } = event.data
      const { changes = 0 } = draft.variables.get(name) ?? {}
      const setBy = event.stepId === undefined ? {} : { setBy: event.stepId }
      draft.variables.set(name, { name, value, at, changes: changes + 1, ...setBy })
      return
    }
    case 'ai.usage':
      draft.tokens += event.data.promptTokens + event.data.completionTokens
      return
    default:
      foldStep(draft, event, at)
      return noteGroup(draft, event)
  }
}

function end(draft: Draft, status: SessionLog['status'], at: number): void {
  draft.status = status
  draft.endedAt = at
}
