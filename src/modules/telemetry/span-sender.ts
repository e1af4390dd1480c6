import { randomUUID } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { ExportResultCode, parseKeyPairsIntoRecord } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { within } from '../../within.ts'
import { type FinishedSpan, toReadableSpan } from './finished-span.ts'

export interface SpanSenderOptions {
  /** Where the collector is; spans go to `/v1/traces` below it. */
  readonly endpoint: string
  /** As `name=value` pairs, separated by commas. */
  readonly headers: string
  readonly serviceName: string
  readonly version: string
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
  /** How long the end waits for the collector. */
  readonly flushMs: number
}

export interface SpanSender {
  /** Never waits: what the collector cannot take in time is dropped. */
  send(span: FinishedSpan): void
  /** So many spans will not be seen. */
  lost(spans: number, why: string): void
  close(): Promise<void>
}

/** Spans on their way to the collector, at most; a few kilobytes each. */
const MAX_PENDING = 8192
const BATCH_DELAY_MS = 1000
const REQUEST_TIMEOUT_MS = 10_000
/** A collector that is down for a day should not fill the log. */
const WARN_EVERY_MS = 60_000

/** Sends spans in batches over OTLP/HTTP as JSON. */
export function createSpanSender(options: SpanSenderOptions): SpanSender {
  const { clock, log, version, serviceName } = options
  const resource = defaultResource().merge(
    resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
  )
  const { exporter, agent } = createExporter(options)
  const processor = new BatchSpanProcessor({
    exporter: watched(exporter, settled),
    maxQueueSize: MAX_PENDING,
    maxExportBatchSize: 512,
    scheduledDelayMillis: BATCH_DELAY_MS,
    exportTimeoutMillis: 2 * REQUEST_TIMEOUT_MS,
  })
  let pending = 0
  let lostSpans = 0
  let warnedAt = Number.NEGATIVE_INFINITY

  return {
    send(span) {
      if (pending >= MAX_PENDING) {
        lost(1, 'the collector is too slow')
        return
      }
      pending += 1
      processor.onEnd(toReadableSpan(span, { resource, version }))
    },
    lost,
    async close() {
      const flushed = processor.shutdown().then(
        () => true,
        () => false,
      )
      if (!(await within(clock, options.flushMs, flushed, false))) {
        lost(pending, 'the collector did not answer before the end')
      }
      agent.destroy()
    },
  }

  function settled(spans: number, fault: string | undefined): void {
    pending -= spans
    if (fault !== undefined) lost(spans, fault)
  }

  function lost(spans: number, why: string): void {
    lostSpans += spans
    if (lostSpans === 0 || clock.now() - warnedAt < WARN_EVERY_MS) return
    warnedAt = clock.now()
    log.warn({ spans: lostSpans, why }, 'spans were lost')
    lostSpans = 0
  }
}

/** Everything is said here, so that nothing but headers is looked for in the environment. */
function createExporter({ endpoint, headers }: SpanSenderOptions) {
  const url = new URL(endpoint)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  const agentOptions = { keepAlive: true, maxSockets: 4 }
  const agent =
    url.protocol === 'https:' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions)
  const exporter = new OTLPTraceExporter({
    url: url.href,
    headers: parseKeyPairsIntoRecord(headers),
    timeoutMillis: REQUEST_TIMEOUT_MS,
    httpAgentOptions: () => agent,
  })
  return { exporter, agent }
}

/** Tells what became of each batch. The processor need not hear of faults: it has no second try. */
function watched(
  exporter: SpanExporter,
  settled: (spans: number, fault: string | undefined) => void,
): SpanExporter {
  return {
    export(spans, done) {
      const finish = (fault?: string) => {
        settled(spans.length, fault)
        done({ code: ExportResultCode.SUCCESS })
      }
      try {
        exporter.export(spans, ({ code, error }) =>
          finish(
            code === ExportResultCode.SUCCESS
              ? undefined
              : (error?.message ?? 'the collector refused'),
          ),
        )
      } catch (error) {
        finish(`they cannot be written: ${String(error)}`)
      }
    },
    shutdown: () => exporter.shutdown(),
  }
}
