import type { FinalEvent, Session } from '../../client/index.ts'
import { oneLine, span } from '../../session/line-text.ts'
import type { SessionStatus } from '../../session/status.ts'
import { counted } from '../../session/words.ts'
import { paintStatus } from '../output/status-style.ts'
import { exitCodes } from '../service/tell-fault.ts'
import type { Paint } from './paint.ts'

const OUTPUTS = 10
const OUTPUT_CHARS = 300

export function statusWords(status: SessionStatus): string {
  return status.replaceAll('_', ' ')
}

/** What the program exits with for a session that has ended. */
export function exitCodeOf(status: SessionStatus): number {
  if (status === 'completed') return 0
  return status === 'cancelled' ? exitCodes.noResult : exitCodes.failed
}

/** How a session ended, in lines. @param page where it can be looked at */
export function resultLines(
  session: Session,
  end: FinalEvent,
  page: string | undefined,
  paint: Paint,
): readonly string[] {
  const { sessionId, status } = session
  const { durationMs, steps } = end.data
  const mark = status === 'completed' ? '✔' : status === 'cancelled' ? '⊘' : '✖'
  const how = `${statusWords(status)} in ${span(durationMs)}`
  return [
    `${paintStatus(paint, status, `${mark} ${how}`)}  ${steps.completed} of ${counted(steps.total, 'step')} completed  ${sessionId}`,
    ...failureLines(session, end),
    ...outputLines(session, paint),
    ...(page === undefined ? [] : [page]),
  ]
}

function failureLines(session: Session, end: FinalEvent): readonly string[] {
  if (end.type === 'session.cancelled') {
    return end.data.reason === undefined ? [] : [`  ${oneLine(end.data.reason)}`]
  }
  const isFailed = end.type === 'session.failed'
  const error = isFailed ? end.data.error : session.error
  if (error === undefined) return []
  const failed = session.steps.find((step) => step.status === 'failed')?.id
  const stepId = isFailed ? end.data.stepId : failed
  const where = stepId === undefined ? '' : `${oneLine(stepId)}: `
  return [
    `  ${where}${oneLine(error.message)} (${error.code})`,
    `  ${oneLine(error.suggestedAction)}`,
  ]
}

/** What the steps gave that nothing follows: what the session was for. */
function outputLines({ status, steps }: Session, paint: Paint): readonly string[] {
  if (status !== 'completed' && status !== 'completed_with_errors') return []
  const parents = new Set(steps.flatMap(({ dependsOn }) => dependsOn))
  const last = steps.filter(
    ({ id, status, output }) =>
      status === 'completed' && output !== undefined && !parents.has(id) && !id.endsWith(']'),
  )
  return last
    .slice(0, OUTPUTS)
    .map(
      ({ id, output }) =>
        `  ${paint('dim', `${oneLine(id)}:`)} ${oneLine(JSON.stringify(output), OUTPUT_CHARS)}`,
    )
}
