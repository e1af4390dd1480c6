import type { Json } from '../../json.ts'
import type { Answer, InteractionRequest } from '../../session/events.ts'
import type { Interaction, SessionState } from '../../session/state.ts'
import type { DocumentPlace } from '../../store/documents.ts'
import type { ExecutorContext, Outcome } from '../executors/types.ts'
import type { Caller } from '../keys/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** What a person may decide. */
export type Decision = NonNullable<Answer['decision']>

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

/** What a person decides of what they were asked. */
export interface GivenDecision {
  readonly decision: Decision
  /** What goes with an approval, or the output of a step that is completed. */
  readonly output?: Json | undefined
  /** Where a push back goes on from. */
  readonly toStep?: string | undefined
  readonly note?: string | undefined
  /** The person, where the holder of the key names one. */
  readonly actor?: string | undefined
  /** The name of the key; undefined where none is needed. */
  readonly key?: string | undefined
}

/** What a decision is answered with, also when it comes again. */
export interface AcceptedDecision {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly decision: Decision
}

/** Which of the interactions that are asked for now. */
export interface InboxQuery {
  readonly tenant: string
  readonly kinds?: readonly InteractionRequest['kind'][] | undefined
  readonly queue?: string | undefined
  readonly sessionId?: string | undefined
  readonly workflow?: string | undefined
  /** Sessions have all of them. */
  readonly labels?: readonly { readonly key: string; readonly value: string }[] | undefined
  readonly after?: InboxPosition | undefined
  readonly limit: number
}

/** A place in a list of interactions, which go away while it is read. */
export type InboxPosition = DocumentPlace

export interface InboxPage<Item> {
  /** The newest first. */
  readonly items: readonly Item[]
  /** Where the list goes on; undefined at its end. */
  readonly next: InboxPosition | undefined
}

/** An interaction that was answered. */
export interface PastAnswer {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly kind: InteractionRequest['kind']
  readonly status?: Answer['status']
  readonly decision?: Answer['decision']
  readonly actor?: string
  /** ms since the epoch. */
  readonly askedAt: number
  readonly at: number
}

/** A link as somebody wants it. */
export interface NewLink {
  readonly tenant: string
  readonly interactionId: string
  /** The person it is for. */
  readonly actor?: string | undefined
  /** Whose key it is made with; undefined where none is needed. */
  readonly caller: Caller | undefined
  readonly ttlMs: number
}

export interface MadeLink {
  readonly token: string
  /** ms since the epoch; no later than its key. */
  readonly expiresAt: number
}

/** What a link lets whoever has it do: answer one approval, once. */
export interface Link {
  readonly tenant: string
  readonly interactionId: string
  /** The person it is for. */
  readonly actor?: string
  /** The name of the key that it was made with. */
  readonly key?: string
}

/** What happened outside, as whoever signals it tells. */
export interface GivenSignal {
  readonly name: string
  readonly payload?: Json | undefined
  /** The sender’s own: the same one again changes nothing. */
  readonly id?: string | undefined
  readonly actor?: string | undefined
}

export interface AcceptedSignal {
  readonly sessionId: string
  readonly signalId: string
  readonly name: string
  /** It has been here before. */
  readonly isRepeated: boolean
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
  /** The command itself, also where an artifact stands for it; undefined where that is gone. */
  commandOf(open: OpenInteraction): Promise<Json | undefined>
  /** Fails the step of what nobody can do: its command is gone. @throws StepstreamError STORAGE_UNAVAILABLE */
  giveUp(open: OpenInteraction): Promise<void>
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
   * @throws StepstreamError INTERACTION_NOT_FOUND, and as `tell` does
   */
  report(tenant: string, interactionId: string, report: GivenReport): Promise<OpenInteraction>
  /** The same, of one that is at hand. @throws StepstreamError INTERACTION_OVER, INTERACTION_LOST, INTERACTION_MISMATCH */
  tell(asked: OpenInteraction, report: GivenReport): Promise<void>
  /**
   * Takes a decision of a person; the same one again is answered as it was the first time.
   * @throws StepstreamError INTERACTION_NOT_FOUND, INTERACTION_OVER, INTERACTION_ANSWERED,
   * INTERACTION_MISMATCH, NOT_AN_APPROVER, ILLEGAL_TRANSITION, INVALID_VALUE with the faults
   */
  decide(tenant: string, interactionId: string, given: GivenDecision): Promise<AcceptedDecision>
  /** What is asked for now. */
  list(query: InboxQuery): Promise<InboxPage<OpenInteraction>>
  /** What was answered. */
  listAnswered(query: InboxQuery): Promise<InboxPage<PastAnswer>>
  /**
   * A text that lets whoever has it decide an approval, until it expires or its key does.
   * @throws StepstreamError as `open` does, INTERACTION_MISMATCH, NOT_AN_APPROVER
   */
  issueLink(wanted: NewLink): Promise<MadeLink>
  /** What a link says. @throws StepstreamError LINK_NOT_FOUND, LINK_EXPIRED, STORAGE_UNAVAILABLE */
  readLink(token: string, interactionId: string): Promise<Link>
  /**
   * Takes a signal; one with the same id again is answered as it was the first time.
   * @throws StepstreamError SESSION_ENDED, SIGNAL_NOT_AWAITED, TOO_MANY_SIGNALS,
   * IDEMPOTENCY_KEY_REUSED, INVALID_VALUE with the faults
   */
  signal(session: CurrentSession, signal: GivenSignal): Promise<AcceptedSignal>
  /** What must be known before a decision of a session is written; undefined where nothing must. */
  decided(session: CurrentSession, before: SessionState): Promise<void> | undefined
  /** A session that waits for somebody, or did before it changed. */
  changed(session: CurrentSession, before: SessionState): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}
