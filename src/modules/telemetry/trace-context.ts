import { hash } from 'node:crypto'
import { type SpanContext, TraceFlags } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { SessionRecord } from '../../store/types.ts'

/** Where a session's spans belong. */
export interface TraceContext {
  readonly session: SpanContext
  /** The caller's span. */
  readonly caller?: SpanContext
}

/**
 * The trace of a session is its caller's, or one of its own. All ids follow from those in the log,
 * so that every replica makes the same ones, before and after a restart.
 */
export function traceContextOf(
  { id, correlation }: Pick<SessionRecord, 'id' | 'correlation'>,
  isSampled: (traceId: string) => boolean,
): TraceContext {
  const caller = parseTraceParent(correlation.traceparent ?? '')
  const spanId = spanIdOf(id)
  if (caller !== null) {
    const { traceId, traceFlags } = caller
    return {
      session: { traceId, spanId, traceFlags: traceFlags & TraceFlags.SAMPLED },
      caller: { ...caller, isRemote: true },
    }
  }
  const traceId = hash('sha256', id).slice(0, 32)
  const traceFlags = isSampled(traceId) ? TraceFlags.SAMPLED : TraceFlags.NONE
  return { session: { traceId, spanId, traceFlags } }
}

/** A step that begins again after it was settled, or is undone, gets another span: `seq` is where it began. */
export function stepContext(session: SpanContext, stepId: string, seq: number): SpanContext {
  return { ...session, spanId: spanIdOf(session.spanId, stepId, 'step', seq) }
}

export function attemptContext(session: SpanContext, stepId: string, attempt: number): SpanContext {
  return { ...session, spanId: spanIdOf(session.spanId, stepId, 'attempt', attempt) }
}

export function isSampledContext({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0
}

/** As a W3C `traceparent`. */
export function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags}`
}

function spanIdOf(...parts: readonly (string | number)[]): string {
  return hash('sha256', `span:${parts.join(':')}`).slice(0, 16)
}
