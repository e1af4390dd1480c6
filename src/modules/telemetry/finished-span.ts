import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api'
import { hrTimeDuration, millisToHrTime } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Notes } from './notes.ts'

/** A span that is over, with the times of the log. */
export interface FinishedSpan {
  readonly name: string
  readonly context: SpanContext
  readonly parent?: SpanContext | undefined
  /** ms since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Attributes
  readonly notes?: Notes
  readonly links?: readonly Link[]
  /** Why it failed, if it did. */
  readonly error?: string | undefined
}

/** As span processors and exporters take it. */
export function toReadableSpan(
  span: FinishedSpan,
  origin: { readonly resource: Resource; readonly version: string },
): ReadableSpan {
  const startTime: HrTime = millisToHrTime(span.startedAt)
  const endTime: HrTime = millisToHrTime(span.endedAt)
  const { error } = span
  return {
    name: span.name,
    kind: SpanKind.INTERNAL,
    spanContext: () => span.context,
    ...(span.parent === undefined ? {} : { parentSpanContext: span.parent }),
    startTime,
    endTime,
    duration: hrTimeDuration(startTime, endTime),
    ended: true,
    status:
      error === undefined
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: error },
    attributes: span.attributes,
    links: [...(span.links ?? [])],
    events: [...(span.notes?.events ?? [])],
    resource: origin.resource,
    instrumentationScope: { name: 'stepstream', version: origin.version },
    droppedAttributesCount: 0,
    droppedEventsCount: span.notes?.dropped ?? 0,
    droppedLinksCount: 0,
  }
}
