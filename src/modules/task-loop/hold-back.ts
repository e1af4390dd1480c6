import type { Clock } from '../../clock.ts'
import type { SessionCommand } from '../../session/commands.ts'
import { groupDeadlineOf } from '../../session/groups.ts'
import { plannedAt } from '../../session/state.ts'
import type { RateLimits, Turns } from '../rate-limits/types.ts'
import { indexOf } from './attempt.ts'
import type { StopSwitch } from './stop-switch.ts'
import type { AttemptRequest } from './types.ts'

export interface HoldBackOptions {
  readonly rateLimits: RateLimits
  readonly clock: Clock
  readonly record: (
    attempt: { request: AttemptRequest; stop: StopSwitch },
    command: SessionCommand,
  ) => Promise<void>
  /** Told how long an attempt waited, also when it was not long. */
  readonly observe: (uses: string, ms: number) => void
}

/** Waits shorter than this are nobody's business. */
const NOTICE_MS = 1000

/**
 * Makes what holds an attempt back until it may begin or is told to stop; undefined for one that
 * nothing limits. Its own timeout has not begun by then, but the time of its group goes by.
 */
export function createHoldBack({ rateLimits, clock, record, observe }: HoldBackOptions) {
  return (request: AttemptRequest, stop: StopSwitch): Promise<void> | undefined => {
    const uses = calledBy(request)
    const turns = uses === undefined ? undefined : rateLimits.of(uses)
    return turns && hold(request, stop, turns)
  }

  async function hold(request: AttemptRequest, stop: StopSwitch, turns: Turns): Promise<void> {
    if (stop.reason !== undefined) return
    const since = clock.now()
    const deadline = deadlineOf(request) ?? Number.POSITIVE_INFINITY
    const cancelNotice = clock.setTimer(NOTICE_MS, () => notice(request, stop, turns))
    const cancelDeadline =
      deadline === Number.POSITIVE_INFINITY
        ? () => {}
        : clock.setTimer(deadline - since, () => stop.stop('timeout'))
    await new Promise<void>((resolve) => {
      const giveUp = turns.take(resolve)
      stop.onStop(() => {
        giveUp()
        resolve()
      })
    })
    cancelNotice()
    cancelDeadline()
    observe(turns.limit.uses, clock.now() - since)
  }

  function notice(request: AttemptRequest, stop: StopSwitch, { limit }: Turns): void {
    const { stepId, attempt } = request
    const { uses, count, windowMs } = limit
    const message = `waits for its turn: RATE_LIMITS lets ${count} attempts of ${uses} begin in ${windowMs} ms`
    const reports = [{ type: 'warning.issued', data: { code: 'RATE_LIMITED', message } }] as const
    void record({ request, stop }, { type: 'report', stepId, attempt, reports })
  }
}

/** The executor that an attempt calls; none where it finds or collects the items of a list, or only concludes. */
function calledBy(request: AttemptRequest): string | undefined {
  const { state } = request.session
  const { uses, undo, forEach } = plannedAt(state, indexOf(request))
  if (request.conclude) return undefined
  if (request.undo && undo !== undefined) return undo.uses
  return forEach === undefined ? uses : undefined
}

function deadlineOf(request: AttemptRequest): number | undefined {
  return request.undo ? undefined : groupDeadlineOf(request.session.state, indexOf(request))
}
