import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from '../support/collector.ts'
import { startProcess } from '../support/server-process.ts'
import { json, until } from '../support/sessions.ts'
import { dropDatabase } from '../support/store.ts'

test('spans are one tree over a kill -9, and SIGTERM sends what is left', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stepstream-'))
  onTestFinished(async () => {
    await rm(dataDir, { recursive: true, force: true })
    dropDatabase(dataDir)
  })
  await using collector = await startCollector()
  const settings = { DATA_DIR: dataDir, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const first = await startProcess(settings)
  onTestFinished(() => first.stop().then(() => {}))
  const answer = fetch(`${first.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '["Wait 1 ms", "Wait 2 seconds"]',
  })
  const { sessionId } = await json<{ sessionId: string }>(answer)
  const names = () => collector.spans().map(({ name }) => name)
  await expect.poll(names, { timeout: 10_000 }).toContain('wait attempt')
  await first.stop('SIGKILL')

  const second = await startProcess(settings)
  onTestFinished(() => second.stop().then(() => {}))
  const events = await until(second, sessionId, 'session.completed')
  expect(await second.stop('SIGTERM')).toBe(0)

  const spans = collector.spans()
  expect(names().sort()).toEqual([
    'session',
    'step step1',
    'step step2',
    'wait attempt',
    'wait attempt',
  ])
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
  const ids = new Set([undefined, ...spans.map(({ spanId }) => spanId)])
  expect(spans.filter(({ parentSpanId }) => !ids.has(parentSpanId))).toEqual([])
  expect(spans.find(({ name }) => name === 'session')).toMatchObject({
    startedAt: Date.parse(events[0]?.at ?? ''),
    endedAt: Date.parse(events.at(-1)?.at ?? ''),
  })
})
