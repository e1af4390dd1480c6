import { Cron } from 'croner'
import { StepstreamError } from '../../errors.ts'
import type { Schedule } from './types.ts'

/** The times of a schedule. */
export interface Cadence {
  /** The first time after `now`, both ms since the epoch; undefined when none is left. */
  next(now: number): number | undefined
}

/**
 * Reads a schedule. Both dispatchers take what this takes, whatever their engines would.
 *
 * @throws StepstreamError INVALID_VALUE
 */
export function readSchedule({ name, cron, timeZone = 'UTC' }: Schedule, now: number): Cadence {
  const refuse = (reason: string, cause?: unknown) =>
    new StepstreamError('INVALID_VALUE', `the schedule "${name}" ${reason}`, { cause })
  if (!/^[\w-]+$/.test(name)) throw refuse('has a name with more than letters, digits, _ and -')
  const job = readCron()
  const cadence = { next: (from: number) => job.nextRun(new Date(from))?.getTime() }
  if (firstTime() === undefined) throw refuse(`has the cron "${cron}", whose time never comes`)
  return cadence

  /** Croner alone would also take nicknames, seconds, and a single date. */
  function readCron(): Cron {
    if (cron.trim().split(/\s+/).length !== 5) {
      throw refuse(`has the cron "${cron}"; five fields are needed, such as "*/15 * * * *"`)
    }
    try {
      return new Cron(cron, { mode: '5-part', timezone: timeZone })
    } catch (error) {
      throw refuse(`has the cron "${cron}", which cannot be read: ${messageOf(error)}`, error)
    }
  }

  /** A time zone is looked at when the first time is asked for. */
  function firstTime(): number | undefined {
    try {
      return cadence.next(now)
    } catch (error) {
      throw refuse(`has the time zone "${timeZone}", which is not known`, error)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
