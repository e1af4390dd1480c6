import type { Attributes } from '@opentelemetry/api'
import { definedOf, errorAttributes } from './attributes.ts'
import type { FinishedSpan } from './finished-span.ts'
import { Notes } from './notes.ts'
import { StepTrace } from './step-trace.ts'
import { isSampledContext, type TraceContext } from './trace-context.ts'
import {
  type FinalEvent,
  type StepEvent,
  settlingTypes,
  type TracedEvent,
} from './traced-events.ts'

/** What the spans of a session say that its events do not. */
export interface TracedSession {
  readonly id: string
  readonly tenant: string
  readonly name: string | null
  readonly workflow: string | null
  readonly workflowVersion: number | null
  /** ms since the epoch. */
  readonly createdAt: number
}

const none: readonly FinishedSpan[] = []

/**
 * The part of a session's log that its open spans are made of. Each event is added once, in order;
 * a span comes out of the event that ends it.
 */
export class SessionTrace {
  /** The session that it was forked from. */
  forkedFrom: string | undefined
  readonly isSampled: boolean
  readonly #session: TracedSession
  readonly #context: TraceContext
  readonly #attributes: Attributes
  readonly #notes = new Notes()
  readonly #steps = new Map<string, StepTrace>()

  constructor(session: TracedSession, context: TraceContext) {
    this.#session = session
    this.#context = context
    this.isSampled = isSampledContext(context.session)
    this.#attributes = attributesOf(session)
  }

  /** False where the event ends an attempt whose start was not seen. */
  isReadyFor(event: TracedEvent): boolean {
    if (event.type !== 'step.completed' && event.type !== 'step.retrying') return true
    return this.#steps.get(event.stepId ?? '')?.attempt === event.attempt
  }

  /** The spans that the event ends. */
  add(event: TracedEvent): readonly FinishedSpan[] {
    switch (event.type) {
      case 'session.created':
        this.forkedFrom = event.data.forkedFrom?.sessionId
        return none
      case 'session.started':
      case 'session.finalizing':
      case 'session.resumed':
      case 'session.paused':
        this.#notes.add(event)
        return none
      case 'session.waiting':
        this.#notes.add(event, definedOf({ 'stepstream.until': event.data.until }))
        return none
      case 'session.cancelling':
      case 'session.rolling_back':
        this.#notes.add(event, { 'stepstream.cause': event.data.cause })
        return none
      case 'session.completed':
      case 'session.failed':
      case 'session.cancelled':
        return [this.#end(event)]
      default:
        return this.#addToStep(event)
    }
  }

  #addToStep(event: StepEvent): readonly FinishedSpan[] {
    const stepId = event.stepId ?? ''
    const open = this.#steps.get(stepId)
    if (event.type === 'step.started' || event.type === 'step.undoing') {
      const step = open ?? this.#newStep(stepId, event)
      this.#steps.set(stepId, step)
      step.begin(event)
      return none
    }
    if (!settlingTypes.has(event.type)) return open?.add(event) ?? none
    this.#steps.delete(stepId)
    // A step that failed before its first attempt is told; one that was left out is not.
    const isToldAnyway = 'durationMs' in event.data
    return (
      (open ?? (isToldAnyway ? this.#newStep(stepId, event) : undefined))?.settle(event) ?? none
    )
  }

  #newStep(stepId: string, event: StepEvent): StepTrace {
    return new StepTrace(stepId, this.#context.session, this.#attributes, event)
  }

  #end(event: FinalEvent): FinishedSpan {
    const error = event.type === 'session.failed' ? event.data.error : undefined
    const status = event.type === 'session.completed' ? event.data.status : event.type.slice(8)
    const { name, createdAt } = this.#session
    return {
      name: name === null ? 'session' : `session ${name}`,
      context: this.#context.session,
      parent: this.#context.caller,
      startedAt: createdAt,
      endedAt: Date.parse(event.at),
      attributes: {
        ...this.#attributes,
        'stepstream.session.status': status,
        ...errorAttributes(error),
      },
      notes: this.#notes,
      error: error?.message,
    }
  }
}

function attributesOf({ id, tenant, name, workflow, workflowVersion }: TracedSession): Attributes {
  return definedOf({
    'stepstream.session.id': id,
    'stepstream.tenant': tenant,
    'stepstream.session.name': name ?? undefined,
    'stepstream.workflow.name': workflow ?? undefined,
    'stepstream.workflow.version': workflowVersion ?? undefined,
  })
}
