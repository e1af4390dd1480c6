import type { Json } from '../../json.ts'
import type { LoggedEvent } from '../../session/events.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** How much of the outputs a call carries, in characters of JSON. */
const MAX_OUTPUT_CHARS = 256 * 1024

/**
 * What a receiver is told: the same for every attempt, since nothing about an ended session
 * changes.
 * @param end the event that ended it
 */
export function payloadOf(session: CurrentSession, end: LoggedEvent): string {
  const { record, state } = session
  const { labels, metadata, onEnd } = state.plan
  const { error, stepId } = end.data as { readonly error?: unknown; readonly stepId?: string }
  const { startedAt, endedAt = Date.parse(end.at) } = state
  const self = `/v1/sessions/${record.id}`
  return JSON.stringify({
    type: end.type,
    timestamp: end.at,
    data: {
      sessionId: record.id,
      status: state.status,
      name: record.name,
      labels: labels ?? {},
      metadata: metadata ?? {},
      correlationId: record.correlation.id,
      ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt).toISOString() }),
      endedAt: new Date(endedAt).toISOString(),
      durationMs: endedAt - (startedAt ?? endedAt),
      counts: state.counts,
      ...(error === undefined ? {} : { error }),
      ...(stepId === undefined ? {} : { stepId }),
      ...(onEnd?.webhook.include === 'steps' ? outputsOf(session) : {}),
      links: { self, events: `${self}/events` },
    },
  })
}

/** The outputs of the steps, in the plan's order, as far as there is room; large ones are references. */
function outputsOf({ state }: CurrentSession) {
  const outputs: Record<string, Json> = {}
  let room = MAX_OUTPUT_CHARS
  let isCut = false
  for (const [index, { output }] of state.steps.entries()) {
    const id = state.plan.steps[index]?.id
    if (output === undefined || id === undefined) continue
    const length = JSON.stringify(output).length + id.length
    if (length > room) isCut = true
    else {
      room -= length
      outputs[id] = output
    }
  }
  return { outputs, ...(isCut ? { outputsCut: true } : {}) }
}
