import type { Json, JsonObject } from '../../json.ts'
import type { BrowserWork } from '../browser-steps/types.ts'
import type { ExecutorContext, Outcome } from '../executors/types.ts'

/** What one pursuit may take; each has a default, and a cap that the settings give. */
export interface AiLimits {
  /** Default: 12. */
  readonly actions: number
  /** In a row. Default: 3. */
  readonly failures: number
  /** Answers that were none of the form asked for. Default: 2. */
  readonly invalidAnswers: number
  /** One call, in ms. Default: 60,000. */
  readonly callMs: number
  /** All of it, in ms; what people take to answer aside. Default: 120,000. */
  readonly timeMs: number
  /** Default: 60,000. */
  readonly promptTokens: number
  /** By the prices of the connection. Default: none. */
  readonly cost: number
}

export interface PursueRequest {
  /** What is to be reached, in words. */
  readonly goal: string
  /** Default: that of the session's browser, else `default`. */
  readonly connection?: string | undefined
  /** The page that it begins at; default: the one that is open. */
  readonly start?: string | undefined
  readonly limits?: Partial<AiLimits> | undefined
  /** The JSON Schema of what is to be found out. */
  readonly output?: JsonObject | undefined
  /** Names of secrets that may be filled in; their values stay here. */
  readonly secrets?: readonly string[] | undefined
  /** What the goal speaks of by name. What is kept for the next time has the names in their place. */
  readonly values?: Readonly<Record<string, string>> | undefined
}

/** What came of a pursuit; whatever else becomes of it is thrown. */
export type Pursuit =
  | {
      readonly status: 'done'
      readonly summary: string
      readonly output?: Json
      /** How many actions were done, those of an earlier run included. */
      readonly actions: number
      /** Without a single question to a model. */
      readonly isReplay: boolean
    }
  /** A person is asked; the step goes on with their answer, and pursues the same again. */
  | Extract<Outcome, { status: 'waiting' }>

/** Lets a model reach a goal in a page: one action at a time, each checked before it is done. */
export interface AiLoop {
  /** Whether there is such a connection; undefined: there is. Otherwise what to set. */
  missing(connection?: string): string | undefined
  /** Asks whether the connection answers, at most once a minute. @throws StepstreamError AI_UNAVAILABLE, AI_REFUSED */
  check(connection: string | undefined, signal: AbortSignal): Promise<void>
  /** The most that limits may name. */
  readonly caps: AiLimits
  /**
   * Pursues a goal in the page that is open.
   * @throws StepstreamError AI_NEEDED, AI_UNAVAILABLE, AI_REFUSED, AI_ANSWER_INVALID, AI_LIMIT_REACHED, AI_GAVE_UP,
   * AI_UNVERIFIED, and what `BrowserWork` throws where no other action can help (BROWSER_LOST)
   */
  pursue(context: ExecutorContext, browser: BrowserWork, request: PursueRequest): Promise<Pursuit>
  /** Whether a sequence is kept for it from an earlier run, on the page that is open. */
  isKept(context: ExecutorContext, browser: BrowserWork, request: PursueRequest): Promise<boolean>
}
