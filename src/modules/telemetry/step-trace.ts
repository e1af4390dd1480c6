import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { StepError } from '../../session/events.ts'
import type { EventOf } from '../event-bus/types.ts'
import { definedOf, errorAttributes } from './attributes.ts'
import type { FinishedSpan } from './finished-span.ts'
import { Notes } from './notes.ts'
import { attemptContext, stepContext } from './trace-context.ts'
import type { StepEvent } from './traced-events.ts'

interface OpenAttempt {
  readonly number: number
  readonly startedAt: number
}

/** A step between its first attempt and its settlement, or its undo. */
export class StepTrace {
  readonly #id: string
  readonly #session: SpanContext
  readonly #context: SpanContext
  readonly #attributes: Attributes
  readonly #startedAt: number
  readonly #isUndo: boolean
  readonly #notes = new Notes()
  #uses: string | undefined
  #attempt: OpenAttempt | undefined

  constructor(id: string, session: SpanContext, attributes: Attributes, first: StepEvent) {
    this.#id = id
    this.#session = session
    this.#context = stepContext(session, id, first.seq)
    this.#attributes = { ...attributes, 'stepstream.step.id': id }
    this.#startedAt = Date.parse(first.at)
    this.#isUndo = first.type.startsWith('step.und')
  }

  /** The number of the attempt that runs or waits. */
  get attempt(): number | undefined {
    return this.#attempt?.number
  }

  begin(event: EventOf<'step.started' | 'step.undoing'>): void {
    this.#uses = event.data.uses
    this.#attempt = { number: event.attempt ?? 0, startedAt: Date.parse(event.at) }
  }

  /** The attempt's span, if the event ends one. */
  add(event: StepEvent): readonly FinishedSpan[] {
    const error = errorOf(event)
    this.#notes.add(event, { ...detailsOf(event), ...errorAttributes(error) })
    if (event.type === 'warning.issued') return []
    // A wait for a time is part of the attempt; a person is asked when the attempt is over.
    if (event.type === 'step.waiting' && error === undefined) return []
    return this.#endAttempt(event, error)
  }

  /** The step's own span, and that of its last attempt. */
  settle(event: StepEvent): readonly FinishedSpan[] {
    const error = errorOf(event)
    const step: FinishedSpan = {
      name: `${this.#isUndo ? 'undo' : 'step'} ${this.#id}`,
      context: this.#context,
      parent: this.#session,
      startedAt: this.#startedAt,
      endedAt: Date.parse(event.at),
      attributes: {
        ...this.#attributes,
        ...definedOf({ 'stepstream.step.uses': this.#uses }),
        'stepstream.step.status': resultOf(event),
        ...errorAttributes(error),
      },
      notes: this.#notes,
      error: error?.message,
    }
    return [...this.#endAttempt(event, error), step]
  }

  #endAttempt(event: StepEvent, error: StepError | undefined): readonly FinishedSpan[] {
    const attempt = this.#attempt
    if (attempt === undefined) return []
    this.#attempt = undefined
    const uses = this.#uses ?? ''
    return [
      {
        name: `${uses} attempt`,
        context: attemptContext(this.#session, this.#id, attempt.number),
        parent: this.#context,
        startedAt: attempt.startedAt,
        endedAt: Date.parse(event.at),
        attributes: {
          ...this.#attributes,
          'stepstream.step.uses': uses,
          'stepstream.step.attempt': attempt.number,
          'stepstream.attempt.result': resultOf(event),
          ...errorAttributes(error),
        },
        error: event.type === 'step.interrupted' ? event.data.reason : error?.message,
      },
    ]
  }
}

function errorOf(event: StepEvent): StepError | undefined {
  switch (event.type) {
    case 'step.retrying':
    case 'step.failed':
    case 'step.undo_failed':
      return event.data.error
    case 'step.waiting':
      return event.data.escalated?.error
    default:
      return undefined
  }
}

function detailsOf(event: StepEvent): Attributes {
  switch (event.type) {
    case 'step.retrying':
      return { 'stepstream.delay_ms': event.data.delayMs }
    case 'step.waiting':
      return definedOf({ 'stepstream.until': event.data.until })
    case 'step.resolved':
      return { 'stepstream.action': event.data.action }
    case 'step.interrupted':
      return { 'stepstream.reason': event.data.reason }
    case 'warning.issued':
      return { 'stepstream.warning.code': event.data.code }
    default:
      return {}
  }
}

/** "completed" of `step.completed`. */
function resultOf({ type }: StepEvent): string {
  return type.slice(type.indexOf('.') + 1)
}
