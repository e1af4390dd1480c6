import type { LoggedEvent, SessionEvent } from '../../session/events.ts'
import type { EncodedEvent } from '../../store/types.ts'

/**
 * An event as the log keeps it. Built by hand around the one part that needs escaping: types, ids
 * and times are made of characters that JSON leaves as they are.
 */
export function encodeEvent(sessionId: string, seq: number, event: SessionEvent): EncodedEvent {
  const { stepId, attempt } = event as { stepId?: string; attempt?: number }
  const subject =
    (stepId === undefined ? '' : `,"stepId":"${stepId}"`) +
    (attempt === undefined ? '' : `,"attempt":${attempt}`)
  const body = `{"seq":${seq},"type":"${event.type}","at":"${event.at}","sessionId":"${sessionId}"${subject},"data":${JSON.stringify(event.data)}}`
  return { seq, type: event.type, body }
}

export function decodeEvent(event: EncodedEvent): LoggedEvent {
  return JSON.parse(event.body) as LoggedEvent
}
