import type { Clock } from '../../../clock.ts'
import { SessionTurn } from '../turn.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { Lease } from './lease.ts'

/** A turn that lasts as long as its lease does. */
export class ClaimedTurn extends SessionTurn {
  readonly lease: Lease
  /** Its drive failed and pauses before the next try. */
  resting = false
  readonly #heartbeat: Heartbeat
  readonly #over = Promise.withResolvers<void>()

  constructor(lease: Lease, claimedSeq: number, heartbeat: Heartbeat, clock: Clock) {
    super(lease.sessionId, clock, { claim: lease.claim, claimedSeq })
    this.lease = lease
    this.#heartbeat = heartbeat
  }

  /** Resolves when nothing is driven in this turn any more. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  override confirm(): Promise<void> | undefined {
    return this.#heartbeat.confirm(this.lease)
  }

  override end(): void {
    super.end()
    this.#over.resolve()
  }
}
