import type { Clock } from '../../clock.ts'
import { errors, StepstreamError } from '../../errors.ts'
import { sessionIdOf } from '../../ids.ts'
import type { JsonObject } from '../../json.ts'
import type { LoggedEvent } from '../../session/events.ts'
import type { Store } from '../../store/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { Workflows } from '../workflows/types.ts'
import type { Mappings } from './definition-faults.ts'
import { planSession } from './plan-session.ts'
import type { Hook, HookEntry } from './types.ts'

export interface StartOptions {
  readonly store: Pick<Store, 'extent'>
  readonly mappings: Mappings
  readonly workflows: Pick<Workflows, 'compile'>
  readonly processor: Pick<StepProcessor, 'start'>
  readonly clock: Clock
}

/** How many hooks in a row may lead to a session. */
export const MAX_DEPTH = 5

/** How long an event's key is kept; whoever is later finds the session itself. */
const KEEP_KEY_MS = 24 * 60 * 60 * 1000

/**
 * Starts the session of a hook that an event fires, once for all who try; says what came of it.
 * @throws StepstreamError when it may work later
 */
export async function startSession(
  hook: Hook,
  event: LoggedEvent,
  source: CurrentSession,
  options: StartOptions,
): Promise<HookEntry> {
  const about = { at: Date.parse(event.at), event: { sessionId: event.sessionId, seq: event.seq } }
  // Settled by what it follows from: whoever sees to the event finds the session of whoever did before.
  const cause = `hook ${hook.id} ${event.sessionId} ${event.seq}`
  const sessionId = sessionIdOf(about.at, cause)
  const fired = { ...about, kind: 'fired', sessionId } as const
  try {
    if ((await options.store.extent(sessionId)) !== undefined) return fired
    const { id, traceparent, hookDepth = 0 } = source.record.correlation
    const depth = hookDepth + 1
    if (depth > MAX_DEPTH) {
      const message = `more than ${MAX_DEPTH} hooks in a row would have led to it`
      return { ...about, kind: 'refused', message }
    }
    const document = options.mappings.event.over(eventOf(event, source))
    const plan = await planSession(hook, document, options.workflows)
    if (plan === undefined) return { ...about, kind: 'skipped' }
    const createdAt = options.clock.now()
    await options.processor.start({
      tenant: hook.tenant,
      sessionId,
      createdAt,
      plan,
      correlation: {
        id,
        ...(traceparent === undefined ? {} : { traceparent }),
        startedBy: { hook: hook.id },
        hookDepth: depth,
      },
      idempotency: {
        // No caller's key has a space.
        key: cause,
        requestHash: sessionId,
        answer: JSON.stringify({ sessionId }),
        expiresAt: createdAt + KEEP_KEY_MS,
      },
    })
    return fired
  } catch (error) {
    if (!(error instanceof StepstreamError) || errors[error.code].retryable) throw error
    const message = `${error.code}: ${error.message}`.slice(0, 1000)
    return { ...about, kind: 'failed', message }
  }
}

/** What expressions see of an event. */
function eventOf(event: LoggedEvent, { record, state }: CurrentSession): JsonObject {
  const { type, sessionId, seq, at, data } = event
  const { workflow, labels = {} } = record.plan
  const { status, counts } = state
  return {
    type,
    seq,
    at,
    data: data as JsonObject,
    sessionId,
    workflow: workflow?.name ?? null,
    labels,
    session: { name: record.name, status, counts: { ...counts, undone: counts.undone ?? 0 } },
  }
}
