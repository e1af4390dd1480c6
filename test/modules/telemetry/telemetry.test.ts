import { describe, expect, test } from 'vitest'
import type { Correlation } from '../../../src/store/types.ts'
import { type Collector, type ReceivedSpan, startCollector } from '../../support/collector.ts'
import { functionExecutor, handExecutor, noop } from '../../support/hand-executor.ts'
import { startServer } from '../../support/local-server.ts'
import { logLines } from '../../support/log-lines.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, json, start, until } from '../../support/sessions.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const callerSpan = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${callerSpan}-01`

/** An executor that fails its first attempt of each session. */
const flaky = functionExecutor('flaky', (_, { attempt }) =>
  attempt > 1
    ? { status: 'succeeded' }
    : { status: 'failed', code: 'UNEXPECTED_STATUS', message: 'not yet', retryable: true },
)

const broken = functionExecutor('broken', () => ({
  status: 'error',
  code: 'EXECUTOR_FAILED',
  message: 'it is broken',
  retryable: false,
}))

function settingsOf(collector: Pick<Collector, 'url'>) {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
}

/** Everything a service has made of its sessions, which it sends at its end. */
async function spansAfter(
  service: Service,
  collector: Collector,
): Promise<readonly ReceivedSpan[]> {
  await service.app.close()
  return collector.spans()
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const [span, ...more] = spans.filter((one) => one.name === name)
  if (span === undefined || more.length > 0) {
    throw new Error(`not one ${name} among ${spans.map((one) => one.name)}`)
  }
  return span
}

/** Each span's name under its parent's; throws for a span whose parent was not sent. */
function treeOf(spans: readonly ReceivedSpan[], root: string | undefined): string[] {
  expect(new Set(spans.map((span) => span.spanId)).size).toBe(spans.length)
  return spans
    .map(({ name, parentSpanId }) => {
      if (parentSpanId === root) return name
      const parent = spans.find(({ spanId }) => spanId === parentSpanId)
      if (parent === undefined) throw new Error(`${name} has no parent`)
      return `${parent.name} > ${name}`
    })
    .sort()
}

describe('the spans of a session', () => {
  test('are a tree under the caller’s span, with the times and facts of the log', async () => {
    await using collector = await startCollector()
    await using service = await startService(settingsOf(collector), { executors: [flaky, noop] })
    const workflow = {
      name: 'nightly',
      steps: [
        { id: 'fetch', uses: 'flaky', retry: { maxAttempts: 2, delay: '1ms' } },
        { id: 'keep', uses: 'noop' },
        { id: 'never', uses: 'noop', when: 'false' },
      ],
    }
    const id = await start(service, workflow, { traceparent })
    const events = await ended(service, id)
    const spans = await spansAfter(service, collector)

    expect(treeOf(spans, callerSpan)).toEqual([
      'session nightly',
      'session nightly > step fetch',
      'session nightly > step keep',
      'step fetch > flaky attempt',
      'step fetch > flaky attempt',
      'step keep > noop attempt',
    ])
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
    const timeOf = (type: string, stepId?: string, attempt?: number) => {
      const event = events.find(
        (one) =>
          one.type === type &&
          (stepId === undefined || ('stepId' in one && one.stepId === stepId)) &&
          (attempt === undefined || ('attempt' in one && one.attempt === attempt)),
      )
      return Date.parse(event?.at ?? '')
    }
    const session = named(spans, 'session nightly')
    expect(session).toMatchObject({
      startedAt: timeOf('session.created'),
      endedAt: timeOf('session.completed'),
      attributes: {
        'stepstream.session.id': id,
        'stepstream.session.name': 'nightly',
        'stepstream.session.status': 'completed',
        'stepstream.tenant': 'default',
      },
      resource: { 'service.name': 'stepstream', 'service.version': '0.0.0' },
    })
    expect(session.status.code).toBe(0)
    expect(named(spans, 'step fetch')).toMatchObject({
      startedAt: timeOf('step.started', 'fetch', 1),
      endedAt: timeOf('step.completed', 'fetch'),
      attributes: {
        'stepstream.session.id': id,
        'stepstream.step.id': 'fetch',
        'stepstream.step.uses': 'flaky',
        'stepstream.step.status': 'completed',
      },
      events: [
        {
          name: 'step.retrying',
          at: timeOf('step.retrying'),
          attributes: { 'stepstream.delay_ms': 1, 'error.type': 'UNEXPECTED_STATUS' },
        },
      ],
    })
    const attempts = spans.filter(({ name }) => name === 'flaky attempt')
    expect(attempts).toMatchObject([
      {
        startedAt: timeOf('step.started', 'fetch', 1),
        endedAt: timeOf('step.retrying'),
        attributes: {
          'stepstream.step.attempt': 1,
          'stepstream.attempt.result': 'retrying',
          'error.type': 'UNEXPECTED_STATUS',
        },
        status: { code: 2, message: 'not yet' },
      },
      {
        startedAt: timeOf('step.started', 'fetch', 2),
        endedAt: timeOf('step.completed', 'fetch'),
        attributes: { 'stepstream.step.attempt': 2, 'stepstream.attempt.result': 'completed' },
      },
    ])
  })

  test('tell how it failed, and have a trace of their own where no caller has one', async () => {
    await using collector = await startCollector()
    await using service = await startService(settingsOf(collector), { executors: [broken, noop] })
    const steps = [
      { id: 'a', uses: 'broken' },
      { id: 'b', uses: 'noop' },
    ]
    await ended(service, await start(service, { steps }))
    await ended(service, await start(service, { steps }))
    const spans = await spansAfter(service, collector)

    const traces = Map.groupBy(spans, (span) => span.traceId)
    expect(traces.size).toBe(2)
    for (const trace of traces.values()) {
      expect(treeOf(trace, undefined)).toEqual([
        'session',
        'session > step a',
        'step a > broken attempt',
      ])
      for (const span of trace) {
        expect(span.status).toEqual({ code: 2, message: 'it is broken' })
        expect(span.attributes['error.type']).toBe('EXECUTOR_FAILED')
      }
    }
  })

  test('note waits and pauses, and a person’s answer', async () => {
    await using collector = await startCollector()
    await using service = await startService(settingsOf(collector), { executors: [broken] })
    const steps = [{ id: 'a', uses: 'broken' }, 'Wait 1h']
    const id = await start(service, { onFailure: 'escalate', steps })
    await until(service, id, 'session.waiting')
    await service.post(`/v1/sessions/${id}/pause`)
    await service.post(`/v1/sessions/${id}/resume`)
    await service.post(`/v1/sessions/${id}/steps/a/complete`, { reason: 'done by hand' })
    await until(service, id, 'step.waiting')
    await expect
      .poll(async () => (await json(service.get(`/v1/sessions/${id}`)))['status'])
      .toBe('waiting')
    await service.post(`/v1/sessions/${id}/cancel`)
    await ended(service, id)
    const spans = await spansAfter(service, collector)

    const wait = spans.find(({ name }) => name === 'wait attempt')
    expect(wait?.attributes).toMatchObject({ 'stepstream.attempt.result': 'cancelled' })
    const session = named(spans, 'session')
    expect(session.attributes['stepstream.session.status']).toBe('cancelled')
    expect(session.events.map(({ name }) => name)).toEqual([
      'session.started',
      'session.waiting',
      'session.paused',
      'session.resumed',
      'session.waiting',
      'session.waiting',
      'session.cancelling',
    ])
    const asked = named(spans, 'step a')
    expect(asked.events.map(({ name }) => name)).toEqual(['step.waiting', 'step.resolved'])
    expect(asked.attributes['stepstream.step.status']).toBe('completed')
    expect(named(spans, 'broken attempt')).toMatchObject({ status: { code: 2 } })
  })

  test('are one tree when it goes on in another process', async () => {
    await using collector = await startCollector()
    const before = handExecutor()
    await using first = await startService(settingsOf(collector), {
      executors: [noop, before.executor],
    })
    const steps = [
      { id: 'a', uses: 'noop' },
      { id: 'b', uses: 'hand' },
    ]
    const id = await start(first, { name: 'long', steps }, { traceparent })
    await before.attempt()
    await first.app.close()
    expect(collector.spans().map(({ name }) => name)).not.toContain('session long')

    const after = handExecutor()
    await using second = await startService(
      { ...settingsOf(collector), DATA_DIR: first.dataDir },
      { executors: [noop, after.executor] },
    )
    const attempt = await after.attempt()
    attempt.succeed()
    const events = await ended(second, id)
    const spans = await spansAfter(second, collector)

    expect(treeOf(spans, callerSpan)).toEqual([
      'session long',
      'session long > step a',
      'session long > step b',
      'step a > noop attempt',
      'step b > hand attempt',
      'step b > hand attempt',
    ])
    const began = events.find((one) => one.type === 'step.started' && one.stepId === 'b')
    const step = named(spans, 'step b')
    expect(step.startedAt).toBe(Date.parse(began?.at ?? ''))
    expect(step.events.map(({ name }) => name)).toEqual(['step.interrupted'])
    expect(new Set(spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2)
  })

  test('link a session to the one it was forked from', async () => {
    await using collector = await startCollector()
    await using service = await startService(settingsOf(collector), { executors: [noop] })
    const origin = await start(
      service,
      { name: 'origin', steps: [{ id: 'a', uses: 'noop' }] },
      {
        traceparent,
      },
    )
    await ended(service, origin)
    const fork = await json<{ sessionId: string }>(
      service.post(`/v1/sessions/${origin}/fork`, { fromStep: 'a' }),
    )
    await ended(service, fork.sessionId)
    const spans = await spansAfter(service, collector)
    const [first, second] = spans.filter(({ name }) => name === 'session origin')
    expect(first?.links).toEqual([])
    expect(second?.traceId).not.toBe(traceId)
    expect(second?.links).toMatchObject([{ traceId, spanId: first?.spanId }])
  })
})

describe('the traceparent that steps pass on', () => {
  /** What the attempts of a session that is started with these headers are given. */
  async function passedOn(
    settings: Record<string, string>,
    headers: Record<string, string>,
  ): Promise<Correlation | undefined> {
    let seen: Correlation | undefined
    const look = functionExecutor('look', (_, { correlation }) => {
      seen = correlation
      return { status: 'succeeded' }
    })
    await using service = await startService(settings, { executors: [look] })
    await ended(service, await start(service, [{ uses: 'look' }], headers))
    return seen
  }

  test('names the attempt’s span as the parent', async () => {
    await using collector = await startCollector()
    await using target = await startServer((_, response) => response.end('{}'))
    await using service = await startService(settingsOf(collector))
    const steps = [{ id: 'call', uses: 'webhook', with: { method: 'POST', url: target.url } }]
    await ended(service, await start(service, { steps }, { traceparent }))
    const spans = await spansAfter(service, collector)
    const { spanId } = named(spans, 'webhook attempt')
    expect(target.received[0]?.headers['traceparent']).toBe(`00-${traceId}-${spanId}-01`)
  })

  test('is the caller’s own without a collector, and none without a caller', async () => {
    expect(await passedOn({}, { traceparent })).toMatchObject({ traceparent })
    expect(await passedOn({}, {})).not.toHaveProperty('traceparent')
  })

  test('is the caller’s own where the caller does not want the trace', async () => {
    await using collector = await startCollector()
    const unwanted = traceparent.replace(/01$/, '00')
    expect(await passedOn(settingsOf(collector), { traceparent: unwanted })).toMatchObject({
      traceparent: unwanted,
    })
    expect(collector.spans()).toEqual([])
  })

  test('says what a ratio has decided', async () => {
    await using collector = await startCollector()
    const none = { ...settingsOf(collector), OTEL_TRACES_SAMPLER_ARG: '0' }
    expect((await passedOn(none, {}))?.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/)
    expect(collector.spans()).toEqual([])
    await passedOn(none, { traceparent })
    expect(collector.spans().map((span) => span.traceId)).toEqual([traceId, traceId, traceId])
  })
})

describe('the collector', () => {
  test('gets the headers and the service name of the settings, below its own path', async () => {
    await using collector = await startCollector()
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/otlp/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-team=a',
      OTEL_SERVICE_NAME: 'orders',
    }
    await using service = await startService(settings, { executors: [noop] })
    await ended(service, await start(service, [{ uses: 'noop' }]))
    const [span] = await spansAfter(service, collector)
    expect(span?.resource['service.name']).toBe('orders')
    expect(collector.requests[0]).toMatchObject({
      method: 'POST',
      path: '/otlp/v1/traces',
      headers: { authorization: 'Bearer abc', 'x-team': 'a', 'content-type': 'application/json' },
    })
  })

  test('gets nothing while the setting is empty', async () => {
    await using collector = await startCollector()
    await using service = await startService({}, { executors: [noop] })
    await ended(service, await start(service, [{ uses: 'noop' }], { traceparent }))
    expect(await spansAfter(service, collector)).toEqual([])
    expect(collector.requests).toEqual([])
  })

  test('that hangs delays neither a session nor the end', async () => {
    await using collector = await startCollector(() => {})
    const lines = logLines()
    await using service = await startService(
      { ...settingsOf(collector), LOG_LEVEL: 'warn', SHUTDOWN_GRACE: '100ms' },
      { executors: [noop], logDestination: lines },
    )
    await ended(service, await start(service, [{ uses: 'noop' }]))
    const before = performance.now()
    await service.app.close()
    expect(performance.now() - before).toBeLessThan(8000)
    expect(collector.requests).toHaveLength(1)
    expect(lines.of('spans were lost')).toMatchObject([
      { spans: 3, why: 'the collector did not answer before the end' },
    ])
  })

  test('that refuses costs a warning now and then, and its secret is in none', async () => {
    await using collector = await startCollector((_, response) =>
      response.writeHead(401).end('no such token'),
    )
    const lines = logLines()
    await using service = await startService(
      {
        ...settingsOf(collector),
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
        LOG_LEVEL: 'warn',
      },
      { executors: [noop], logDestination: lines },
    )
    for (const requests of [1, 2]) {
      await ended(service, await start(service, [{ uses: 'noop' }]))
      await expect.poll(() => collector.requests.length, { timeout: 5000 }).toBe(requests)
    }
    await service.app.close()
    expect(lines.of('spans were lost')).toMatchObject([{ spans: 3, why: 'Unauthorized' }])
    expect(lines.text()).not.toContain('hunter2')
  })
})
