import type { Clock } from '../../clock.ts'
import type { SessionCommand } from '../../session/commands.ts'
import { type Next, next, type RunningAttempt } from '../../session/next.ts'
import { untilStored as askUntilStored } from '../../until-stored.ts'
import type { Drive, Parked, Turn } from '../dispatcher/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import type { Slots } from '../slots/types.ts'
import type { Execution, TaskLoop } from '../task-loop/types.ts'

export interface DriveOptions {
  readonly coordinator: SessionCoordinator
  readonly taskLoop: TaskLoop
  readonly slots: Pick<Slots, 'enter' | 'admit'>
  readonly clock: Clock
  /** False once the service is shutting down: attempts may end, none may start. */
  readonly mayStart: () => boolean
  /** Aborted when running attempts must stop now because the service does. */
  readonly shutdown: AbortSignal
}

/** The attempts of one session that were begun here, by step and number. */
type Live = Map<string, { readonly execution: Execution; over: boolean }>

/** The loop that carries a session from step to step: look, do one thing, look again. */
export function createDrive(options: DriveOptions): Drive {
  const { coordinator, taskLoop, slots, clock, mayStart, shutdown } = options

  return async function drive(turn: Turn): Promise<Parked> {
    const { sessionId } = turn
    const live: Live = new Map()
    try {
      await recoverOrphans(turn)
      for (;;) {
        turn.look()
        const confirmed = turn.confirm()
        if (confirmed !== undefined) await confirmed
        // Taken before the log is read: what these attempts recorded must be in it.
        const ended = endedOf(live)
        const session = await untilStored(() => coordinator.hold(sessionId, turn))
        if (session === undefined) return {}
        const wanted = next(session.state, clock.now())
        dropEnded(ended, wanted, live)
        for (const attempt of wanted.run) {
          if (live.has(keyOf(attempt))) continue
          // Reading the log may have taken long, and nothing takes an attempt back.
          const stillOurs = turn.confirm()
          if (stillOurs !== undefined) await stillOurs
          launch(turn, session, attempt, live)
        }
        // Last, so that an attempt whose session was cancelled before it was begun here is stopped too.
        stopAttempts(wanted, live)
        if (await advance(turn, session, wanted)) continue
        const mayPark = live.size === 0 && !(wanted.keep && mayStart())
        if (mayPark) return parkedAt(session.state.seq, wanted.wakeAt)
        await turn.idle(mayStart() ? wanted.wakeAt : undefined)
      }
    } catch (error) {
      await abandon(live)
      throw error
    } finally {
      coordinator.forget(sessionId)
    }
  }

  /** Attempts that the log shows as running when nobody drives belong to a process that is gone. */
  async function recoverOrphans(turn: Turn): Promise<void> {
    const session = await untilStored(() => coordinator.hold(turn.sessionId, turn))
    if (session === undefined || session.state.running.length === 0) return
    await decide(turn, { type: 'recover' })
  }

  /**
   * Forgets the attempts that ended. One whose end could not be recorded is not begun again: its
   * drive fails, and the next one takes it for what it is, an attempt with an unknown outcome.
   */
  function dropEnded(ended: readonly string[], wanted: Next, live: Live): void {
    for (const key of ended) {
      if (wanted.run.some((attempt) => keyOf(attempt) === key)) {
        throw new Error(`the end of attempt ${key} was not recorded`)
      }
      live.delete(key)
    }
  }

  function stopAttempts(wanted: Next, live: Live): void {
    for (const attempt of wanted.run) {
      if (attempt.stop) live.get(keyOf(attempt))?.execution.stop('cancelled')
    }
    if (!shutdown.aborted) return
    for (const { execution } of live.values()) execution.stop('shutdown')
  }

  /** Nobody would look after attempts that outlive their drive, and the next one would begin them again. */
  async function abandon(live: Live): Promise<void> {
    for (const { execution } of live.values()) execution.stop('shutdown')
    await Promise.all([...live.values()].map(({ execution }) => execution.ended))
  }

  function launch(turn: Turn, session: CurrentSession, wanted: RunningAttempt, live: Live): void {
    const key = keyOf(wanted)
    const execution = taskLoop.execute({ session, driver: turn, ...wanted })
    const started = { execution, over: false }
    live.set(key, started)
    void execution.ended.then(() => {
      started.over = true
      turn.wake()
    })
  }

  /** Takes the next decision that is due by itself; true when there was one. */
  async function advance(turn: Turn, session: CurrentSession, wanted: Next): Promise<boolean> {
    if (!mayStart()) return false
    if (wanted.start) return begin(turn, session)
    const [stepId] = wanted.evaluate
    if (stepId !== undefined) {
      await untilStored(() => taskLoop.condition(session, stepId, turn))
      return true
    }
    return wanted.due && decide(turn, { type: 'tick' })
  }

  /** Its turn has come; where its concurrency key has no room it waits for that instead. */
  async function begin(turn: Turn, session: CurrentSession): Promise<boolean> {
    const { concurrency } = session.state.plan
    if (concurrency === undefined) return decide(turn, { type: 'start' })
    if (await untilStored(() => slots.enter(session))) return decide(turn, { type: 'start' })
    await decide(turn, { type: 'hold' })
    const { tenant } = session.record
    // Room that came free before it could be seen to wait is for nobody else to notice.
    await untilStored(() => slots.admit({ tenant, key: concurrency.key }))
    return true
  }

  async function decide(turn: Turn, command: SessionCommand): Promise<boolean> {
    await untilStored(() => coordinator.dispatch(turn.sessionId, command, turn))
    return true
  }

  /** A session must not lose its driver to a full disk, unless the service stops anyway. */
  function untilStored<T>(ask: () => Promise<T>): Promise<T> {
    return askUntilStored(clock, ask, mayStart)
  }
}

function endedOf(live: Live): string[] {
  const ended: string[] = []
  for (const [key, { over }] of live) if (over) ended.push(key)
  return ended
}

function parkedAt(seq: number, wakeAt: number | undefined): Parked {
  return wakeAt === undefined ? { seq } : { seq, wakeAt }
}

function keyOf({ stepId, attempt, conclude }: RunningAttempt): string {
  return conclude ? `${stepId}#${attempt} concluding` : `${stepId}#${attempt}`
}
