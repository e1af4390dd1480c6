import { StepstreamError } from '../errors.ts'
import { takeSignal } from './attempts.ts'
import type { Signal } from './commands.ts'
import type { Decision } from './decision.ts'
import { waitingForSignal } from './signals.ts'
import { type SessionState, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'

/** How many signals a session keeps that no step has taken. */
const MAX_KEPT = 100

/**
 * A signal wakes the step that has waited longest for one of its name, or is kept for the next that
 * will. One that has been here changes nothing.
 * @throws StepstreamError SESSION_ENDED, SIGNAL_NOT_AWAITED, TOO_MANY_SIGNALS, IDEMPOTENCY_KEY_REUSED
 */
export function receiveSignal(decision: Decision, { steps, ...signal }: Signal): void {
  const { state } = decision
  if (hasBeenHere(state, signal)) return
  const index = takerOf(state, { name: signal.name, steps })
  const { id: signalId, ...data } = signal
  decision.emit({ type: 'signal.received', data: { ...data, signalId } })
  if (index !== undefined) takeSignal(decision, index, signal)
}

/**
 * The step that a signal wakes; undefined where it is kept.
 * @throws StepstreamError SESSION_ENDED, SIGNAL_NOT_AWAITED, TOO_MANY_SIGNALS
 */
export function takerOf(
  state: SessionState,
  { name, steps }: Pick<Signal, 'name' | 'steps'>,
): number | undefined {
  refuseUnlessAwaited(state, name, steps)
  const index = waitingForSignal(state, name)
  if (index !== undefined || state.signals.length < MAX_KEPT) return index
  const message = `the session keeps ${MAX_KEPT} signals that no step has taken`
  throw new StepstreamError('TOO_MANY_SIGNALS', message)
}

/** Whether a signal of this id was taken before. @throws StepstreamError IDEMPOTENCY_KEY_REUSED */
export function hasBeenHere(
  { signalsSeen }: SessionState,
  { id, digest }: Pick<Signal, 'id' | 'digest'>,
): boolean {
  if (digest === undefined) return false
  const seen = signalsSeen.find((each) => each.id === id)
  if (seen === undefined) return false
  if (seen.digest === digest) return true
  const message = `another signal with the id ${id} has been here`
  throw new StepstreamError('IDEMPOTENCY_KEY_REUSED', message)
}

function refuseUnlessAwaited(state: SessionState, name: string, steps: readonly string[]): void {
  if (finalSessionStatuses.has(state.status)) {
    throw new StepstreamError('SESSION_ENDED', `session ${state.id} has ended: ${state.status}`)
  }
  const mayTake = (id: string) => {
    const index = state.graph.indexOf.get(id)
    return index !== undefined && stepAt(state, index).passage === undefined
  }
  if (steps.some(mayTake)) return
  const why = steps.length === 0 ? 'no step waits for' : 'no step will wait any more for'
  throw new StepstreamError('SIGNAL_NOT_AWAITED', `${why} the signal ${name}`)
}
