import { expect } from 'vitest'
import type { AttemptOutcome, DecisionContext, SessionCommand } from '../../src/session/commands.ts'
import { decide, transition } from '../../src/session/decide.ts'
import type { InteractionRequest, SessionEvent } from '../../src/session/events.ts'
import { evolve } from '../../src/session/evolve.ts'
import type { Plan } from '../../src/session/plan.ts'
import { initialState, type SessionState } from '../../src/session/state.ts'

/** Whoever drives where one process has the store to itself. */
export const driver = { claim: undefined, claimedSeq: undefined }

export const epoch = Date.UTC(2026, 0, 1)

/** An event as a test names it: what matters, no times. */
export type Told = { type: string; stepId?: string; attempt?: number; data?: object }

/** `given(plan, …commands)` folds what those commands led to, one second apart. */
export function given(plan: Plan, ...commands: SessionCommand[]): Scenario {
  return commands.reduce(
    (scenario, command) => scenario.after(command),
    new Scenario(initialState({ id: 'ses_1', plan, createdAt: epoch }), epoch),
  )
}

export class Scenario {
  readonly state: SessionState
  readonly now: number
  readonly log: readonly SessionEvent[]
  readonly #events: readonly SessionEvent[]

  constructor(
    state: SessionState,
    now: number,
    events: readonly SessionEvent[] = [],
    log: readonly SessionEvent[] = [],
  ) {
    this.state = state
    this.now = now
    this.#events = events
    this.log = log
  }

  /** Folds a command's events into what is given. */
  after(command: SessionCommand, context: Partial<DecisionContext> = {}): Scenario {
    const { events, state } = transition(command, this.state, this.#context(context))
    return new Scenario(state, this.now, events, [...this.log, ...events])
  }

  later(ms: number): Scenario {
    return new Scenario(this.state, this.now + ms, this.#events, this.log)
  }

  when(command: SessionCommand, context: Partial<DecisionContext> = {}): Scenario {
    return this.after(command, context)
  }

  /** The last command led to exactly these events; given data is compared in part. */
  then(...told: Told[]): Scenario {
    expect(this.#events.map((event) => summary(event))).toEqual(told.map((event) => summary(event)))
    told.forEach((event, index) => {
      if (event.data !== undefined) expect(this.#events[index]?.data).toMatchObject(event.data)
    })
    return this
  }

  thenNothing(): Scenario {
    return this.then()
  }

  thenRefuses(command: SessionCommand, code: string): void {
    expect(() => decide(command, this.state, this.#context({}))).toThrow(
      expect.objectContaining({ code }),
    )
  }

  #context(context: Partial<DecisionContext>): DecisionContext {
    return { now: this.now, random: 0.5, mayStart: true, ...context }
  }
}

/** Folding a log from nothing. */
export function replay(plan: Plan, log: readonly SessionEvent[]): SessionState {
  return log.reduce(evolve, initialState({ id: 'ses_1', plan, createdAt: epoch }))
}

function summary(event: Told | SessionEvent): string {
  const { stepId, attempt } = event as Told
  return [event.type, stepId, attempt].filter((part) => part !== undefined).join(' ')
}

export const start: SessionCommand = { type: 'start' }
export const tick: SessionCommand = { type: 'tick' }

export function succeed(stepId: string, output?: unknown, attempt = 1): SessionCommand {
  const outcome = { status: 'succeeded' as const, ...(output === undefined ? {} : { output }) }
  return { type: 'finishAttempt', stepId, attempt, outcome: outcome as never }
}

export function choose(stepId: string, branch: 'then' | 'else', attempt = 1): SessionCommand {
  return { type: 'finishAttempt', stepId, attempt, outcome: { status: 'succeeded', branch } }
}

export function fail(
  stepId: string,
  attempt = 1,
  retryable = false,
  retryAfterMs?: number,
): SessionCommand {
  return {
    type: 'finishAttempt',
    stepId,
    attempt,
    outcome: {
      status: 'failed',
      code: 'UNEXPECTED_STATUS',
      message: 'answered 500',
      retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  }
}

/** The attempt of a step asks people. */
export function ask(
  stepId: string,
  more: Partial<InteractionRequest> & { until?: number } = {},
  attempt = 1,
): SessionCommand {
  const { until, ...request } = more
  const outcome: AttemptOutcome = {
    status: 'waiting',
    awaits: { kind: 'interaction', id: `int_${stepId}_${attempt}` },
    interaction: { kind: 'approval', prompt: '?', ...request },
    ...(until === undefined ? {} : { until }),
  }
  return { type: 'finishAttempt', stepId, attempt, outcome }
}

export function wait(stepId: string, until: number, attempt = 1): SessionCommand {
  return { type: 'finishAttempt', stepId, attempt, outcome: { status: 'waiting', until } }
}

export function cancelled(stepId: string, attempt = 1): SessionCommand {
  return { type: 'finishAttempt', stepId, attempt, outcome: { status: 'cancelled' } }
}
