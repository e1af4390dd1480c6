import type { z } from 'zod'
import type { countsSchema, StepError } from './events.ts'
import { because, clockTime, oneLine, span } from './line-text.ts'
import type { Words } from './line-words.ts'
import { counted } from './words.ts'

/** What the events of a session as a whole say. */
export const sessionWords: Words<`session.${string}` | 'signal.received'> = {
  'session.created': ({ at, data: { name, totalSteps, forkedFrom } }) => {
    const named = name === undefined ? '' : ` "${oneLine(name)}"`
    const origin = forkedFrom === undefined ? '' : `, forked from ${forkedFrom.sessionId}`
    return `session${named} created with ${counted(totalSteps, 'step')}${origin}, on ${at.slice(0, 10)} (UTC)`
  },
  'session.started': () => 'session started',
  'session.progress': ({ data }) => `progress: ${Math.round(data.percent)} % (${countsText(data)})`,
  'session.waiting': ({ at, data: { until, steps, held = [], escalated = [], concurrency } }) => {
    if (concurrency !== undefined) {
      return `session waits for its turn: as many sessions of "${oneLine(concurrency)}" run as may`
    }
    const time = until === undefined ? '' : ` until ${clockTime(until, at)}`
    const people = escalated.length === 0 ? '' : `; a person must decide about ${list(escalated)}`
    const paused = held.length === 0 ? '' : `; ${list(held)} paused`
    return `session waits for ${list(steps)}${time}${people}${paused}`
  },
  'session.paused': ({ data: { reason, setAside } }) =>
    setAside === true
      ? `session set aside, crashes cut a step off too often; somebody must recover it${because(reason)}`
      : `session paused${because(reason)}`,
  'session.resumed': ({ data: { reason } }) => `session resumed${because(reason)}`,
  'session.cancelling': ({ data: { cause, reason } }) =>
    `session stops what runs (${causes[cause]})${because(reason)}`,
  'session.rolling_back': ({ data: { cause, steps, reason } }) =>
    `session rolls back (${causes[cause]}), undoing ${list(steps)}${because(reason)}`,
  'session.finalizing': ({ data: { steps } }) => `last steps: ${list(steps)}`,
  'session.completed': ({ data: { status, durationMs, steps } }) => {
    const how = status === 'completed' ? 'completed' : 'completed with errors'
    return `session ${how} in ${span(durationMs)}: ${countsText(steps)}`
  },
  'session.failed': ({ data: { stepId, error, durationMs, steps } }) => {
    const where = stepId === undefined ? '' : ` at ${oneLine(stepId)}`
    return `session failed after ${span(durationMs)}${where}: ${errorText(error)} ${countsText(steps)}`
  },
  'session.cancelled': ({ data: { reason, durationMs, steps } }) =>
    `session cancelled after ${span(durationMs)}${because(reason)} (${countsText(steps)})`,
  'signal.received': ({ data: { name, actor } }) =>
    `signal "${oneLine(name)}" received${actor === undefined ? '' : ` from ${oneLine(actor)}`}`,
}

const causes = {
  requested: 'on request',
  failure: 'a step failed',
  timeout: 'its time is up',
  rollback: 'to roll back',
  concurrency: 'another one takes its place',
} as const

/** An error with its code, and what to do about it. */
export function errorText({ code, message, suggestedAction }: StepError): string {
  return `${oneLine(message)} (${code}). ${oneLine(suggestedAction)}`
}

/** The names of steps; not all, where they are many. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => oneLine(name))
  const others = names.length - shown.length
  if (shown.length === 0) return 'nothing'
  return others === 0 ? shown.join(', ') : `${shown.join(', ')} and ${others} more`
}

/** Only what there is any of. */
function countsText(counts: z.infer<typeof countsSchema>): string {
  const { total, completed, ...others } = counts
  const rest = (['failed', 'skipped', 'cancelled', 'undone'] as const)
    .map((status) => [others[status] ?? 0, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
  return [`${completed} of ${counted(total, 'step')} completed`, ...rest].join(', ')
}
