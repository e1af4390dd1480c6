import { because, clockTime, oneLine, outputLines, span } from './line-text.ts'
import type { Words } from './line-words.ts'
import { errorText, list } from './session-words.ts'
import { counted } from './words.ts'

/** What the events of steps say. */
export const stepWords: Words<`step.${string}` | 'variable.updated'> = {
  'step.started': ({ attempt = 1, data: { uses, text } }) =>
    `${attempt > 1 ? `attempt ${attempt} started` : 'started'}: ${oneLine(text ?? uses)}`,
  'step.output': ({ data: { stream, text, truncated } }) => {
    const mark = stream === 'stderr' ? 'stderr | ' : '| '
    const lines = outputLines(text).map((line) => (mark + line).trimEnd())
    return truncated === true ? [...lines, `${mark}… (what follows is not kept)`] : lines
  },
  'step.progress': ({ data: { percent, message } }) => {
    if (percent === undefined) return message === undefined ? undefined : oneLine(message)
    return `${Math.round(percent)} %${because(message)}`
  },
  'step.retrying': ({ attempt = 1, data: { error, delayMs } }) =>
    `attempt ${attempt} failed: ${oneLine(error.message)} (${error.code}); the next one in ${span(delayMs)}`,
  'step.repeating': ({ data: { times, delayMs } }) =>
    `done ${counted(times, 'time')}, again in ${span(delayMs)}`,
  'step.expanded': ({ data: { count } }) => `runs for ${counted(count, 'item')}`,
  'step.waiting': ({ at, data: { until, awaits, escalated } }) => {
    if (escalated !== undefined) {
      return `failed, and waits for a person to decide: ${errorText(escalated.error)}`
    }
    // Who is asked is in the event that asks.
    if (awaits?.kind === 'interaction') return undefined
    const whom = awaits === undefined ? '' : ` for session ${awaits.id}`
    return `waits${whom}${until === undefined ? '' : ` until ${clockTime(until, at)}`}`
  },
  'step.rewound': ({ data: { toStep, steps } }) =>
    `sent back to ${oneLine(toStep)}; once more: ${list(steps)}`,
  'step.paused': ({ data: { actor, reason } }) => `paused${by(actor)}${because(reason)}`,
  'step.resumed': ({ data: { actor, reason } }) => `resumed${by(actor)}${because(reason)}`,
  'step.resolved': ({ data: { action, actor, reason } }) =>
    `${action} decided${by(actor)}${because(reason)}`,
  'step.completed': ({ data: { branch, durationMs } }) =>
    `completed in ${span(durationMs)}${branch === undefined ? '' : `, takes the branch "${branch}"`}`,
  'step.failed': ({ data: { error, durationMs } }) =>
    `failed after ${span(durationMs)}: ${errorText(error)}`,
  'step.skipped': ({ data: { reason, because: from } }) => {
    const whence = from === undefined ? '' : ` (${oneLine(from)})`
    return `skipped: ${skipReasons[reason]}${whence}`
  },
  'step.cancelled': ({ data: { reason } }) =>
    `cancelled: the session ${reason === 'session_failed' ? 'failed' : 'was cancelled'}`,
  'step.continuing': () => 'goes on with the answer',
  'step.concluding': () => undefined,
  'step.undoing': ({ data: { uses, text } }) => `undoing: ${oneLine(text ?? uses)}`,
  'step.undone': ({ data: { durationMs } }) => `undone in ${span(durationMs)}`,
  'step.undo_failed': ({ data: { error, durationMs } }) =>
    `could not be undone, tried for ${span(durationMs)}: ${errorText(error)}`,
  'step.kept': ({ data: { from } }) => `kept as it completed in ${from.sessionId}`,
  'step.interrupted': ({ data: { reason } }) =>
    `interrupted: the service ${reason === 'crash' ? 'crashed' : 'was stopped'}`,
  'variable.updated': ({ data: { name, value } }) =>
    `${oneLine(name)} = ${oneLine(JSON.stringify(value) ?? 'nothing', 200)}`,
}

/** Why a step is left out. */
export const skipReasons = {
  condition_false: 'its condition does not hold',
  branch_not_taken: 'its branch was not taken',
  dependency_failed: 'a step before it failed',
  session_failed: 'the session failed',
  resolved: 'somebody decided so',
} as const

function by(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${oneLine(actor)}`
}
