import { expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { createMetrics } from '../../../src/modules/metrics/index.ts'
import type { MetricSources } from '../../../src/modules/metrics/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const noStreams = {
  open: 0,
  opened: 0,
  closed: {},
  deliveredEvents: 0,
  writtenBytes: 0,
  maxLag: 0,
}

const idle: MetricSources = {
  sessionsByStatus: async () => ({ waiting: 3 }),
  load: () => ({ running: 0, queued: 0 }),
  streams: () => noStreams,
  places: 100,
}

/** The value of a metric without labels. */
const figure = (text: string, name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]

test('figures are read at the scrape, and a status that is gone is gone there too', async () => {
  let byStatus: Record<string, number> = { running: 2, waiting: 5 }
  const streams = {
    open: 3,
    opened: 7,
    closed: { ended: 4 },
    deliveredEvents: 100,
    writtenBytes: 5000,
    maxLag: 9,
  }
  const metrics = createMetrics({
    sessionsByStatus: async () => byStatus,
    load: () => ({ running: 2, queued: 11 }),
    streams: () => streams,
    places: 100,
  })
  metrics.attemptEnded('webhook', 'succeeded', 0.2)
  metrics.attemptEnded('webhook', 'error', 3)
  metrics.committed(0.002, 40)

  const first = await metrics.render()
  byStatus = { completed: 1 }
  const second = await metrics.render()

  expect(metrics.contentType).toMatch(/^text\/plain/)
  for (const line of [
    'stepstream_sessions{status="running"} 2',
    'stepstream_sessions{status="waiting"} 5',
    'stepstream_sessions_waiting_for_place 11',
    'stepstream_stream_clients 3',
    'stepstream_stream_lag_events 9',
    'stepstream_streams_opened_total 7',
    'stepstream_streams_closed_total{reason="ended"} 4',
    'stepstream_stream_events_total 100',
    'stepstream_stream_bytes_total 5000',
    'stepstream_step_attempt_seconds_bucket{le="0.5",uses="webhook",status="succeeded"} 1',
    'stepstream_step_attempt_seconds_bucket{le="1",uses="webhook",status="error"} 0',
    'stepstream_store_commit_seconds_sum 0.002',
    'stepstream_store_commit_rows_sum 40',
  ]) {
    expect(first.split('\n')).toContain(line)
  }
  expect(second).toContain('stepstream_sessions{status="completed"} 1')
  expect(second).not.toContain('stepstream_sessions{status="running"}')
  expect(second).toContain('stepstream_streams_opened_total 7')
})

test('a store that refuses is told as such, and takes no other figure with it', async () => {
  let error: Error | undefined
  const metrics = createMetrics({
    ...idle,
    sessionsByStatus: async () => {
      if (error !== undefined) throw error
      return { waiting: 3 }
    },
  })
  const before = await metrics.render()
  expect(figure(before, 'stepstream_store_up')).toBe('1')
  error = new StepstreamError('STORAGE_UNAVAILABLE', 'the database cannot be reached')
  const during = await metrics.render()
  expect(figure(during, 'stepstream_store_up')).toBe('0')
  expect(during).not.toContain('stepstream_sessions{')
  expect(figure(during, 'stepstream_sessions_driven')).toBe('0')
  error = undefined
  expect(await metrics.render()).toContain('stepstream_sessions{status="waiting"} 3')
  error = new TypeError('a fault of our own')
  await expect(metrics.render()).rejects.toThrow('a fault of our own')
})

test('a store that hangs holds up a scrape for three seconds, and is asked once', async () => {
  const clock = new ManualClock()
  const hung = Promise.withResolvers<Record<string, number>>()
  let asked = 0
  const metrics = createMetrics(
    {
      ...idle,
      sessionsByStatus: () => {
        asked += 1
        return hung.promise
      },
    },
    clock,
  )
  for (const scrape of [metrics.render(), metrics.render()]) {
    clock.advance(3000)
    expect(figure(await scrape, 'stepstream_store_up')).toBe('0')
  }
  expect(asked).toBe(1)
  hung.resolve({ waiting: 1 })
  await hung.promise
  expect(figure(await metrics.render(), 'stepstream_store_up')).toBe('1')
})

test.for([
  ['idle', 0, 0, '0'],
  ['half full', 50, 0, '0.5'],
  ['about to take what waits', 50, 20, '0.5'],
  ['full', 100, 0, '1'],
  ['full, with a queue', 100, 20, '1.2'],
  ['full, with a queue for many replicas', 100, 5000, '2'],
] as const)(
  'a replica that is %s says how much of its places is used',
  async ([, running, queued, ratio]) => {
    const metrics = createMetrics({ ...idle, places: 100, load: () => ({ running, queued }) })
    const text = await metrics.render()
    expect(figure(text, 'stepstream_places')).toBe('100')
    expect(figure(text, 'stepstream_places_used_ratio')).toBe(ratio)
  },
)

test('what other replicas wrote is counted', async () => {
  const metrics = createMetrics(idle)
  metrics.changesSeen(3)
  metrics.changesSeen(1)
  expect(figure(await metrics.render(), 'stepstream_changes_seen_total')).toBe('4')
})
