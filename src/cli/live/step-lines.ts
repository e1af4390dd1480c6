import { oneLine, span } from '../../session/line-text.ts'
import { skipReasons } from '../../session/step-words.ts'
import type { Whereabouts } from '../service/answering.ts'
import { howToAnswer } from './how-to-answer.ts'
import { markOf, type Paint } from './paint.ts'
import { isSettled, type LiveStep } from './session-state.ts'

export interface StepContext {
  /** By the clock of the service, in ms since the epoch. */
  readonly now: number
  readonly paint: Paint
  readonly where: Whereabouts
}

/** A step as one line: what is worth most stands first, since narrow terminals cut the end. */
export function stepLine(step: LiveStep, indent: string, context: StepContext): string {
  const { paint } = context
  const text = step.parent === undefined && step.text !== step.id ? oneLine(step.text) : ''
  const parts = [
    markOf(step, context.now, paint),
    oneLine(step.id),
    ...factsOf(step, context),
    ...(text === '' ? [] : [paint('dim', text)]),
  ]
  return indent + parts.join('  ').replace('  ', ' ')
}

/** What hangs below a step: what it asks, and the last lines of its output. @param output how many of those */
export function detailsOf(
  step: LiveStep,
  indent: string,
  output: number,
  { paint, where }: StepContext,
): readonly string[] {
  const asks = step.asks === undefined ? [] : howToAnswer(step.asks, where)
  return [
    ...asks.map((line, index) => `${indent}  ${paint(index === 0 ? 'yellow' : 'bold', line)}`),
    ...outputOf(step, output).map((line) => `${indent}  ${paint('dim', `│ ${line}`)}`),
  ]
}

/** How many lines {@link detailsOf} makes. */
export function detailCount(step: LiveStep, output: number): number {
  return (step.asks === undefined ? 0 : 2) + outputOf(step, output).length
}

function outputOf({ status, output }: LiveStep, count: number): readonly string[] {
  return status === 'running' && count > 0 ? output.slice(-count) : []
}

function factsOf(step: LiveStep, { now, paint }: StepContext): readonly string[] {
  const { status, attempt, maxAttempts, startedAt, endedAt = now, resumeAt, error } = step
  const isTried = attempt > 1 || status === 'retrying'
  const took = startedAt === undefined ? undefined : tookOf(endedAt - startedAt, isSettled(step))
  const facts = [
    status === 'running' || isSettled(step) ? took : undefined,
    step.isUndoing ? 'undoing' : undefined,
    isTried
      ? paint('yellow', `attempt ${attempt}${maxAttempts > 1 ? ` of ${maxAttempts}` : ''}`)
      : undefined,
    status === 'retrying' && resumeAt !== undefined && !step.isHeld
      ? `again in ${untilThen(resumeAt, now)}`
      : undefined,
    status === 'waiting' ? waitsOf(step, now) : undefined,
    step.worker === undefined ? undefined : `by ${oneLine(step.worker)}`,
    step.isHeld && !isSettled(step) ? 'held' : undefined,
    itemsOf(step),
    step.progress === undefined ? undefined : oneLine(step.progress, 60),
    status === 'skipped' ? paint('dim', reasons[step.skipped ?? ''] ?? 'skipped') : undefined,
    status === 'cancelled' ? 'cancelled' : undefined,
    error === undefined ? undefined : paint('red', oneLine(error.message)),
  ]
  return facts.filter((fact) => fact !== undefined)
}

function waitsOf({ resumeAt, child, asks }: LiveStep, now: number): string {
  const whom = child === undefined ? '' : ` for ${child}`
  if (resumeAt === undefined) return `waits${whom}`
  const isByItself = child === undefined && asks === undefined
  return `waits${whom}, ${untilThen(resumeAt, now)} ${isByItself ? 'left' : 'at most'}`
}

/** Of what still runs no more than changes calmly. */
function tookOf(ms: number, isOver: boolean): string {
  return span(isOver ? Math.max(0, ms) : Math.max(0, Math.floor(ms / 100)) * 100)
}

/** In whole seconds, so that it counts down calmly. */
function untilThen(at: number, now: number): string {
  return span(Math.max(0, Math.ceil((at - now) / 1000)) * 1000)
}

function itemsOf({ items }: LiveStep): string | undefined {
  if (items.length === 0) return undefined
  return `${items.filter(isSettled).length} of ${items.length} items`
}

const reasons: Readonly<Record<string, string>> = skipReasons
