import cliProgress from 'cli-progress'
import cliTruncate from 'cli-truncate'
import { oneLine, span } from '../../session/line-text.ts'
import type { StepStatus } from '../../session/status.ts'
import { paintStatus } from '../output/status-style.ts'
import { type Choice, chooseSteps } from './choose-steps.ts'
import { statusWords } from './result.ts'
import type { LiveSession, LiveStep } from './session-state.ts'
import { detailsOf, type StepContext, stepLine } from './step-lines.ts'

/** How far a session is, as the service estimates it. */
export interface Progress {
  /** 0 to 100. */
  readonly percent: number
  /** By the clock of the service, in ms since the epoch; undefined when it cannot be said. */
  readonly endsAt: number | undefined
}

export interface FrameContext extends StepContext {
  readonly columns: number
  readonly rows: number
  readonly progress: Progress
  /** The page of the session, where there is one. */
  readonly page: string | undefined
  /** Why nothing comes for now. */
  readonly lost: string | undefined
}

/** From how many rows on there is room for what is only nice to have. */
const ROOMY = 12
const LONGEST_BAR = 30
const SHORTEST_BAR = 10

/** A session as so many lines as a terminal has room for, none longer than it is wide. */
export function frameOf(session: LiveSession, context: FrameContext): readonly string[] {
  const { rows, columns, paint, page, lost } = context
  const head = [
    headLine(session, context),
    ...(page !== undefined && rows >= ROOMY ? [paint('dim', page)] : []),
  ]
  const foot = [
    ...(lost === undefined ? [] : [paint('yellow', `! ${lost}`)]),
    progressLine(session, context),
  ]
  // The cursor stands in a line of its own.
  const room = Math.max(1, rows - 1 - head.length - foot.length)
  const lines = [...head, ...stepLines(session, room, context), ...foot]
  // What fills the last column makes some terminals begin a new line.
  return lines.slice(-(rows - 1)).map((line) => cliTruncate(line, Math.max(1, columns - 1)))
}

function headLine(session: LiveSession, { now, paint }: FrameContext): string {
  const { id, name, status, startedAt, endedAt } = session
  const took = startedAt === undefined ? [] : [tookText(startedAt, endedAt, now)]
  const named = name === null ? [] : [paint('bold', oneLine(name, 60))]
  const parts = [...named, paintStatus(paint, status, statusWords(status)), ...took]
  return [...parts, paint('dim', id)].join('  ')
}

function stepLines(session: LiveSession, room: number, context: FrameContext): readonly string[] {
  const choice = chooseSteps(session, room)
  const lines: string[] = []
  let group: string | undefined
  for (const step of choice.steps) {
    const own = groupOf(step)
    if (own !== group && own !== undefined) lines.push(context.paint('bold', `▾ ${oneLine(own)}`))
    group = own
    const indent = '  '.repeat((own === undefined ? 0 : 1) + (step.parent === undefined ? 0 : 1))
    lines.push(stepLine(step, indent, context), ...detailsOf(step, indent, choice.output, context))
  }
  return choice.isPart ? withRest(session, choice, lines, context) : lines
}

function groupOf(step: LiveStep): string | undefined {
  return (step.parent ?? step).group
}

/** With what was left out, counted. */
function withRest(
  { counts }: LiveSession,
  { steps }: Choice,
  lines: readonly string[],
  { paint }: FrameContext,
): readonly string[] {
  const left = { ...counts }
  for (const { status } of steps) left[status] -= 1
  const named = (statuses: readonly StepStatus[]) =>
    statuses.flatMap((status) =>
      left[status] === 0 ? [] : [`${left[status].toLocaleString('en')} ${nouns[status] ?? status}`],
    )
  const above = named(['completed', 'failed', 'skipped', 'cancelled', 'undone'])
  const below = named(['running', 'retrying', 'waiting', 'pending'])
  const rest = (parts: readonly string[]) =>
    parts.length === 0 ? [] : [paint('dim', `… ${parts.join(', ')}`)]
  return [...rest(above), ...lines, ...rest(below)]
}

const nouns: Partial<Record<StepStatus, string>> = {
  pending: 'to come',
  running: 'more running',
  retrying: 'more to be tried again',
  waiting: 'more waiting',
}

function progressLine({ counts, byId, status }: LiveSession, context: FrameContext): string {
  const { now, columns, paint, progress } = context
  const total = byId.size
  const settled = total - counts.pending - counts.running - counts.retrying - counts.waiting
  const share = Math.min(100, Math.max(0, progress.percent))
  const barsize = Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, columns - 50))
  const bar = cliProgress.Format.BarFormat(share / 100, {
    barsize,
    barCompleteString: '█'.repeat(barsize),
    barIncompleteString: '░'.repeat(barsize),
    barGlue: '',
  })
  const left = progress.endsAt === undefined ? undefined : progress.endsAt - now
  return [
    paintStatus(paint, status, bar),
    `${Math.floor(share)} %`,
    ...(left === undefined || left <= 0 ? [] : [`about ${span(wholeSeconds(left))} left`]),
    `${settled.toLocaleString('en')} of ${total.toLocaleString('en')} steps`,
    ...(counts.failed === 0 ? [] : [paint('red', `${counts.failed} failed`)]),
  ].join('  ')
}

/** While it goes on the seconds that are over, so that nothing flickers; then how long it took. */
function tookText(startedAt: number, endedAt: number | undefined, now: number): string {
  if (endedAt !== undefined) return span(endedAt - startedAt)
  return span(Math.max(0, Math.floor((now - startedAt) / 1000)) * 1000)
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000)) * 1000
}

/** Settled steps as a share of all, until the service has said more. */
export function shareOf({ counts, byId }: LiveSession): number {
  if (byId.size === 0) return 100
  const open = counts.pending + counts.running + counts.retrying + counts.waiting
  return ((byId.size - open) / byId.size) * 100
}
