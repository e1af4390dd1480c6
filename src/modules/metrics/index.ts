import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { type Clock, systemClock } from '../../clock.ts'
import { gauge } from './gauge.ts'
import { createLogFigures } from './log-figures.ts'
import { placeGauges } from './places.ts'
import { createStoreGauges } from './store-gauges.ts'
import type { MetricSources, Metrics } from './types.ts'

const ATTEMPT_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600]
const TURN_SECONDS = [0.001, 0.01, 0.1, 0.5, 1, 5, 30, 120, 600, 3600]
const COMMIT_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1]
const COMMIT_ROWS = [1, 5, 25, 100, 500, 2500, 10_000]

/** The metrics of this process; what can be asked for is asked for at the scrape, not counted along. */
export function createMetrics(sources: MetricSources, clock: Clock = systemClock): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const attempts = new Histogram({
    name: 'stepstream_step_attempt_seconds',
    help: 'Duration of step attempts by executor and result',
    labelNames: ['uses', 'status'],
    buckets: ATTEMPT_SECONDS,
    registers,
  })
  const turns = new Histogram({
    name: 'stepstream_rate_limited_seconds',
    help: 'How long attempts waited for RATE_LIMITS to let them begin, by executor',
    labelNames: ['uses'],
    buckets: TURN_SECONDS,
    registers,
  })
  const commitSeconds = new Histogram({
    name: 'stepstream_store_commit_seconds',
    help: 'Duration of the store’s grouped commits',
    buckets: COMMIT_SECONDS,
    registers,
  })
  const commitRows = new Histogram({
    name: 'stepstream_store_commit_rows',
    help: 'Rows written by one grouped commit',
    buckets: COMMIT_ROWS,
    registers,
  })
  const changes = new Counter({
    name: 'stepstream_changes_seen_total',
    help: 'Sessions that other replicas were seen to have written to, once for each time',
    registers,
  })
  const scheduleFires = new Counter({
    name: 'stepstream_schedule_fires_total',
    help: 'Fire times of schedules by what became of them',
    labelNames: ['kind'],
    registers,
  })
  const hookFires = new Counter({
    name: 'stepstream_hook_fires_total',
    help: 'Calls of hooks and events that hooks listen to, by what became of them',
    labelNames: ['kind'],
    registers,
  })
  const auditLost = new Counter({
    name: 'stepstream_audit_lost_total',
    help: 'Entries of the audit log that could not be written; the log of the service has them',
    registers,
  })
  const deliveries = new Counter({
    name: 'stepstream_deliveries_total',
    help: 'Attempts to tell receivers of ends, by result: delivered, retrying (there will be another), failed (given up)',
    labelNames: ['result'],
    registers,
  })
  const store = createStoreGauges(registers, sources, clock)
  placeGauges(registers, sources)
  streamGauges(registers, sources)
  return {
    contentType: registry.contentType,
    async render() {
      await store.read()
      return registry.metrics()
    },
    follow: createLogFigures(registers),
    attemptEnded: (uses, status, seconds) => attempts.observe({ uses, status }, seconds),
    turnCame: (uses, seconds) => turns.observe({ uses }, seconds),
    committed(seconds, rows) {
      commitSeconds.observe(seconds)
      commitRows.observe(rows)
    },
    deliveryAttempted: (result) => deliveries.inc({ result }),
    changesSeen: (sessions) => changes.inc(sessions),
    schedulesFired: (kind, times) => scheduleFires.inc({ kind }, times),
    hooksFired: (kind, count) => hookFires.inc({ kind }, count),
    auditLost: () => auditLost.inc(),
  }
}

function streamGauges(registers: Registry[], { streams }: MetricSources): void {
  gauge(registers, 'stepstream_stream_clients', 'Open event streams', () => streams().open)
  gauge(
    registers,
    'stepstream_stream_lag_events',
    'Events the slowest open stream is behind',
    () => streams().maxLag,
  )
  counter(
    registers,
    'stepstream_streams_opened_total',
    'Event streams opened',
    () => streams().opened,
  )
  counter(
    registers,
    'stepstream_stream_events_total',
    'Events handed to streams',
    () => streams().deliveredEvents,
  )
  counter(
    registers,
    'stepstream_stream_bytes_total',
    'Bytes written to streams',
    () => streams().writtenBytes,
  )
  new Counter({
    name: 'stepstream_streams_closed_total',
    help: 'Event streams closed by reason',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset()
      for (const [reason, count] of Object.entries(streams().closed)) this.inc({ reason }, count)
    },
  })
}

function counter(registers: Registry[], name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset()
      this.inc(read())
    },
  })
}
