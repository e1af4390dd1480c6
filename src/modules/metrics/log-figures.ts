import { Counter, Histogram, type Registry } from 'prom-client'
import type { EventBus } from '../event-bus/types.ts'

const SESSION_SECONDS = [0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600, 86_400]

/** The figures that are counted from the committed log; only events that are rare among all are looked at. */
export function createLogFigures(registers: Registry[]): (bus: Pick<EventBus, 'on'>) => void {
  const sessions = new Histogram({
    name: 'stepstream_session_seconds',
    help: 'Duration of ended sessions by final status',
    labelNames: ['status'],
    buckets: SESSION_SECONDS,
    registers,
  })
  const retries = new Counter({
    name: 'stepstream_step_retries_total',
    help: 'Attempts that failed and are made again, by error code',
    labelNames: ['code'],
    registers,
  })
  const failures = new Counter({
    name: 'stepstream_steps_failed_total',
    help: 'Steps that failed for good, by error code',
    labelNames: ['code'],
    registers,
  })

  return (bus) => {
    const ended = (status: string, durationMs: number) =>
      sessions.observe({ status }, durationMs / 1000)
    bus.on('session.completed', ({ data }) => ended(data.status, data.durationMs))
    bus.on('session.failed', ({ data }) => ended('failed', data.durationMs))
    bus.on('session.cancelled', ({ data }) => ended('cancelled', data.durationMs))
    bus.on('step.retrying', ({ data }) => retries.inc({ code: data.error.code }))
    bus.on('step.failed', ({ data }) => failures.inc({ code: data.error.code }))
  }
}
