import type { Json } from '../../json.ts'
import { artifactRefOf } from '../../session/artifact-ref.ts'
import type { LoggedEvent, StepError } from '../../session/events.ts'
import { plannedAt } from '../../session/state.ts'
import type { Store } from '../../store/types.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { Outcome } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

export interface OutcomeOptions {
  readonly store: Pick<Store, 'readEvents'>
  readonly artifacts: Pick<Artifacts, 'read'>
}

/** How much of the outputs that a child put aside is put together again; the rest stays a reference. */
const MAX_WHOLE_BYTES = 16 * 1024 * 1024

/** What a session that has ended means for the step that it is. */
export async function childOutcome(
  child: CurrentSession,
  options: OutcomeOptions,
): Promise<Outcome> {
  const { id: sessionId, status } = child.state
  switch (status) {
    case 'completed':
    case 'completed_with_errors': {
      const outputs = await outputsOf(child, options)
      return { status: 'succeeded', output: { sessionId, status, outputs } }
    }
    case 'cancelled':
      return cancelledOutcome(child)
    default:
      return failedOutcome(child, options)
  }
}

/** The session was removed before its end was told. */
export function goneOutcome(sessionId: string): Outcome {
  const message = `${sessionId} was removed before the step learned how it ended`
  const details = { sessionId }
  return { status: 'error', code: 'CHILD_FAILED', message, retryable: true, details }
}

async function outputsOf(
  { record, state }: CurrentSession,
  { artifacts }: OutcomeOptions,
): Promise<Readonly<Record<string, Json>>> {
  const outputs: Record<string, Json> = {}
  let left = MAX_WHOLE_BYTES
  for (const [index, { status, output, itemOf }] of state.steps.entries()) {
    // Of a step that runs for each item, the list is its own output.
    if (status !== 'completed' || output === undefined || itemOf !== undefined) continue
    const { id } = plannedAt(state, index)
    const ref = artifactRefOf(output)
    const fits = ref !== undefined && ref.bytes <= left
    const bytes = fits ? await artifacts.read(record.tenant, ref.artifact) : undefined
    outputs[id] = bytes === undefined ? output : (JSON.parse(Buffer.from(bytes).toString()) as Json)
    left -= bytes?.length ?? 0
  }
  return outputs
}

function cancelledOutcome({ state }: CurrentSession): Outcome {
  const { id: sessionId, stopping } = state
  const why = stopping?.reason === undefined ? '' : `: ${stopping.reason}`
  return {
    status: 'failed',
    code: 'CHILD_CANCELLED',
    message: `${sessionId} was cancelled${why}`,
    retryable: false,
    details: { sessionId },
  }
}

async function failedOutcome({ state }: CurrentSession, options: OutcomeOptions): Promise<Outcome> {
  const { id: sessionId } = state
  const { stepId, error } = await endOf(state.id, state.seq, options)
  const at = stepId === undefined ? '' : ` in step ${stepId}`
  return {
    status: 'failed',
    code: 'CHILD_FAILED',
    message: `${sessionId} failed${at} with ${error.code}: ${error.message}`,
    retryable: true,
    details: { sessionId },
    cause: errorOf(error),
  }
}

async function endOf(sessionId: string, seq: number, { store }: OutcomeOptions) {
  const [last] = await store.readEvents({ sessionId, afterSeq: seq - 1, limit: 1 })
  const event = last === undefined ? undefined : (JSON.parse(last.body) as LoggedEvent)
  if (event?.type !== 'session.failed') throw new Error(`the log of ${sessionId} has no end`)
  return event.data
}

/** The chain of causes as errors, which is what an outcome carries. */
function errorOf({ code, message, causes = [] }: StepError): Error {
  const links = [{ code, message }, ...causes]
  return links.reduceRight<Error | undefined>((cause, link) => {
    const error = new Error(link.message, cause === undefined ? {} : { cause })
    return link.code === undefined ? error : Object.assign(error, { code: link.code })
  }, undefined) as Error
}
