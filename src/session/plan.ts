import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import type { SessionStatus } from './status.ts'

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
export const onFailureSchema = z.enum(['fail_fast', 'continue', 'rollback', 'escalate'])

export type OnFailure = z.infer<typeof onFailureSchema>

/** What an attempt with an unknown outcome means: the process died or shut down while it ran. */
export const onInterruptedSchema = z.enum(['retry', 'fail', 'escalate'])

export type OnInterrupted = z.infer<typeof onInterruptedSchema>

/** What takes back the effect of a step that completed. Its expressions also read the step's own output. */
export interface PlannedUndo {
  /** The executor's name. */
  readonly uses: string
  readonly with: JsonObject
  /** The sentence it was compiled from. */
  readonly text?: string
  readonly retry: RetryPolicy
  /** Limit of one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** What an undo means whose outcome a crash left unknown; `escalate` is taken for `fail`. */
  readonly onInterrupted: OnInterrupted
}

/** A step that runs once for each item of a list. */
export interface PlannedForEach {
  /** A CEL expression; up to 10,000 items. */
  readonly items: string
  /** How many run side by side, the plan's own limit aside. */
  readonly maxParallel: number
  /** So many may fail without the step failing. */
  readonly maxFailures: number
}

/** A step that is done again until a condition holds. */
export interface PlannedRepeat {
  /** A CEL condition, which also reads the step's own output. */
  readonly until: string
  readonly delayMs: number
  /** How often at the most, the first time included. */
  readonly maxTimes: number
}

/** What holds for all steps of a group together. */
export interface PlannedGroup {
  /** How many of its steps run side by side. @default the plan's */
  readonly maxParallel?: number
  /** False: what comes after the group begins as soon as one of its steps has completed. @default true */
  readonly waitForAll?: boolean
  /** What the failure of one of its steps means, where the step itself does not say. */
  readonly onFailure?: OnFailure
  /** Limit from the first start to the last end, in milliseconds. */
  readonly timeoutMs?: number
}

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
  /** Whoever is asked has no limit: `timeoutMs` is that of the asking. */
  readonly unlimited?: true
  /** How long an attempt may tell nothing, in milliseconds. */
  readonly idleMs?: number
  readonly onInterrupted: OnInterrupted
  /** What its failure means for the session. @default the plan's */
  readonly onFailure?: OnFailure
  /** It does not begin before a person lets it. */
  readonly breakBefore?: true
  readonly undo?: PlannedUndo
  readonly forEach?: PlannedForEach
  readonly repeat?: PlannedRepeat
  /** It runs when all other steps have settled, however the session ends. */
  readonly finally?: true
  /** Its `when` asks how steps ended, so it is decided also after a parent has failed. */
  readonly tolerant?: true
  /** Variables that it sets when it completes: an expression for each name, which may read its own output. */
  readonly set?: Readonly<Record<string, string>>
  /** For a condition: the steps of the branch that is not taken are skipped. */
  readonly branches?: { readonly then: readonly string[]; readonly else: readonly string[] }
}

/** Whom to tell when a session has ended. */
export interface PlannedOnEnd {
  readonly webhook: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    /** The name of the secret that signs the call. @default it is not signed */
    readonly secret?: string
    /** The ends that are told. */
    readonly on: readonly SessionStatus[]
    readonly include: 'summary' | 'steps'
  }
}

/** How many sessions of a key may have begun and not ended at the same time. */
export interface PlannedConcurrency {
  readonly key: string
  readonly limit: number
  /** What becomes of a session that finds no room; `cancel_oldest`: it waits, and the oldest is cancelled. */
  readonly onLimit: 'queue' | 'reject' | 'cancel_oldest'
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
  /** The values that variables begin with. */
  readonly vars?: JsonObject
  /** The JSON Schema that each variable's values must fit. */
  readonly varSchemas?: JsonObject
  readonly groups?: Readonly<Record<string, PlannedGroup>>
  readonly onFailure: OnFailure
  readonly onEnd?: PlannedOnEnd
  /** Absent: as many of its sessions run as have a place. */
  readonly concurrency?: PlannedConcurrency
  /** How the browser of its steps is to be; it belongs to the executors. */
  readonly browser?: JsonObject
  /** From -100 to 100, the highest first among the sessions that wait; absent where it is 0. @default 0 */
  readonly priority?: number
  /** How often in a row a crash may cut a step off before the session is set aside. @default 5 */
  readonly maxRecoveries?: number
  /** How long after its creation it must have its turn, in milliseconds. */
  readonly startByMs?: number
  /** Limit of the session's running time, in milliseconds; time paused does not count. */
  readonly timeoutMs: number
  readonly maxParallel: number
  readonly steps: readonly PlannedStep[]
}
