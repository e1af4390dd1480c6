import type { z } from 'zod'
import type { batchViewSchema } from '../../http/batch-views.ts'
import type {
  inboxItemSchema,
  openInteractionSchema,
  pastAnswerSchema,
} from '../../http/interaction-views.ts'
import type { plannedStepSchema } from '../../http/plan-views.ts'
import type { sessionsReportSchema, stepsReportSchema } from '../../http/report-views.ts'
import type { scheduleListingSchema, scheduleViewSchema } from '../../http/schedule-views.ts'
import type { sessionPlanSchema } from '../../http/session-plan-view.ts'
import type { sessionListingSchema, stepViewSchema } from '../../http/views.ts'
import type {
  versionListingSchema,
  workflowListingSchema,
  workflowVersionSchema,
} from '../../http/workflow-views.ts'

export type SessionListing = z.output<typeof sessionListingSchema>
export type StepView = z.output<typeof stepViewSchema>
export type SessionPlan = z.output<typeof sessionPlanSchema>
export type PlannedStep = z.output<typeof plannedStepSchema>
export type InboxItem = z.output<typeof inboxItemSchema>
export type OpenInteraction = z.output<typeof openInteractionSchema>
export type PastAnswer = z.output<typeof pastAnswerSchema>
export type Batch = z.output<typeof batchViewSchema>
export type ScheduleListing = z.output<typeof scheduleListingSchema>
export type Schedule = z.output<typeof scheduleViewSchema>
export type WorkflowListing = z.output<typeof workflowListingSchema>
export type WorkflowVersion = z.output<typeof workflowVersionSchema>
export type SessionsReport = z.output<typeof sessionsReportSchema>
export type StepsReport = z.output<typeof stepsReportSchema>
export type VersionListing = z.output<typeof versionListingSchema>

/** A JSON Schema, as far as a form or a reference reads it. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
}

export interface PlanAnswer {
  readonly name?: string
  readonly steps: readonly PlannedStep[]
  readonly timeout: string
  readonly estimatedDuration: string
  readonly warnings: readonly { pointer: string; code: string; message: string }[]
}

export interface Progress {
  readonly overallProgress: number
  readonly estimatedProgress: number | null
  readonly estimatedTimeRemaining: number | null
  readonly estimatedEnd: string | null
  readonly noEstimate: string | null
  readonly criticalPath: readonly { stepId: string; remainingMs: number; current: boolean }[]
}

export interface Explanation {
  readonly session: { readonly status: string; readonly sentence: string; readonly wakeAt?: string }
  readonly steps: readonly {
    readonly id: string
    readonly sentence: string
    readonly wakeAt?: string
  }[]
}

export interface Artifact {
  readonly id: string
  readonly name: string
  readonly contentType: string
  readonly bytes: number
  readonly stepId?: string
}

export interface Worker {
  readonly workerId: string
  readonly queues: readonly string[]
  readonly firstSeenAt: string
  readonly lastSeenAt: string
  readonly holds: readonly {
    readonly interactionId: string
    readonly sessionId: string
    readonly stepId: string
    readonly queue: string
    readonly since: string
    readonly leaseUntil: string
  }[]
}

export interface Executor {
  readonly name: string
  readonly description: string
  readonly input: JsonSchema
}

export interface Readiness {
  readonly status: 'ready' | 'unavailable' | 'shutting_down'
  readonly store: { readonly writable: boolean; readonly detail?: string }
  readonly sessions: { readonly running: number; readonly queued: number }
  readonly health?: 'ok' | 'degraded' | 'failed'
  readonly modules?: Readonly<
    Record<
      string,
      { readonly status: string; readonly detail?: string; readonly errors: number } & Readonly<
        Record<string, string | number | boolean | undefined>
      >
    >
  >
}

export interface SignIn {
  readonly needed: boolean
  readonly who?: {
    readonly name: string
    readonly tenant: string
    readonly scopes: readonly string[]
    readonly operator: boolean
  }
}

export interface BulkAnswer {
  readonly matched: number
  readonly cancelled?: number
  readonly retried?: number
  readonly failed: readonly { readonly sessionId: string; readonly message: string }[]
  readonly more: boolean
  readonly next: string | null
}
