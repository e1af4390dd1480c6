import { type ErrorCode, StepstreamError } from '../../errors.ts'
import type { AiUsed } from '../../session/state.ts'
import type { AiUsage } from '../ai/types.ts'
import type { AiLimits } from './types.ts'

export const defaultLimits: AiLimits = {
  actions: 12,
  failures: 3,
  invalidAnswers: 2,
  callMs: 60_000,
  timeMs: 120_000,
  promptTokens: 60_000,
  cost: Number.POSITIVE_INFINITY,
}

/** What all steps of a session may use together. */
export interface SessionLimits {
  readonly actions: number
  /** Of prompts and answers together. */
  readonly tokens: number
  readonly cost: number
}

/** How many characters of a prompt make a token at least: rather too many tokens than too few. */
const CHARS_PER_TOKEN = 3

/** What a page may take of a prompt, in characters, and what it needs to be worth showing. */
const MAX_PAGE_CHARS = 24_000
const MIN_PAGE_CHARS = 2000

/** Counts what a pursuit uses, and says when it is too much. */
export class Meter {
  readonly limits: AiLimits
  actions: number
  #promptTokens = 0
  #tokens = 0
  #cost = 0
  #failures = 0
  #invalid = 0
  readonly #session: SessionLimits
  readonly #before: AiUsed
  /** What of a session's actions was done before, in attempts that this one goes on from. */
  readonly #actionsBefore: number

  constructor(limits: AiLimits, session: SessionLimits, before: AiUsed, actionsBefore = 0) {
    this.limits = limits
    this.#session = session
    this.#before = before
    this.#actionsBefore = actionsBefore
    this.actions = actionsBefore
  }

  /** How long the page may be in the next prompt, in characters. @throws StepstreamError AI_LIMIT_REACHED */
  pageChars(otherChars: number): number {
    const left = (this.limits.promptTokens - this.#promptTokens) * CHARS_PER_TOKEN - otherChars
    if (left < MIN_PAGE_CHARS) throw reached(`${this.limits.promptTokens} prompt tokens`)
    return Math.min(left, MAX_PAGE_CHARS)
  }

  /** @throws StepstreamError AI_LIMIT_REACHED where another call would be too much */
  mayAsk(): void {
    if (this.#cost >= this.limits.cost) throw reached(`a cost of ${this.limits.cost}`)
    const { promptTokens, completionTokens, cost } = this.#before
    const tokens = promptTokens + completionTokens + this.#tokens
    if (tokens >= this.#session.tokens) {
      throw reached(`${this.#session.tokens} tokens in the session`)
    }
    if (cost + this.#cost >= this.#session.cost) {
      throw reached(`a cost of ${this.#session.cost} in the session`)
    }
  }

  /** @throws StepstreamError AI_LIMIT_REACHED where another action would be too much */
  mayAct(): void {
    if (this.actions >= this.limits.actions) throw reached(`${this.limits.actions} actions`)
    const inSession = this.#before.actions + this.actions - this.#actionsBefore
    if (inSession >= this.#session.actions) {
      throw reached(`${this.#session.actions} actions of the AI in the session`)
    }
  }

  used({ promptTokens, completionTokens, cost = 0 }: AiUsage): void {
    this.#promptTokens += promptTokens
    this.#tokens += promptTokens + completionTokens
    this.#cost += cost
  }

  /** @throws StepstreamError AI_ANSWER_INVALID */
  repaired(times: number): void {
    this.#invalid += times
    if (this.#invalid <= this.limits.invalidAnswers) return
    const message = `${this.#invalid} answers of the model were not in the form asked for`
    throw new StepstreamError('AI_ANSWER_INVALID', message)
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** @throws StepstreamError AI_LIMIT_REACHED */
  failed(why: string): void {
    this.#failures += 1
    if (this.#failures < this.limits.failures) return
    throw reached(`${this.limits.failures} failures in a row, the last: ${why}`)
  }
}

export function reached(limit: string): StepstreamError {
  return stop('AI_LIMIT_REACHED', `the AI has not reached the goal within its limit of ${limit}`)
}

function stop(code: ErrorCode, message: string): StepstreamError {
  return new StepstreamError(code, message)
}
