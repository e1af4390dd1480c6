import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import { finalSessionStatuses } from '../../../session/status.ts'
import type { SessionHead } from '../../../store/replica.ts'
import { ClaimLostError } from '../../../store/types.ts'
import { Retries } from '../retries.ts'
import type { Drive, Parked } from '../types.ts'
import { ClaimedTurn } from './claimed-turn.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { Lease } from './lease.ts'
import type { EndedTurn } from './settling.ts'
import { isRunnable } from './takeover.ts'
import { NEAR_MS } from './timers.ts'

export interface DrivesOptions {
  readonly heartbeat: Heartbeat
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'error'>
  readonly maxRunning: number
  /** A place is free. */
  readonly onFree: () => void
  /** A drive is over, and what it held is to be let go. */
  readonly onEnded: (ended: EndedDrive) => void
}

export interface EndedDrive extends EndedTurn {
  readonly parked?: Parked
}

/** What is to be done about a session that was let go: drive it again, wait for a time, or nothing. */
export type Sequel = 'now' | { readonly at: number } | undefined

/** A session that could go on and whose driver found nothing to do: looked at again, but not in a circle. */
const IDLE_PAUSE_MS = 1000

/** The sessions that this process drives: a turn for each, so many at once as there are places. */
export class Drives {
  readonly #options: DrivesOptions
  readonly #turns = new Map<string, ClaimedTurn>()
  readonly #retries: Retries
  /** Turns whose pause is over and that wait for a place. */
  readonly #rested: ClaimedTurn[] = []
  #drive: Drive | undefined
  #taken = 0
  #stopping = false
  #emptied = Promise.withResolvers<void>()

  constructor(options: DrivesOptions) {
    this.#options = options
    this.#retries = new Retries(options.clock)
  }

  get running(): number {
    return this.#taken
  }

  get free(): number {
    return Math.max(this.#options.maxRunning - this.#taken - this.#rested.length, 0)
  }

  start(drive: Drive): void {
    this.#drive = drive
  }

  /** Takes places for sessions whose claim is on its way. */
  reserve(count: number): void {
    this.#taken += count
  }

  freeUp(count: number): void {
    this.#taken -= count
    this.#fill()
    if (count > 0) this.#options.onFree()
    this.#noticeEmptied()
  }

  /** Begins to drive in a place that was reserved. */
  begin(lease: Lease, claimedSeq: number): void {
    const { heartbeat, clock } = this.#options
    const { sessionId } = lease
    const former = this.#turns.get(sessionId)
    const turn = new ClaimedTurn(lease, claimedSeq, heartbeat, clock)
    this.#turns.set(sessionId, turn)
    lease.onLost(() => this.#lost(turn))
    // A former turn was lost and may not know it yet: never two of one session in one process.
    if (former === undefined) void this.#run(turn)
    else void former.over.then(() => this.#run(turn))
  }

  /** False when the session is not driven here. */
  wake(sessionId: string): boolean {
    const turn = this.#turns.get(sessionId)
    if (turn === undefined) return false
    turn.wake()
    if (turn.resting) this.#goOn(turn)
    return true
  }

  wakeAll(): void {
    for (const turn of this.#turns.values()) turn.wake()
  }

  /** Resolves when nothing is driven; what rested is over. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#retries.stop()
    this.wakeAll()
    for (const turn of this.#turns.values()) if (turn.resting) this.#end(turn, {})
    for (const turn of this.#rested.splice(0)) this.#end(turn, {})
    this.#noticeEmptied()
    await this.#emptied.promise
  }

  /** What to do about a session that was let go; its turn is forgotten. */
  settled({ turn, parked }: EndedDrive, head: SessionHead | undefined): Sequel {
    if (turn === undefined) return undefined
    if (this.#turns.get(turn.sessionId) === turn) this.#turns.delete(turn.sessionId)
    // In other hands by now, or at its end.
    if (head === undefined || finalSessionStatuses.has(head.status)) return undefined
    const { wakeAt, seq } = parked ?? {}
    const written = seq !== undefined && head.lastSeq > seq
    if (turn.woken || written) return 'now'
    if (isRunnable(head.status)) {
      return this.#stopping ? 'now' : { at: this.#options.clock.now() + IDLE_PAUSE_MS }
    }
    const at = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, head.wakeAt ?? Number.POSITIVE_INFINITY)
    const now = this.#options.clock.now()
    // Not by a timer: one for this time may be on its way, and have found the session driven.
    if (at <= now) return 'now'
    // The sweep finds it in the session's row when it comes near.
    const kept = at === head.wakeAt && at > now + NEAR_MS
    return at === Number.POSITIVE_INFINITY || kept ? undefined : { at }
  }

  async #run(turn: ClaimedTurn): Promise<void> {
    const { log } = this.#options
    const { sessionId, lease } = turn
    try {
      if (lease.lost || this.#drive === undefined) throw new ClaimLostError(sessionId)
      const parked = await this.#drive(turn)
      this.#retries.succeeded(sessionId)
      this.#end(turn, parked)
    } catch (error) {
      if (error instanceof ClaimLostError || lease.lost) {
        log.debug({ err: error, sessionId }, 'the session is driven by another replica')
        this.#forget(turn)
      } else {
        log.error({ err: error, sessionId }, 'driving the session failed; it will be tried again')
        if (this.#stopping) this.#end(turn, {})
        else this.#rest(turn)
      }
    }
    this.freeUp(1)
  }

  #end(turn: ClaimedTurn, parked: Parked): void {
    turn.resting = false
    turn.end()
    this.#options.onEnded({ lease: turn.lease, turn, parked })
  }

  #forget(turn: ClaimedTurn): void {
    turn.end()
    this.#retries.succeeded(turn.sessionId)
    this.#options.heartbeat.drop([turn.lease])
    if (this.#turns.get(turn.sessionId) === turn) this.#turns.delete(turn.sessionId)
  }

  /** Stays ours, so that nobody else runs into the same defect at once. */
  #rest(turn: ClaimedTurn): void {
    turn.resting = true
    this.#retries.failed(turn.sessionId, () => this.#goOn(turn))
  }

  #goOn(turn: ClaimedTurn): void {
    if (!turn.resting) return
    turn.resting = false
    this.#retries.began(turn.sessionId)
    this.#rested.push(turn)
    this.#fill()
  }

  #fill(): void {
    while (this.#taken < this.#options.maxRunning) {
      const turn = this.#rested.shift()
      if (turn === undefined) return
      this.#taken += 1
      void this.#run(turn)
    }
  }

  #lost(turn: ClaimedTurn): void {
    if (turn.resting) {
      this.#retries.began(turn.sessionId)
      turn.resting = false
      this.#forget(turn)
    } else turn.wake()
  }

  #noticeEmptied(): void {
    if (this.#stopping && this.#taken === 0) this.#emptied.resolve()
  }
}
