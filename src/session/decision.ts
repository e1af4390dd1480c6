import type { DecisionContext } from './commands.ts'
import { type Draft, draftOf } from './draft.ts'
import type { SessionEvent } from './events.ts'
import { apply } from './evolve.ts'
import { hasPlaceFor, isActive } from './next.ts'
import { plannedAt, type SessionState, stepAt } from './state.ts'
import { finalStepStatuses } from './status.ts'

/** An event without its time: all events of a decision happen at once. */
export type Fact = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'at'>
    : never
  : never

/** A decision being taken: each fact is applied as it is stated, so that the next rule sees it. */
export class Decision {
  readonly events: SessionEvent[] = []
  readonly now: number
  readonly random: number
  readonly mayStart: boolean
  readonly #at: string
  readonly #draft: Draft

  constructor(state: SessionState, context: DecisionContext) {
    // A clock that was set back must not make time run backwards inside one log.
    this.now = Math.max(context.now, state.lastActivity)
    this.random = context.random
    this.mayStart = context.mayStart
    this.#at = new Date(this.now).toISOString()
    this.#draft = draftOf(state)
  }

  get state(): SessionState {
    return this.#draft
  }

  emit(fact: Fact): void {
    const event = { ...fact, at: this.#at } as SessionEvent
    apply(this.#draft, event)
    this.events.push(event)
  }

  /** Whether a step could start now, if it were ready. */
  mayStartStep(index: number): boolean {
    return this.mayStart && isActive(this.state) && hasPlaceFor(this.state, index)
  }

  /** The next try at a step, or at its undo where it has completed. */
  startAttempt(index: number): void {
    const planned = plannedAt(this.state, index)
    const { attempt, undoing, status } = stepAt(this.state, index)
    const isUndo = undoing || finalStepStatuses.has(status)
    const { uses, text } = (isUndo ? planned.undo : undefined) ?? planned
    this.emit({
      type: isUndo ? 'step.undoing' : 'step.started',
      stepId: planned.id,
      attempt: attempt + 1,
      data: { uses, ...(text === undefined ? {} : { text }) },
    })
  }
}
