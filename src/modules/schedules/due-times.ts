import type { Cadence } from './cadence.ts'
import type { CatchUp } from './types.ts'

/** How late a fire time may be seen to and still count as met. */
export const ON_TIME_MS = 5000

/** So many missed fire times are counted; of more it is said that there were more. */
export const MAX_COUNTED = 1000

/** The fire times that are due, told apart. */
export interface DueTimes {
  readonly onTime: readonly number[]
  readonly madeUp: readonly number[]
  readonly missed:
    | { readonly first: number; readonly last: number; readonly count: number }
    | undefined
  /** The last of all. */
  readonly last: number | undefined
}

/** What is due of the fire times after `settledAt`. */
export function dueTimes(
  cadence: Cadence,
  settledAt: number,
  now: number,
  catchUp: CatchUp,
): DueTimes {
  const lateBefore = now - ON_TIME_MS
  const onTime = timesFrom(cadence, Math.max(settledAt, lateBefore - 1), now)
  const madeUp = latestBefore(lateBefore)
  const missed = missedBefore(madeUp[0] ?? lateBefore)
  return { onTime, madeUp, missed, last: onTime.at(-1) ?? madeUp.at(-1) ?? missed?.last }

  function latestBefore(before: number): number[] {
    const times: number[] = []
    let at = cadence.previous(before)
    while (times.length < catchUp.max && isWanted(at)) {
      times.unshift(at)
      at = cadence.previous(at)
    }
    return times
  }

  function isWanted(at: number | undefined): at is number {
    return at !== undefined && at > settledAt && at >= now - catchUp.withinMs
  }

  function missedBefore(before: number): DueTimes['missed'] {
    const first = cadence.next(settledAt)
    const last = cadence.previous(before)
    if (first === undefined || last === undefined || first > last) return undefined
    return { first, last, count: timesFrom(cadence, settledAt, last).length }
  }
}

function timesFrom(cadence: Cadence, after: number, until: number): number[] {
  const times: number[] = []
  let at = cadence.next(after)
  while (at !== undefined && at <= until && times.length < MAX_COUNTED) {
    times.push(at)
    at = cadence.next(at)
  }
  return times
}
