import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { within } from '../../within.ts'
import type { MetricSources } from './types.ts'

/** How long a scrape waits for the store, so that the other figures still come in time. */
const ANSWER_MS = 3000

/** The figures that are the store's to tell; `read` brings them up to date. */
export function createStoreGauges(
  registers: Registry[],
  { sessionsByStatus }: Pick<MetricSources, 'sessionsByStatus'>,
  clock: Clock,
): { read(): Promise<void> } {
  const up = new Gauge({
    name: 'stepstream_store_up',
    help: 'Whether the store answered this scrape',
    registers,
  })
  const sessions = new Gauge({
    name: 'stepstream_sessions',
    help: 'Sessions in the store by status',
    labelNames: ['status'],
    registers,
  })
  let asking: ReturnType<MetricSources['sessionsByStatus']> | undefined

  return {
    async read() {
      const counts = await within(clock, ANSWER_MS, ask(), undefined).catch(ifRefused)
      up.set(counts === undefined ? 0 : 1)
      sessions.reset()
      for (const [status, count] of Object.entries(counts ?? {})) {
        sessions.set({ status }, count ?? 0)
      }
    },
  }

  /** A store that hangs must not gather the questions of every scrape. */
  function ask() {
    asking ??= sessionsByStatus().finally(() => {
      asking = undefined
    })
    return asking
  }
}

function ifRefused(error: unknown): undefined {
  if (error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE') return undefined
  throw error
}
