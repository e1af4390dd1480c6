import type { Event } from '../../client/index.ts'
import { leavesWaiting } from '../../session/leaves-waiting.ts'
import type { LiveSession } from './session-state.ts'
import { takeStepEvent } from './take-step-event.ts'

/** Changes a session by one more event. Types that are not known, as newer services have, change nothing. */
export function takeEvent(session: LiveSession, event: Event): void {
  const at = Date.parse(event.at)
  if (leavesWaiting.has(event.type) && session.status === 'waiting') session.status = 'running'
  switch (event.type) {
    case 'session.created':
      session.name = event.data.name ?? session.name
      return
    case 'session.started':
      session.status = 'running'
      session.startedAt = at
      return
    case 'session.waiting':
      session.status = 'waiting'
      return
    case 'session.paused':
      session.status = 'paused'
      return
    case 'session.resumed':
      session.status = session.startedAt === undefined ? 'queued' : 'running'
      return
    case 'session.cancelling':
      session.status = 'cancelling'
      return
    case 'session.rolling_back':
      session.status = 'rolling_back'
      return
    case 'session.completed':
      return end(session, event.data.status, at)
    case 'session.failed':
      return end(session, 'failed', at)
    case 'session.cancelled':
      return end(session, 'cancelled', at)
    default: {
      const step = session.byId.get('stepId' in event ? (event.stepId ?? '') : '')
      if (step !== undefined) takeStepEvent(session, step, event, at)
    }
  }
}

function end(session: LiveSession, status: LiveSession['status'], at: number): void {
  session.status = status
  session.endedAt = at
}
