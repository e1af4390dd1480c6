import type { components } from '../../client/index.ts'
import { oneLine, size } from '../../session/line-text.ts'
import { fieldLines } from '../output/fields.ts'
import { jsonText } from '../output/json-text.ts'
import type { Output } from '../output/output.ts'
import { paintStatus, styleOfStatus } from '../output/status-style.ts'
import { type Column, tableLines } from '../output/table.ts'
import { fromNow, msBetween, spanText } from '../output/times.ts'
import { waitsForLines } from './waits-for.ts'

type Schemas = components['schemas']
type Session = Schemas['Session']
type Step = Schemas['StepView']

export interface Shown {
  readonly session: Session
  readonly progress?: Schemas['ExecutionProgress'] | undefined
  readonly explanation?: Schemas['Explanation'] | undefined
  /** What a command needs to get to its service: ` --url …`, or nothing. */
  readonly option: string
}

type Look = Pick<Output, 'width' | 'paint'>

const LONGEST_OUTPUT = 200

/** A session as people read it. */
export function sessionText(shown: Shown, look: Look): string {
  const { session, explanation, option } = shown
  const { sessionId } = session
  const parts = [
    head(shown, look),
    session.error === undefined ? [] : errorLines(session.error, look),
    tableLines(session.steps, stepColumns(), look),
    outputLines(session.steps, look),
    explanation === undefined ? [] : waitsForLines(explanation, { sessionId, option }, look),
  ]
  const filled = parts.filter((lines) => lines.length > 0)
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function head({ session, progress }: Shown, look: Look): string[] {
  const { workflow, labels = {}, startedBy = {}, forkedFrom, counts } = session
  const settled = counts.completed + counts.failed + counts.skipped + counts.cancelled
  const left = progress?.estimatedTimeRemaining
  return fieldLines(
    [
      ['session', oneLine(session.sessionId)],
      ['status', paintStatus(look.paint, session.status)],
      ['name', oneLine(session.name ?? '')],
      ['workflow', workflow && oneLine(`${workflow.name}@${workflow.version}`)],
      ['labels', pairs(labels)],
      ['started by', pairs(startedBy)],
      ['goes on from', forkedFrom && pairs(forkedFrom)],
      ['created', `${session.createdAt} (${fromNow(session.createdAt)})`],
      ['ended', session.endedAt && `${session.endedAt} (${fromNow(session.endedAt)})`],
      ['took', spanText(msBetween(session.startedAt, session.endedAt))],
      ['goes on', session.wakeAt && `${session.wakeAt} (${fromNow(session.wakeAt)})`],
      [
        'progress',
        `${settled} of ${counts.total} steps, ${Math.round(session.percent)} %` +
          (!left || left < 1000 ? '' : `, about ${spanText(left)} left`),
      ],
      ['variables', session.variables && oneLine(jsonText(session.variables))],
    ],
    look,
  )
}

/** What went wrong, and what to do about it. */
export function errorLines(
  error: NonNullable<Session['error']>,
  { paint }: Pick<Output, 'paint'>,
): string[] {
  const { code, message, suggestedAction, causes = [] } = error
  return [
    `${paint('red', code)}  ${oneLine(message)}`,
    ...causes.map((cause) => `  because ${oneLine(cause.message)}`),
    paint('dim', oneLine(suggestedAction)),
  ]
}

function stepColumns(): Column<Step>[] {
  return [
    { title: 'STEP', text: ({ id }) => id },
    { title: 'KIND', text: ({ uses }) => uses },
    {
      title: 'STATUS',
      text: ({ status, held }) => (held ? `${status}, held` : status),
      style: ({ status }) => styleOfStatus(status),
    },
    { title: 'TRY', text: ({ attempt }) => attempt || '' },
    { title: 'TOOK', text: ({ startedAt, endedAt }) => spanText(msBetween(startedAt, endedAt)) },
    { title: 'ABOUT', text: aboutStep, gives: true },
  ]
}

function aboutStep({ error, text, child, keptFrom, resumeAt }: Step): string | undefined {
  if (error !== undefined) return `${error.code}: ${error.message} ${error.suggestedAction}`
  if (resumeAt !== undefined) return `goes on ${fromNow(resumeAt)}`
  if (keptFrom !== undefined) return `kept from ${keptFrom.sessionId}`
  return text ?? (child === undefined ? undefined : `session ${child}`)
}

function outputLines(steps: readonly Step[], look: Look): string[] {
  const fields = steps.flatMap(({ id, output }) =>
    output === undefined || output === null ? [] : [[id, outputText(output)] as const],
  )
  return fields.length === 0 ? [] : [look.paint('bold', 'Outputs'), ...fieldLines(fields, look)]
}

/** An output on one line; of one that is kept apart, where it is. */
export function outputText(output: unknown, longest: number = LONGEST_OUTPUT): string {
  if (isArtifact(output))
    return `${size(output.bytes)}, at /v1/artifacts/${oneLine(output.artifact)}`
  return oneLine(typeof output === 'string' ? output : jsonText(output), longest)
}

function isArtifact(output: unknown): output is { artifact: string; bytes: number } {
  return (
    typeof output === 'object' &&
    output !== null &&
    'artifact' in output &&
    typeof output.artifact === 'string' &&
    'bytes' in output &&
    typeof output.bytes === 'number' &&
    'preview' in output
  )
}

function pairs(values: object): string {
  return Object.entries(values)
    .map(([key, value]) => oneLine(`${key}=${String(value)}`))
    .join(' ')
}
