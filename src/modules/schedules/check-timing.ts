import type { Fault } from '../../errors.ts'
import { StepstreamError } from '../../errors.ts'
import { cadenceOf } from './cadence.ts'
import type { Timing } from './types.ts'

const MIN_INTERVAL_MS = 1000

/** Refuses what could never fire. @throws StepstreamError INVALID_VALUE with a pointer */
export function checkTiming(timing: Timing, now: number): void {
  const found = faultOf(timing, now)
  if (found === undefined) return
  const { field, message } = found
  const fault: Fault = { pointer: field && `/${field}`, code: 'INVALID_VALUE', message }
  throw StepstreamError.fromFaults([fault])
}

function faultOf(timing: Timing, now: number): { field: string; message: string } | undefined {
  const { cron, everyMs, at, timeZone, startsAt, endsAt } = timing
  const given = Object.entries({ cron, every: everyMs, at }).filter(([, of]) => of !== undefined)
  const [[field] = ['']] = given
  if (given.length !== 1) {
    return { field: given[1]?.[0] ?? '', message: 'give one of cron, every and at' }
  }
  if (!isTimeZone(timeZone)) {
    return { field: 'timeZone', message: 'expected the IANA name of a zone, such as Europe/Berlin' }
  }
  if (everyMs !== undefined && everyMs < MIN_INTERVAL_MS) {
    return { field, message: 'the smallest interval is 1s' }
  }
  // Croner would take a date as well.
  if (cron?.includes(':')) return { field, message: 'expected five fields, or six with seconds' }
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt) {
    return { field: 'endsAt', message: 'is not after startsAt' }
  }
  try {
    if (cadenceOf(timing, now).next(now) !== undefined) return undefined
  } catch (error) {
    return { field, message: `cannot be read: ${error instanceof Error ? error.message : error}` }
  }
  return { field: endsAt === undefined ? field : 'endsAt', message: 'no fire time is left' }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}
