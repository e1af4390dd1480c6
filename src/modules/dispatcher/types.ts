/** What became of a session that was driven. */
export interface Parked {
  /** ms since the epoch; when it must be driven again by itself. */
  readonly wakeAt?: number
  /** The last event that the drive knew of when it let go; what came later needs another drive. */
  readonly seq?: number
}

/** Whoever drives a session, as its writes show it. */
export interface Driver {
  /** What its writes are fenced by; undefined where one process drives everything. */
  readonly claim: string | undefined
  /** The seq of the log's last event when the claim was taken. */
  readonly claimedSeq: number | undefined
}

/** One session in the hands of one driver. */
export interface Turn extends Driver {
  readonly sessionId: string
  /** Says "I read the session now": a wake that comes later ends the next `idle` at once. */
  look(): void
  /** Resolves at the next wake since `look`, or at a time (ms since the epoch). */
  idle(until?: number): Promise<void>
  wake(): void
  /**
   * Makes sure that the session is still this driver's, before something happens that no fence can
   * take back. Undefined when that is certain anyway; a promise when it must be asked for.
   * @throws ClaimLostError, also by way of the promise
   */
  confirm(): Promise<void> | undefined
}

/** Why a session is woken, and whether it waits among what is new or among what has begun. */
export type Occasion = 'created' | 'changed'

/** Drives a session until it parks or ends. @throws ClaimLostError when it is in other hands by now */
export type Drive = (turn: Turn) => Promise<Parked>

/** Something that is done again and again, once however many processes there are. */
export interface Schedule {
  /** `[\w-]+` */
  readonly name: string
  /** Five fields, "* * * * *" is every minute. */
  readonly cron: string
  /** An IANA name. @default UTC */
  readonly timeZone?: string
}

export interface Load {
  /** Sessions that this process drives. */
  readonly running: number
  /** Sessions that wait for a place; of all processes, and then perhaps a second old. */
  readonly queued: number
}

/**
 * Hands each runnable session to one driver at a time, as many at once as `MAX_SESSIONS_RUNNING`
 * allows, and wakes parked ones when their timer is due. Level-triggered: waking a session that is
 * being driven makes the driver look again, also when it was about to let go. What has begun goes
 * before what is new, and within both the higher priority before the lower, then what came first.
 * One that is driven is left to it.
 *
 * Two adapters pass `test/modules/dispatcher/conformance.ts`: in this process, and on pg-boss for
 * several.
 */
export interface Dispatcher {
  /** Begins to drive, starting with what the store says is runnable or due. */
  start(drive: Drive): void
  /**
   * The session may have something to do: it is new, or somebody here has written to it. One that
   * waits for a place already keeps it. @param priority from -100 to 100, by default 0
   */
  wake(sessionId: string, occasion: Occasion, priority?: number): void
  /** Others have written to these sessions: those that are driven here are looked at again. */
  changed(sessionIds: readonly string[]): void
  /** Makes every driver look again. */
  wakeAll(): void
  load(): Load
  /** Runs `task` whenever the schedule says so, from the next time on; what it throws is logged. */
  schedule(schedule: Schedule, task: () => Promise<void>): Promise<void>
  /**
   * Starts nothing more and wakes every driver; resolves when no drive is under way here and what
   * was left unfinished is in the queue for others.
   */
  stop(): Promise<void>
}
