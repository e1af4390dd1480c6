import type { Event } from '../../client/index.ts'
import { outputLines } from '../../session/line-text.ts'
import {
  expandStep,
  isSettled,
  type LiveSession,
  type LiveStep,
  setStatus,
} from './session-state.ts'

/** How many lines of output are kept of a step. */
const KEPT_LINES = 3

/** Changes a step by an event about it. @param at when that was, in ms since the epoch */
export function takeStepEvent(
  session: LiveSession,
  step: LiveStep,
  event: Event,
  at: number,
): void {
  switch (event.type) {
    case 'step.started':
    case 'step.undoing':
      wake(step)
      step.attempt = event.attempt ?? step.attempt
      step.startedAt = at
      step.endedAt = undefined
      step.isUndoing = event.type === 'step.undoing'
      step.output = []
      return setStatus(session, step, 'running')
    case 'step.output':
      step.output = [...step.output, ...outputLines(event.data.text).filter(Boolean)].slice(
        -KEPT_LINES,
      )
      return
    case 'step.progress': {
      const { percent, message } = event.data
      const share = percent === undefined ? [] : [`${Math.round(percent)} %`]
      step.progress = [...share, ...(message === undefined ? [] : [message])].join(' ')
      return
    }
    case 'step.retrying':
    case 'step.repeating':
      wake(step)
      step.resumeAt = Date.parse(event.data.resumeAt)
      step.error = event.type === 'step.retrying' ? event.data.error : undefined
      return setStatus(session, step, 'retrying')
    case 'step.waiting': {
      const { until, awaits, escalated } = event.data
      step.resumeAt = until === undefined ? undefined : Date.parse(until)
      if (awaits?.kind === 'session') step.child = awaits.id
      if (escalated !== undefined) step.error = escalated.error
      return setStatus(session, step, 'waiting')
    }
    case 'interaction.created':
      step.asks = event.data
      return
    case 'interaction.claimed':
      step.worker = event.data.worker
      return
    case 'interaction.released':
      step.worker = undefined
      return
    case 'interaction.answered':
    case 'interaction.expired':
      step.asks = undefined
      return
    case 'step.expanded':
      expandStep(session, step, event.data.count)
      step.startedAt ??= at
      return setStatus(session, step, 'running')
    case 'step.concluding':
      wake(step)
      return setStatus(session, step, 'running')
    case 'step.continuing':
    case 'step.interrupted':
      wake(step)
      return setStatus(session, step, step.isUndoing ? 'completed' : 'pending')
    case 'step.completed':
    case 'step.kept':
    case 'step.undo_failed':
      return settle(session, step, 'completed', at)
    case 'step.undone':
      return settle(session, step, 'undone', at)
    case 'step.failed':
      settle(session, step, 'failed', at)
      step.error = event.data.error
      return
    case 'step.skipped':
      step.skipped = event.data.reason
      return settle(session, step, 'skipped', at)
    case 'step.cancelled':
      return settle(session, step, 'cancelled', at)
    case 'step.paused':
    case 'step.resumed':
      step.isHeld = event.type === 'step.paused'
      return
    case 'step.resolved':
      return reopen(session, step, event.data.action === 'retry')
    case 'step.rewound':
      for (const id of event.data.steps) open(session, session.byId.get(id))
  }
}

function settle(session: LiveSession, step: LiveStep, status: LiveStep['status'], at: number) {
  wake(step)
  step.endedAt = at
  step.isUndoing = false
  setStatus(session, step, status)
}

/** It waits for nothing any more. */
function wake(step: LiveStep): void {
  step.resumeAt = undefined
  step.asks = undefined
  step.worker = undefined
  step.progress = undefined
  step.error = undefined
}

function open(session: LiveSession, step: LiveStep | undefined): void {
  if (step === undefined) return
  wake(step)
  step.endedAt = undefined
  step.skipped = undefined
  setStatus(session, step, 'pending')
}

/** A person has spoken of a step: what was skipped because of its failure is open again; it may be a chain. */
function reopen(session: LiveSession, step: LiveStep, isRetry: boolean): void {
  if (isSettled(step) || isRetry) open(session, step)
  if (isRetry) {
    for (const item of step.items) if (item.status !== 'completed') open(session, item)
  }
  for (let changed = true; changed; ) {
    changed = false
    for (const other of session.steps) {
      if (other.skipped !== 'dependency_failed') continue
      if (!other.dependsOn.some((id) => session.byId.get(id)?.status === 'pending')) continue
      open(session, other)
      changed = true
    }
  }
}
