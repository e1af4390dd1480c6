import type { Json } from '../../json.ts'
import type { InteractionRequest } from '../../session/events.ts'
import type { Interaction, SessionState } from '../../session/state.ts'
import type { ExecutorContext, Outcome } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** What somebody makes of what they were asked for. */
export interface GivenAnswer {
  readonly status: 'ok' | 'warning' | 'error'
  readonly output?: Json | undefined
  readonly error?: { readonly code?: string | undefined; readonly message: string } | undefined
  /** Who has claimed it; for what a queue asks for. */
  readonly worker?: string | undefined
  /** Whose key it came with. */
  readonly actor?: string | undefined
}

/** What an answer is answered with, also when it comes again. */
export interface AcceptedAnswer {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly status: GivenAnswer['status']
}

/** What somebody says while they do what they were asked for. */
export interface GivenReport {
  /** 0 to 100. */
  readonly percent?: number | undefined
  readonly message?: string | undefined
  readonly output?:
    | readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[]
    | undefined
  /** Who has claimed it; for what a queue asks for. */
  readonly worker?: string | undefined
}

/** An interaction that is asked for now, with the session that asks. */
export interface OpenInteraction {
  readonly session: CurrentSession
  readonly stepId: string
  readonly attempt: number
  readonly interaction: Interaction
  /** When it is asked for no more, ms since the epoch. */
  readonly expiresAt: number | undefined
}

/** What steps ask of somebody outside, and what becomes of it. All that counts is in the sessions' logs. */
export interface Interactions {
  /** Asks on behalf of an attempt, which waits for the answer. */
  ask(request: InteractionRequest, context: ExecutorContext): Promise<Outcome>
  /** @throws StepstreamError INTERACTION_NOT_FOUND, INTERACTION_OVER */
  open(tenant: string, interactionId: string): Promise<OpenInteraction>
  /** What a session asks of whoever drives it, the oldest first. */
  openIn(session: CurrentSession): readonly OpenInteraction[]
  /** The command itself, also where an artifact stands for it. */
  commandOf(open: OpenInteraction): Promise<Json>
  /**
   * Takes an answer; the same one again is answered as it was the first time.
   * @param check throws where whoever answers may not
   * @throws StepstreamError INTERACTION_NOT_FOUND, INTERACTION_OVER, INTERACTION_ANSWERED,
   * INTERACTION_LOST, INVALID_VALUE with a fault for each place where the output breaks its schema
   */
  answer(
    tenant: string,
    interactionId: string,
    answer: GivenAnswer,
    check?: (asked: OpenInteraction) => void,
  ): Promise<AcceptedAnswer>
  /**
   * Tells what whoever does the work says of it: without secrets, and of its output only so much.
   * @returns the interaction, which is still asked for
   * @throws StepstreamError INTERACTION_NOT_FOUND, INTERACTION_OVER, INTERACTION_LOST
   */
  report(tenant: string, interactionId: string, report: GivenReport): Promise<OpenInteraction>
  /** A session that waits for somebody, or did before it changed. */
  changed(session: CurrentSession, before: SessionState): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}
