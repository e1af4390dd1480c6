import type { Json } from '../json.ts'
import type { LoggedEvent, StepAction, StepError } from './events.ts'
import type { Plan } from './plan.ts'

/** One try at a step. */
export interface AttemptHistory {
  readonly attempt: number
  readonly startedAt: string
  /** It was to take back what the step did. */
  readonly undo?: true
  readonly endedAt?: string
  readonly durationMs?: number
  readonly result:
    | 'running'
    | 'waiting'
    | 'completed'
    | 'failed'
    | 'retried'
    | 'cancelled'
    | 'interrupted'
    | 'undone'
    | 'pushed_back'
    /** It asked somebody, and the attempt after it goes on with the answer. */
    | 'continued'
  /** The session that it started. */
  readonly child?: string
  /** What it asked of somebody outside. */
  readonly interaction?: string
  readonly output?: Json
  readonly error?: StepError
}

/** A step's attempts in order, and why it was skipped if it was. */
export interface StepHistory {
  readonly id: string
  readonly uses: string
  readonly text?: string
  readonly attempts: AttemptHistory[]
  readonly skipped?: string
  /** It did not run here: what another session made of it. */
  readonly kept?: KeptStep
  /** What people made of it, in order. */
  readonly resolutions?: Resolution[]
}

export interface KeptStep {
  readonly sessionId: string
  readonly attempt: number
  readonly durationMs: number
  readonly output?: Json
}

export interface Resolution {
  readonly action: StepAction
  readonly at: string
  readonly actor?: string | undefined
  readonly reason?: string | undefined
}

/** Builds the history of a session's steps, event by event. */
export class HistoryBuilder {
  readonly #steps: Map<string, StepHistory>

  constructor(plan: Plan) {
    this.#steps = new Map(
      plan.steps.map(({ id, uses, text }) => [
        id,
        { id, uses, ...(text === undefined ? {} : { text }), attempts: [] },
      ]),
    )
  }

  get steps(): readonly StepHistory[] {
    return [...this.#steps.values()]
  }

  add(event: LoggedEvent): void {
    switch (event.type) {
      case 'step.started':
        this.#attempts(event).push({
          attempt: event.attempt ?? 0,
          startedAt: event.at,
          result: 'running',
        })
        return
      case 'step.expanded': {
        const step = this.#steps.get(event.stepId ?? '')
        if (step === undefined) return
        for (let position = 0; position < event.data.count; position++) {
          const id = `${step.id}[${position}]`
          this.#steps.set(id, { id, uses: step.uses, attempts: [] })
        }
        return this.#end(event, 'completed', {})
      }
      case 'step.continuing':
        return this.#end(event, 'continued', {})
      case 'step.concluding':
        return this.#change(event, { result: 'running' })
      case 'step.repeating': {
        const { output } = event.data
        return this.#end(event, 'completed', output === undefined ? {} : { output })
      }
      case 'step.undoing':
        this.#attempts(event).push({
          attempt: event.attempt ?? 0,
          startedAt: event.at,
          undo: true,
          result: 'running',
        })
        return
      case 'step.undone': {
        const { output } = event.data
        return this.#end(event, 'undone', output === undefined ? {} : { output })
      }
      case 'step.undo_failed':
        return this.#end(event, 'failed', { error: event.data.error })
      case 'step.waiting': {
        const { escalated, awaits } = event.data
        if (escalated !== undefined) return this.#end(event, 'failed', { error: escalated.error })
        const child = awaits?.kind === 'session' ? { child: awaits.id } : {}
        const asked = awaits?.kind === 'interaction' ? { interaction: awaits.id } : {}
        return this.#change(event, { result: 'waiting', ...child, ...asked })
      }
      case 'step.resolved':
        return this.#resolve(event)
      case 'step.completed': {
        const { output } = event.data
        return this.#end(event, 'completed', output === undefined ? {} : { output })
      }
      case 'step.retrying':
        return this.#end(event, 'retried', { error: event.data.error })
      case 'step.failed':
        return this.#end(event, 'failed', { error: event.data.error })
      case 'step.cancelled':
        return this.#end(event, 'cancelled', {})
      case 'step.interrupted':
        return this.#end(event, 'interrupted', {})
      case 'step.rewound':
        return this.#rewind(event)
      case 'step.kept': {
        const { from, durationMs, output } = event.data
        const kept = { ...from, durationMs, ...(output === undefined ? {} : { output }) }
        const step = this.#steps.get(event.stepId ?? '')
        if (step !== undefined) this.#steps.set(step.id, { ...step, kept })
        return
      }
      case 'step.skipped': {
        const step = this.#steps.get(event.stepId ?? '')
        if (step !== undefined) this.#steps.set(step.id, { ...step, skipped: event.data.reason })
        return
      }
    }
  }

  #rewind(event: Extract<LoggedEvent, { type: 'step.rewound' }>): void {
    this.#end(event, 'pushed_back', { output: event.data.output })
    for (const id of event.data.steps) {
      const { skipped: _, kept: __, ...open } = this.#steps.get(id) ?? {}
      if ('id' in open) this.#steps.set(id, open as StepHistory)
    }
  }

  #resolve(event: Extract<LoggedEvent, { type: 'step.resolved' }>): void {
    const step = this.#steps.get(event.stepId ?? '')
    if (step === undefined) return
    const { skipped: _, ...open } = step
    const resolutions = [...(step.resolutions ?? []), { ...event.data, at: event.at }]
    this.#steps.set(step.id, { ...open, resolutions })
  }

  #attempts(event: { stepId?: string }): AttemptHistory[] {
    return this.#steps.get(event.stepId ?? '')?.attempts ?? []
  }

  #end(
    event: { at: string; stepId?: string; attempt?: number },
    result: AttemptHistory['result'],
    more: Partial<AttemptHistory>,
  ): void {
    const last = this.#attempts(event).at(-1)
    // A step that is cancelled between two attempts leaves the earlier one as it was.
    if (last === undefined || (!isOpen(last) && event.attempt !== last.attempt)) return
    const durationMs = Date.parse(event.at) - Date.parse(last.startedAt)
    this.#change(event, { result, endedAt: event.at, durationMs, ...more })
  }

  #change(event: { stepId?: string }, changes: Partial<AttemptHistory>): void {
    const attempts = this.#attempts(event)
    const last = attempts.at(-1)
    if (last !== undefined) attempts[attempts.length - 1] = { ...last, ...changes }
  }
}

function isOpen({ result }: AttemptHistory): boolean {
  return result === 'running' || result === 'waiting'
}
