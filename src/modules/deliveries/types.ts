import type { ErrorCode } from '../../errors.ts'
import type { Created } from '../../store/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import type { StartSession } from '../step-processor/types.ts'

/** One call of a receiver. */
export interface DeliveryAttempt {
  /** ms since the epoch. */
  readonly at: number
  /** How long it took; absent where nobody saw its end. */
  readonly ms?: number
  /** What the receiver answered. */
  readonly status?: number
  /** Why there is no answer. */
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

export type DeliveryState = 'pending' | 'delivered' | 'failed'

/** What became of telling a receiver that a session has ended. */
export interface Delivery {
  /** The `webhook-id` of every attempt. */
  readonly id: string
  readonly sessionId: string
  readonly state: DeliveryState
  /** The origin of its URL: the rest may be confidential. */
  readonly receiver: string
  /** ms since the epoch. */
  readonly createdAt: number
  /** How many there were; the last ones are in `attempts`. */
  readonly attemptCount: number
  readonly attempts: readonly DeliveryAttempt[]
  /** When it is tried again, ms since the epoch; absent where it is not, or the session goes on. */
  readonly nextAttemptAt?: number
}

/** How an attempt went on: `retrying` means that there will be another. */
export type DeliveryResult = 'delivered' | 'retrying' | 'failed'

/**
 * Tells receivers of the ends of sessions, at least once each, and never in the way of a session.
 * A delivery is on disk as soon as its session is.
 */
export interface Deliveries {
  /** Writes the delivery of a session that `create` writes in the same turn, and takes it back when it does not. */
  accompany(
    session: Pick<StartSession, 'tenant' | 'sessionId' | 'createdAt'>,
    create: () => Promise<Created>,
  ): Promise<Created>
  /** A session has come to its end, and that is on disk. */
  ended(session: CurrentSession): void
  list(session: CurrentSession): Promise<readonly Delivery[]>
  /** Tries once more, as often as at first. @throws DELIVERY_NOT_FOUND, SESSION_NOT_ENDED, ILLEGAL_TRANSITION */
  retry(session: CurrentSession, deliveryId: string): Promise<Delivery>
  /** Cuts off the attempts that do not end soon, and leaves them to the next process. */
  stop(): Promise<void>
}
