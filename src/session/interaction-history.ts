import type { Answer, InteractionRequest, LoggedEvent } from './events.ts'

/** One time that a worker had what was asked for. */
export interface ClaimHistory {
  readonly worker: string
  readonly at: string
  readonly releasedAt?: string
  readonly reason?: string
}

/** What a session asked of somebody outside, and what came of it. */
export interface InteractionHistory extends InteractionRequest {
  readonly interactionId: string
  readonly stepId: string
  readonly attempt: number
  /** withdrawn: the step went on, or ended, without an answer. */
  readonly state: 'pending' | 'claimed' | 'answered' | 'expired' | 'withdrawn'
  readonly askedAt: string
  readonly endedAt?: string
  readonly claims: ClaimHistory[]
  readonly answer?: Answer
}

/** Builds the history of a session's interactions, event by event. */
export class InteractionHistoryBuilder {
  readonly #all = new Map<string, InteractionHistory>()
  /** What each step asks for now. */
  readonly #open = new Map<string, string>()

  get interactions(): readonly InteractionHistory[] {
    return [...this.#all.values()]
  }

  add(event: LoggedEvent): void {
    switch (event.type) {
      case 'interaction.created': {
        const { interactionId, ...request } = event.data
        const { stepId = '', attempt = 0, at: askedAt } = event
        const state = 'pending'
        const asked = { interactionId, stepId, attempt, ...request, state, askedAt, claims: [] }
        const before = this.#open.get(stepId)
        if (before !== undefined) this.#end(event, before, { state: 'withdrawn' })
        this.#all.set(interactionId, asked as InteractionHistory)
        this.#open.set(stepId, interactionId)
        return
      }
      case 'interaction.claimed':
        return this.#change(event.data.interactionId, ({ claims }) => ({
          state: 'claimed',
          claims: [...claims, { worker: event.data.worker, at: event.at }],
        }))
      case 'interaction.released':
        return this.#change(event.data.interactionId, ({ claims }) => ({
          state: 'pending',
          claims: claims.map((claim, index) =>
            index === claims.length - 1
              ? { ...claim, releasedAt: event.at, reason: event.data.reason }
              : claim,
          ),
        }))
      case 'interaction.answered': {
        const { interactionId, digest: _, ...answer } = event.data
        return this.#end(event, interactionId, { state: 'answered', answer })
      }
      case 'interaction.expired':
        return this.#end(event, event.data.interactionId, { state: 'expired' })
      case 'step.completed':
      case 'step.failed':
      case 'step.skipped':
      case 'step.cancelled':
      case 'step.retrying':
      case 'step.resolved':
      case 'step.started':
      case 'step.undone':
      case 'step.undo_failed': {
        const id = this.#open.get(event.stepId ?? '')
        if (id !== undefined) this.#end(event, id, { state: 'withdrawn' })
        return
      }
    }
  }

  #end(
    event: { readonly at: string; readonly stepId?: string },
    id: string,
    changes: Partial<InteractionHistory>,
  ): void {
    this.#open.delete(event.stepId ?? '')
    this.#change(id, () => ({ ...changes, endedAt: event.at }))
  }

  #change(
    id: string,
    changesOf: (before: InteractionHistory) => Partial<InteractionHistory>,
  ): void {
    const before = this.#all.get(id)
    if (before !== undefined) this.#all.set(id, { ...before, ...changesOf(before) })
  }
}
