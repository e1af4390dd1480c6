import type { Json } from '../json.ts'
import type { Draft } from './draft.ts'
import type { InteractionRequest, SessionEvent } from './events.ts'
import { type KeptSignal, type SessionState, stepAt } from './state.ts'

/** How many signals whose sender gave the id are remembered, for those that come again. */
const MAX_SEEN = 1000

/** The oldest signal that nobody has taken of those that an interaction waits for. */
export function keptSignalFor(
  { signals }: SessionState,
  { kind, signal }: InteractionRequest,
): KeptSignal | undefined {
  return kind === 'signal' ? signals.find(({ name }) => name === signal) : undefined
}

/** The step that has waited longest for a signal of a name. */
export function waitingForSignal(state: SessionState, name: string): number | undefined {
  let found: number | undefined
  let since = Number.POSITIVE_INFINITY
  for (const index of state.people) {
    const { interaction } = stepAt(state, index)
    if (interaction?.kind !== 'signal' || interaction.signal !== name) continue
    if (interaction.askedAt >= since) continue
    found = index
    since = interaction.askedAt
  }
  return found
}

/** A signal is kept until a step takes it. */
export function keepSignal(
  draft: Draft,
  { signalId: id, name, payload, actor, digest }: SignalData,
): void {
  const kept = {
    id,
    name,
    ...(payload === undefined ? {} : { payload: payload as Json }),
    ...(actor === undefined ? {} : { actor }),
  }
  draft.signals = [...draft.signals, kept]
  if (digest !== undefined)
    draft.signalsSeen = [...draft.signalsSeen, { id, digest }].slice(-MAX_SEEN)
}

/** A step has taken a signal. */
export function dropSignal(draft: Draft, signalId: string | undefined): void {
  if (signalId === undefined) return
  draft.signals = draft.signals.filter(({ id }) => id !== signalId)
}

type SignalData = Extract<SessionEvent, { type: 'signal.received' }>['data']
