import { expect, test } from 'vitest'
import { createMetrics } from '../../../src/modules/metrics/index.ts'

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
