import type { Awaits, InteractionRequest } from './events.ts'
import { endSentence } from './explain-end.ts'
import { sideBySide } from './next.ts'
import {
  type Interaction,
  type Items,
  isHeld,
  isStopped,
  plannedAt,
  type SessionState,
  type StepState,
  stepAt,
} from './state.ts'
import type { StepStatus } from './status.ts'
import { attemptOf, NAMED, named, timeOf } from './words.ts'

/** What a step waits for. */
export type WaitsFor =
  /** A step before it that has not settled. */
  | { readonly kind: 'step'; readonly stepId: string }
  /** Its `when` is to be evaluated. */
  | { readonly kind: 'condition'; readonly when: string }
  /** The steps that run take all the places that `maxParallel` allows. */
  | { readonly kind: 'place' }
  /** Its items, of which so many have not settled. */
  | { readonly kind: 'items'; readonly open: number }
  /** A time, ISO 8601. */
  | { readonly kind: 'time'; readonly at: string }
  /** Somebody outside who does what it asks for. */
  | {
      readonly kind: 'interaction'
      readonly interactionId: string
      readonly asks: InteractionRequest['kind']
      readonly approvers?: readonly string[]
      readonly signal?: string
      readonly queue?: string
      readonly worker?: string
    }
  /** The end of a session that it has started. */
  | { readonly kind: 'session'; readonly sessionId: string }
  /** The end of its own attempt. */
  | { readonly kind: 'attempt'; readonly attempt: number }
  /** Somebody who says what becomes of a step: this one, or the one that is named. */
  | { readonly kind: 'person'; readonly stepId: string; readonly interactionId?: string }
  /** The session's turn to run. */
  | { readonly kind: 'turn' }
  /** The session's `resume`, or the step's that is named. */
  | { readonly kind: 'resume'; readonly stepId?: string }

/** A session with what is looked up for each of its steps. */
export interface View {
  readonly state: SessionState
  readonly now: number
  /** How many steps may start. */
  readonly places: number
  /** The steps that may start, and which of them comes when. */
  readonly ready: ReadonlyMap<number, number>
  readonly undecided: ReadonlySet<number>
}

/** Why a step is not running, or since when it is. */
export interface StepExplanation {
  readonly sentence: string
  readonly waitsFor: readonly WaitsFor[]
  readonly wakeAt?: string
}

export function explainStep(view: View, step: StepState, index: number): StepExplanation {
  return explanations[step.status](view, step, index)
}

type Explain = (view: View, step: StepState, index: number) => StepExplanation

const explanations: Record<StepStatus, Explain> = {
  pending,
  running,
  retrying,
  waiting,
  completed: ended,
  failed: ended,
  skipped: ended,
  cancelled: ended,
  undone: ended,
}

function ended({ state }: View, step: StepState, index: number): StepExplanation {
  return { sentence: endSentence(state, step, index), waitsFor: [] }
}

function pending(view: View, step: StepState, index: number): StepExplanation {
  const { state } = view
  const kept = keptBack(state, step, index)
  if (kept !== undefined) return kept
  if (step.items !== undefined && step.items.open > 0) return waitsForItems(step.items)
  if (step.itemOf !== undefined && !view.ready.has(index)) {
    const { id } = plannedAt(state, step.itemOf.step)
    const sentence = `It waits until fewer of the items of step ${id} run side by side.`
    return { sentence, waitsFor: [{ kind: 'place' }] }
  }
  if (view.undecided.has(index)) {
    const { when = '' } = plannedAt(state, index)
    const what = `Its condition (${when}) is to be evaluated`
    const isNext = view.places > 0
    const waitsFor: WaitsFor[] = [
      { kind: 'condition', when },
      ...(isNext ? [] : [{ kind: 'place' } as const]),
    ]
    return heldBack(view, waitsFor, what, isNext ? 'that comes next' : placeSentence(view, 0))
  }
  const ahead = view.ready.get(index) ?? 0
  const place = ahead < view.places ? 'it starts next' : placeSentence(view, ahead)
  const waitsFor: WaitsFor[] = ahead < view.places ? [] : [{ kind: 'place' }]
  return heldBack(view, waitsFor, 'It is ready', place)
}

