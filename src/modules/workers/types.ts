import type { AttemptReport } from '../../session/commands.ts'
import type { SessionState } from '../../session/state.ts'
import type { Interactions, OpenInteraction } from '../interactions/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** Who serves queues. */
export interface WorkerName {
  readonly tenant: string
  /** What it calls itself; of two that call themselves the same, either may go on with what the other has. */
  readonly id: string
  /** The queues that its key is limited to; absent: all. */
  readonly queues?: readonly string[] | undefined
}

export interface ClaimRequest {
  readonly worker: WorkerName
  readonly queue: string
  /** How many interactions it takes at once, at most. */
  readonly max: number
  readonly leaseMs: number
  /** Whether it waits until there is something, as long as the signal lets it. */
  readonly waits: boolean
}

/** How long an interaction is one worker's. */
export interface Lease {
  readonly worker: string
  /** How long each heartbeat keeps it. */
  readonly leaseMs: number
  /** ms since the epoch. */
  readonly until: number
}

/** An interaction that a worker has. */
export interface HeldInteraction extends OpenInteraction {
  readonly lease: Lease
}

/** What a worker tells while it works. */
export interface Heartbeat {
  readonly output?:
    | readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[]
    | undefined
  readonly progress?: Extract<AttemptReport, { type: 'step.progress' }>['data'] | undefined
}

/**
 * Why a worker is to stop. `cancelled`: its session, or what it belongs to. `timeout`: the time of
 * the step, its group or its session is over. `answered`: the result is there. `withdrawn`: the step
 * went on otherwise, for example because a person skipped it.
 */
export type StopReason = 'cancelled' | 'timeout' | 'answered' | 'withdrawn'

export interface HeartbeatAnswer {
  /** ms since the epoch. */
  readonly leaseUntil: number
  /** Present where the work is not wanted any more. */
  readonly stop?: StopReason
}

/** A worker that was here a short while ago, and what it has. */
export interface WorkerView {
  readonly id: string
  /** Those it asked lately. */
  readonly queues: readonly string[]
  /** ms since the epoch. */
  readonly firstSeenAt: number
  /** To some 15 seconds. */
  readonly lastSeenAt: number
  readonly holds: readonly HeldView[]
}

export interface HeldView {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly queue: string
  /** ms since the epoch. */
  readonly since: number
  readonly leaseUntil: number
}

/** What a queue tells whoever follows it. */
export interface QueueNews {
  readonly type: 'interaction.available' | 'interaction.withdrawn'
  readonly interactionId: string
  readonly queue: string
  /** With `interaction.available`. */
  readonly asked?: {
    readonly sessionId: string
    readonly stepId: string
    readonly attempt: number
    /** ms since the epoch. */
    readonly at: number
  }
}

/** Reads what has changed in a queue since it was last read. */
export interface QueueFollower {
  /** What is news to this follower; `undefined` where nothing is. @throws STORAGE_UNAVAILABLE */
  pull(): Promise<readonly QueueNews[]> | undefined
  /** Called when there may be something to pull after `pull` said `undefined`; one listener. */
  onWake(listener: () => void): void
  close(): void
}

/**
 * Workers, and the queues that they serve. Who has what is in the sessions' logs; for how long, and
 * what nobody has yet, is in documents, so that a process that ends loses neither.
 */
export interface Workers {
  /** Asks as {@link Interactions.ask} does, and lets the workers of the queue have it. */
  ask: Interactions['ask']
  /**
   * Takes what a queue asks for, the oldest first; those who wait get it in the order in which they
   * came. Resolves to none where there was none before the signal aborted.
   * @throws StepstreamError FORBIDDEN, STORAGE_UNAVAILABLE
   */
  claim(request: ClaimRequest, signal: AbortSignal): Promise<readonly HeldInteraction[]>
  /**
   * Keeps an interaction for another while, and passes on what the worker tells.
   * @throws StepstreamError INTERACTION_NOT_FOUND, INTERACTION_OVER, INTERACTION_LOST, FORBIDDEN
   */
  heartbeat(worker: WorkerName, interactionId: string, beat: Heartbeat): Promise<HeartbeatAnswer>
  /** Gives it back for others. @throws as `heartbeat` does */
  release(worker: WorkerName, interactionId: string): Promise<void>
  /** Whose it is for now, if anybody's. */
  leaseOf(tenant: string, interactionId: string): Promise<Lease | undefined>
  /** Those who were here lately, newest first. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly WorkerView[]>
  /** Tells what waits in a queue, and what comes and goes. */
  follow(tenant: string, queue: string): QueueFollower
  /** A session that waits for somebody, or did before it changed. */
  changed(session: CurrentSession, before: SessionState): void
  /** An interaction that is asked for, of which nobody knows whether its queue has it. */
  lookAt(open: OpenInteraction): Promise<void>
  /** Other processes have written. */
  storeChanged(): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}
