import type { z } from 'zod'
import type { ErrorCode } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Scope } from '../../plan/types.ts'
import type { Awaits, InteractionRequest } from '../../session/events.ts'
import type { Observed } from '../../session/observed.ts'
import type { AiUsed, AnsweredRequest } from '../../session/state.ts'
import type { Correlation } from '../../store/types.ts'

/**
 * A kind of step: one schema and one function. Adding a kind is a file and a line in the registry;
 * the core never learns of it.
 */
export interface Executor<Input = unknown> {
  /** What a step says in `uses`. */
  readonly name: string
  readonly description: string
  /** Validates `with`, types the input, and documents the step (`GET /v1/executors`, OpenAPI). */
  readonly input: z.ZodType<Input>
  /**
   * Whether an attempt with an unknown outcome may be made again without asking: true gives the
   * step `onInterrupted: retry`, false `fail`. Sees `with` as written, expressions unresolved.
   */
  safeToRepeat(input: JsonObject): boolean
  /** It completes by waiting, which only the core sees. */
  readonly waits?: true
  /** How many tries a step gets when it does not say (1 for what has side effects). Default 1. */
  defaultMaxAttempts?(input: JsonObject): number
  /** How long the step will roughly take, in ms, for the estimate a plan carries; undefined when it cannot be said. */
  estimateMs?(input: JsonObject): number | undefined
  /** Fields of `with` that are a CEL expression themselves (no braces); checked when the plan is made. */
  readonly expressionFields?: readonly string[]
  /**
   * Fields of `with` that are one of these words, or a CEL expression that may read the output the
   * step is about to have; checked when the plan is made.
   */
  readonly verdictFields?: { readonly [field: string]: readonly string[] }
  /** Fields of `with` that hold another workflow: unless they are a string, the expressions in them are its own. */
  readonly foreignFields?: readonly string[]
  /** True where what `with` comes to is written down, so that it may hold no secret. @default false */
  readonly keepsInput?: boolean | ((input: JsonObject) => boolean)
  /** True where the work has limits of its own: a step that gives no timeout has that of its session. @default false */
  readonly worksElsewhere?: boolean | ((input: JsonObject) => boolean)
  /**
   * True where it waits for people, or for what happens outside: a step that gives no timeout waits
   * without one. It cannot be an undo. @default false
   */
  readonly waitsForPeople?: boolean
  /** True where its attempts work in the browser of their session, which goes when the session ends. @default false */
  readonly usesBrowser?: boolean
  /** True where the answer may send the session back to earlier steps, which read its output then. @default false */
  readonly pushesBack?: boolean
  /** The variables that it sets by what it finds; those that the workflow does not declare take any value. */
  sets?(input: JsonObject): readonly string[]
  /** The saved workflow that it runs, where that is known beforehand. */
  calls?(input: JsonObject): SavedCall | undefined
  /** For a kind that chooses between steps: which it names. */
  branches?(input: JsonObject): {
    readonly then: readonly string[]
    readonly else: readonly string[]
  }
  /** Faults that the schema cannot see (a program that is not allowed); `path` is relative to `with`. */
  check?(input: JsonObject): readonly InputFault[]
  /**
   * Whether what it works with answers, asked before a session begins that needs it; sees `with` as written.
   * @throws StepstreamError where it does not
   */
  ready?(
    input: JsonObject,
    session: { readonly browser: JsonObject; readonly signal: AbortSignal },
  ): Promise<void>
  /**
   * Makes one attempt. Must stop soon after `context.signal` aborts. May throw: the task loop turns
   * it into an `error` outcome.
   */
  execute(input: Input, context: ExecutorContext): Promise<Outcome>
  /**
   * For a kind that asks somebody outside: what their result means. Without it, the step and its
   * interaction say so. It may be called again for the same result. May throw, as `execute` may.
   */
  handleResult?(result: InteractionResult, context: ResultContext<Input>): Promise<Outcome>
}

/** What somebody outside made of what a step asked for. */
export interface InteractionResult {
  readonly status: 'ok' | 'warning' | 'error'
  readonly output?: Json | undefined
  readonly error?: { readonly code?: string | undefined; readonly message: string } | undefined
}

/** What a kind may look at to tell what a result means. */
export interface ResultContext<Input = unknown> {
  readonly stepId: string
  readonly attempt: number
  /** What `with` comes to now. */
  readonly input: Input
  /** What was asked for. */
  readonly command: Json
  scope(): Promise<StepScope>
}

/** What a step sees of its session as it is now: a copy of its own. */
export interface StepScope extends Omit<Scope, 'secret'> {
  /** The error that its last failed attempt ended in. */
  readonly previousError?: {
    readonly code: string
    readonly message: string
    readonly details?: JsonObject
  }
}