/** Why it may not begin, or be tried again, whatever place there is. */
function keptBack(
  state: SessionState,
  step: StepState,
  index: number,
): StepExplanation | undefined {
  if (step.openParents > 0) return waitsForParents(state, step, index)
  if (!isHeld(state, index)) return undefined
  const sentence = 'It is paused: somebody must resume it, or go on by one step.'
  return { sentence, waitsFor: [{ kind: 'resume', stepId: plannedAt(state, index).id }] }
}

function waitsForItems({ steps, open }: Items): StepExplanation {
  const settled = steps.length - open
  const sentence = `It runs for ${steps.length} items, of which ${settled} have settled.`
  return { sentence, waitsFor: [{ kind: 'items', open }] }
}

/** The steps that are named are the first that are found; `openParents` counts them all. */
function waitsForParents(state: SessionState, step: StepState, index: number): StepExplanation {
  const open: number[] = []
  for (const parent of state.graph.parents[index] ?? []) {
    if (stepAt(state, parent).passage === undefined) open.push(parent)
    if (open.length === NAMED) break
  }
  const waitsFor: WaitsFor[] = open.map((parent) => ({
    kind: 'step',
    stepId: plannedAt(state, parent).id,
  }))
  return {
    sentence: `It comes after ${named(state, open, step.openParents)}, which ${
      step.openParents === 1 ? 'has' : 'have'
    } not settled.`,
    waitsFor,
  }
}

/** What could start if its session let it; `otherwise` says what holds if nothing else is in the way. */
function heldBack(
  view: View,
  waitsFor: readonly WaitsFor[],
  what: string,
  otherwise: string,
): StepExplanation {
  const [obstacle, sentence] = obstacleOf(view.state) ?? []
  if (obstacle === undefined) return { sentence: `${what}: ${otherwise}.`, waitsFor }
  const own = waitsFor.filter(({ kind }) => kind !== 'place')
  return { sentence: `${what}: ${sentence}.`, waitsFor: [...own, obstacle] }
}

/** Why nothing at all starts in a session. */
function obstacleOf(state: SessionState): [WaitsFor, string] | undefined {
  const { status, escalated } = state
  if (status === 'queued') return [{ kind: 'turn' }, 'its session waits for its turn to run']
  if (status === 'paused') return [{ kind: 'resume' }, 'its session is paused and must be resumed']
  const [first] = escalated
  if (first === undefined) return undefined
  const { id: stepId } = plannedAt(state, first)
  return [
    { kind: 'person', stepId },
    `nothing starts until a person says what becomes of ${named(state, escalated)}`,
  ]
}

function placeSentence({ state }: View, ahead: number): string {
  const { plan } = state
  const before = ahead === 0 ? '' : `, and ${ahead} that came before it`
  return `it waits for a place: ${sideBySide(state)} of ${plan.maxParallel} run side by side (maxParallel)${before}`
}

function running({ state }: View, step: StepState, index: number): StepExplanation {
  const since = step.startedAt === undefined ? '' : ` since ${timeOf(step.startedAt)}`
  const stopped = isStopped(state, index) ? ' and was told to stop' : ''
  const what = step.undoing ? 'It is being undone' : 'It is running'
  return {
    sentence: `${what}${since}, ${attemptOf(state, step, index)}${stopped}.`,
    waitsFor: [{ kind: 'attempt', attempt: step.attempt }],
  }
}

function retrying(view: View, step: StepState, index: number): StepExplanation {
  const { state, now } = view
  const { resumeAt = now, error } = step
  const failed = `${capital(attemptOf(state, step, index))} did not succeed (${error?.code ?? 'unknown'})`
  if (resumeAt > now && obstacleOf(state) === undefined) {
    return timed(`${failed}: it is tried again at ${timeOf(resumeAt)}.`, resumeAt)
  }
  const isDue = resumeAt <= now
  const kept = isDue ? keptBack(state, step, index) : undefined
  if (kept !== undefined) return kept
  const place = view.places > 0 ? 'it is tried again next' : placeSentence(view, 0)
  const waitsFor: WaitsFor[] = isDue
    ? [{ kind: 'place' }]
    : [{ kind: 'time', at: timeOf(resumeAt) }]
  return heldBack(view, isDue && view.places > 0 ? [] : waitsFor, failed, place)
}

