import { Cron } from 'croner'
import type { Timing } from './types.ts'

/** The fire times of a schedule, in ms since the epoch. */
export interface Cadence {
  /** The first after a time; undefined when none is left. */
  next(after: number): number | undefined
  /** The last before a time; undefined when there was none. */
  previous(before: number): number | undefined
}

/**
 * Reads when a schedule fires.
 * @param anchorAt what an interval counts from, if it has no `startsAt`
 * @throws what croner throws for a pattern or a zone that it cannot read
 */
export function cadenceOf(timing: Timing, anchorAt: number): Cadence {
  const { startsAt = Number.NEGATIVE_INFINITY, endsAt = Number.POSITIVE_INFINITY } = timing
  const { next, previous } = unboundedCadence(timing, anchorAt)
  return {
    next(after) {
      const at = next(Math.max(after, startsAt - 1))
      return at !== undefined && at < endsAt ? at : undefined
    },
    previous(before) {
      const at = previous(Math.min(before, endsAt))
      return at !== undefined && at >= startsAt ? at : undefined
    },
  }
}

function unboundedCadence(timing: Timing, anchorAt: number): Cadence {
  const { cron, everyMs, at, timeZone, startsAt } = timing
  if (cron !== undefined) return cronCadence(cron, timeZone)
  if (everyMs !== undefined) return intervalCadence(startsAt ?? anchorAt + everyMs, everyMs)
  return onceCadence(readTime(at ?? '', timeZone))
}

/**
 * What a change of the clock does to a cron is croner's rule, the one of Vixie cron: see
 * docs/schedules.md.
 */
function cronCadence(pattern: string, timezone: string): Cadence {
  const cron = new Cron(pattern, { timezone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' })
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
    previous: (before) => cron.previousRuns(1, new Date(before))[0]?.getTime(),
  }
}

function intervalCadence(first: number, everyMs: number): Cadence {
  return {
    next(after) {
      if (after < first) return first
      return first + (Math.floor((after - first) / everyMs) + 1) * everyMs
    },
    previous(before) {
      if (before <= first) return undefined
      return first + (Math.ceil((before - first) / everyMs) - 1) * everyMs
    },
  }
}

function onceCadence(at: number): Cadence {
  return {
    next: (after) => (at > after ? at : undefined),
    previous: (before) => (at < before ? at : undefined),
  }
}

/** A local time that the clock skips is later by what it skips; one that comes twice is the first. */
function readTime(text: string, timezone: string): number {
  if (/(Z|[+-]\d\d:\d\d)$/.test(text)) return Date.parse(text)
  const at = new Cron(text, { timezone }).nextRun(new Date(0))
  if (at === null) throw new RangeError(`${text} is before 1970`)
  // Croner leaves out what is less than a second.
  return at.getTime() + (Date.parse(`${text}Z`) % 1000)
}
