import type { ServerResponse } from 'node:http'
import { type LocalServer, type ReceivedRequest, startServer } from './local-server.ts'

/** A span as OTLP's JSON has it, with its lists of attributes as objects. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** ms since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly {
    readonly name: string
    readonly at: number
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  /** 2: failed. */
  readonly status: { readonly code: number; readonly message?: string }
  readonly resource: Readonly<Record<string, unknown>>
}

export interface Collector extends AsyncDisposable {
  readonly url: string
  readonly requests: LocalServer['received']
  /** What has come so far. */
  spans(): readonly ReceivedSpan[]
}

/** An OpenTelemetry collector that keeps what it gets. */
export async function startCollector(
  answer: (request: ReceivedRequest, response: ServerResponse) => void = (_, response) =>
    response.setHeader('content-type', 'application/json').end('{}'),
): Promise<Collector> {
  const server = await startServer(answer)
  return {
    url: server.url,
    requests: server.received,
    spans: () => server.received.flatMap(({ body }) => spansOf(JSON.parse(body))),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

type Attributes = readonly {
  key: string
  value: { stringValue?: string; intValue?: number | string; boolValue?: boolean }
}[]

interface Body {
  resourceSpans: {
    resource: { attributes: Attributes }
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes' | 'events' | 'parentSpanId'> & {
        parentSpanId?: string
        startTimeUnixNano: string
        endTimeUnixNano: string
        attributes: Attributes
        events: { name: string; timeUnixNano: string; attributes: Attributes }[]
      })[]
    }[]
  }[]
}

function spansOf({ resourceSpans }: Body): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        startedAt: toMs(span.startTimeUnixNano),
        endedAt: toMs(span.endTimeUnixNano),
        attributes: toObject(span.attributes),
        events: span.events.map((event) => ({
          name: event.name,
          at: toMs(event.timeUnixNano),
          attributes: toObject(event.attributes),
        })),
        resource: toObject(resource.attributes),
      })),
    ),
  )
}

function toMs(nanoseconds: string): number {
  // In microseconds first: nanoseconds are too many for a number.
  return Number(BigInt(nanoseconds) / 1000n) / 1000
}

function toObject(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? Number(value.intValue),
    ]),
  )
}