function waiting({ state, now }: View, step: StepState, index: number): StepExplanation {
  const { resumeAt, escalated, awaits } = step
  if (escalated !== undefined) {
    return {
      sentence: `It failed (${escalated.error.code}), and a person must say what becomes of it: retry, skip, complete or fail.`,
      waitsFor: [{ kind: 'person', stepId: plannedAt(state, index).id, ...idOf(step) }],
    }
  }
  if (step.interaction !== undefined) return asking(step.interaction, resumeAt)
  if (awaits !== undefined) return awaiting(state, awaits, resumeAt)
  if (resumeAt === undefined) return { sentence: 'It waits for somebody outside.', waitsFor: [] }
  if (state.status === 'paused') {
    const sentence =
      resumeAt > now
        ? `It waits until ${timeOf(resumeAt)}, and its session is paused.`
        : 'Its wait is over: its session is paused and must be resumed.'
    return { sentence, waitsFor: [...timeLeft(resumeAt, now), { kind: 'resume' }] }
  }
  return timed(`It waits until ${timeOf(resumeAt)}.`, resumeAt)
}

function idOf({ interaction }: StepState): { interactionId?: string } {
  return interaction === undefined ? {} : { interactionId: interaction.id }
}

function asking(interaction: Interaction, resumeAt: number | undefined): StepExplanation {
  const { id: interactionId, kind: asks, queue, holder, approvers, signal } = interaction
  const waitsFor: WaitsFor[] = [
    {
      kind: 'interaction',
      interactionId,
      asks,
      ...(queue === undefined ? {} : { queue }),
      ...(holder === undefined ? {} : { worker: holder.worker }),
      ...(approvers === undefined ? {} : { approvers }),
      ...(signal === undefined ? {} : { signal }),
    },
  ]
  const what = `It waits for ${whomOf(interaction)}`
  if (resumeAt === undefined) return { sentence: `${what}.`, waitsFor }
  const wakeAt = timeOf(resumeAt)
  return { sentence: `${what}, until ${wakeAt} at the latest.`, waitsFor, wakeAt }
}

function whomOf({ kind, queue, holder, approvers, signal }: Interaction): string {
  if (kind === 'signal') return `the signal "${signal}"`
  if (kind === 'approval') {
    const whom = approvers === undefined ? 'somebody' : approvers.join(' or ')
    return `${whom} to approve or reject it`
  }
  const whom = queue === undefined ? 'whoever drives the session' : `a worker of queue ${queue}`
  const who = holder === undefined ? whom : `worker ${holder.worker} of queue ${queue}`
  return `${who} to do what it asks for`
}

function awaiting(
  { status }: SessionState,
  { id: sessionId }: Awaits,
  resumeAt: number | undefined,
): StepExplanation {
  const waitsFor: readonly WaitsFor[] = [{ kind: 'session', sessionId }]
  const what = `It waits for the end of ${sessionId}, the session that it started`
  if (status === 'paused') {
    return { sentence: `${what}; both are paused until this session is resumed.`, waitsFor }
  }
  if (resumeAt === undefined) return { sentence: `${what}.`, waitsFor }
  const wakeAt = timeOf(resumeAt)
  return { sentence: `${what}, until ${wakeAt} at the latest.`, waitsFor, wakeAt }
}

function timed(sentence: string, at: number): StepExplanation {
  return { sentence, waitsFor: [{ kind: 'time', at: timeOf(at) }], wakeAt: timeOf(at) }
}

function timeLeft(at: number, now: number): readonly WaitsFor[] {
  return at > now ? [{ kind: 'time', at: timeOf(at) }] : []
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