export interface InputFault {
  readonly path: readonly (string | number)[]
  readonly code: ErrorCode
  readonly message: string
}

/** A saved workflow that a step runs; `path` says where it is named, relative to `with`. */
export interface SavedCall {
  readonly name: string
  /** Absent: the one that is current then. */
  readonly version?: number
  readonly path: readonly (string | number)[]
}

/** All that an executor may touch. */
export interface ExecutorContext {
  readonly sessionId: string
  readonly tenant: string
  readonly stepId: string
  readonly attempt: number
  /** Stable over all attempts of this step in this session. */
  readonly idempotencyKey: string
  /** How often the step has waited for somebody outside before this attempt. */
  readonly waits: number
  readonly correlation: Correlation
  /** That of the session: from -100 to 100. */
  readonly priority: number
  /** The sentence that the step was written as. */
  readonly text: string | undefined
  /** What it asked in the attempt before this one, with an interaction that `resumes`, was approved. */
  readonly answered: AnsweredRequest | undefined
  /** What the AI had used in the session when the attempt began. */
  readonly aiUsed: AiUsed
  /** The steps that have settled before it, the last of them alone, in the plan's order. */
  earlier(): readonly EarlierStep[]
  /** The names of the session's variables. */
  variableNames(): readonly string[]
  /** How the browser of the session's steps is to be. */
  readonly browser: JsonObject
  /** Aborts on timeout, silence, cancel and shutdown; `signal.reason` is an `AbortReason`. */
  readonly signal: AbortSignal
  /** ms since the epoch. */
  now(): number
  /** The value of `SECRET_<name>`; undefined when it is not set. Values read here are masked in outputs. */
  secret(name: string): string | undefined
  /** Evaluates one of the `expressionFields` over the session as it is now. */
  evaluate(expression: string): Promise<Json>
  /** The session as it is now, with the steps that come before this one. */
  scope(): Promise<StepScope>
  /** Output lines; coalesced (100 ms or 8 KiB) and capped before they become `step.output` events. */
  output(stream: 'stdout' | 'stderr', text: string): void
  progress(progress: { percent?: number; message?: string }): void
  /** Something the user should know that is no failure. */
  warn(code: string, message: string): void
  /** An event about its work: a command of a browser, a picture, reasoning. Secrets it has read are masked. */
  observe(observed: Observed): void
}

/** A step that has settled, for whoever goes on from it. */
export interface EarlierStep {
  readonly id: string
  /** Its sentence, or its name. */
  readonly text: string
  readonly status: string
  /** The value, or a reference to the artifact that holds it. */
  readonly output?: Json
}

export type AbortReason = 'timeout' | 'idle' | 'cancelled' | 'shutdown'

/** What an attempt can end in: a closed set. */
export type Outcome =
  | {
      readonly status: 'succeeded'
      readonly output?: Json
      /** A condition's answer. */
      readonly branch?: 'then' | 'else'
      /** The variables it sets, beside those that the step itself does. */
      readonly set?: JsonObject
    }
  /** `failed`: the goal was not met. `error`: an exception or a limit. */
  | {
      readonly status: 'failed' | 'error'
      readonly code: ErrorCode
      readonly message: string
      readonly retryable: boolean
      /** What the other side asked for (`Retry-After`), from now. */
      readonly retryAfterMs?: number
      readonly details?: JsonObject
      /** What led to it: an `Error`, told with its own causes; only messages and codes of it are kept. */
      readonly cause?: unknown
      /** A person is asked, whatever the step's strategy is. */
      readonly escalate?: true
    }
  /** Done, with a doubt: `verdict` says what that means, in a word or by an expression over the output. */
  | {
      readonly status: 'warned'
      readonly message: string
      readonly verdict: string
      readonly output?: Json
      /** The variables it sets where the step completes all the same. */
      readonly set?: JsonObject
    }
  /**
   * Nothing runs until then; the step completes with `output` when the time comes. One that awaits
   * somebody is settled by them, and fails when they let the time pass, or the step's timeout.
   */
  | {
      readonly status: 'waiting'
      readonly until?: number
      readonly awaits?: Awaits
      /** What the interaction that is awaited asks for. */
      readonly interaction?: InteractionRequest
      readonly output?: Json
    }
  /** The attempt stopped because its signal aborted. `details` say what was killed. */
  | { readonly status: 'aborted'; readonly details?: JsonObject }

/** The kinds of step there are. */
export interface ExecutorRegistry {
  get(name: string): Executor | undefined
  list(): readonly Executor[]
}
