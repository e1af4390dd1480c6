import { ROOT_CONTEXT } from '@opentelemetry/api'
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace'
import { within } from '../../within.ts'
import type { EventBus, EventOf } from '../event-bus/types.ts'
import { createSpanSender, type SpanSenderOptions } from './span-sender.ts'
import { attemptContext, isSampledContext, toTraceparent, traceContextOf } from './trace-context.ts'
import { type TracedEvent, tracedTypes } from './traced-events.ts'
import { Traces, type TracesOptions } from './traces.ts'
import type { Telemetry } from './types.ts'

export interface TelemetryOptions extends SpanSenderOptions, Pick<TracesOptions, 'store' | 'keep'> {
  /** The share of the sessions without a caller's trace that are traced, from 0 to 1. */
  readonly ratio: number
}

/**
 * Every span is sent once, whole, by the process that commits its end. It uses the parts of the
 * OpenTelemetry SDK that send spans, and nothing global, so that a program that embeds the service
 * keeps its own.
 */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const sampler = new TraceIdRatioBasedSampler(options.ratio)
  const isSampled = (traceId: string) =>
    sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED
  const sender = createSpanSender(options)
  const traces = new Traces({
    store: options.store,
    keep: options.keep,
    isSampled,
    send: sender.send,
    lost: (why) => sender.lost(1, why),
  })

  return {
    follow(bus) {
      for (const type of tracedTypes) subscribe(bus, type)
    },
    changed(sessionIds) {
      for (const sessionId of sessionIds) traces.forget(sessionId)
    },
    correlationOf({ id, correlation }, stepId, attempt) {
      const { session, caller } = traceContextOf({ id, correlation }, isSampled)
      // A span that will not be there can be nobody's parent.
      if (caller !== undefined && !isSampledContext(session)) return correlation
      const traceparent = toTraceparent(attemptContext(session, stepId, attempt))
      return { ...correlation, traceparent }
    },
    async close() {
      await within(options.clock, options.flushMs, traces.idle(), undefined)
      await sender.close()
    },
  }

  function subscribe<T extends TracedEvent['type']>(bus: Pick<EventBus, 'on'>, type: T): void {
    bus.on(type, (event: EventOf<T>, commit) => traces.take(event as TracedEvent, commit))
  }
}
