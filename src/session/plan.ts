import { z } from 'zod'
import type { JsonObject } from '../json.ts'

/** How long to wait before the next try. `maxAttempts` counts the first try. */
export const retryPolicySchema = z.strictObject({
  maxAttempts: z.int().min(1),
  backoff: z.enum(['fixed', 'linear', 'exponential', 'random']),
  delayMs: z.number().min(0),
  maxDelayMs: z.number().min(0),
  multiplier: z.number().min(1),
  jitter: z.boolean(),
})

export type RetryPolicy = z.infer<typeof retryPolicySchema>

/** What happens to the session when a step fails for good. */
export const onFailureSchema = z.enum(['fail_fast', 'continue', 'escalate'])

export type OnFailure = z.infer<typeof onFailureSchema>

/** What an attempt with an unknown outcome means: the process died or shut down while it ran. */
export const onInterruptedSchema = z.enum(['retry', 'fail', 'escalate'])

export type OnInterrupted = z.infer<typeof onInterruptedSchema>

/**
 * One step of a plan. The core reads the envelope only; `with` belongs to the executor, and its
 * expressions are resolved when an attempt starts.
 */
export interface PlannedStep {
  readonly id: string
  /** What people see. */
  readonly name?: string
  /** The executor's name. */
  readonly uses: string
  readonly with: JsonObject
  /** The sentence this step was compiled from. */
  readonly text?: string
  /** Ids of the steps that must settle first; every one exists and there is no cycle. */
  readonly dependsOn: readonly string[]
  /** A CEL condition; the step is skipped when it is false. */
  readonly when?: string
  readonly group?: string
  readonly retry: RetryPolicy
  /** Limit of one attempt, in milliseconds. */
  readonly timeoutMs: number
  readonly onInterrupted: OnInterrupted
  /** What its failure means for the session. @default the plan's */
  readonly onFailure?: OnFailure
  /** For a condition: the steps of the branch that is not taken are skipped. */
  readonly branches?: { readonly then: readonly string[]; readonly else: readonly string[] }
}

/** A workflow compiled: every sentence a typed step, every default filled in, the graph checked. */
export interface Plan {
  readonly name?: string
  /** The saved workflow it was compiled from. */
  readonly workflow?: { readonly name: string; readonly version: number }
  /** What its sessions are found by. */
  readonly labels?: Readonly<Record<string, string>>
  /** What the caller keeps with a session. */
  readonly metadata?: JsonObject
  readonly inputs: JsonObject
  /** The JSON Schema of each input, for a session that goes on from this one with other values. */
  readonly inputSchemas?: JsonObject
  readonly onFailure: OnFailure
  /** Limit of the session's running time, in milliseconds; time paused does not count. */
  readonly timeoutMs: number
  readonly maxParallel: number
  readonly steps: readonly PlannedStep[]
}
