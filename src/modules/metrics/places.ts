import { Gauge, type Registry } from 'prom-client'
import { gauge } from './gauge.ts'
import type { MetricSources } from './types.ts'

/** How full this process is, for whoever decides how many of them there should be. */
export function placeGauges(registers: Registry[], { places, load }: MetricSources): void {
  gauge(registers, 'stepstream_sessions_driven', 'Sessions being driven now', () => load().running)
  gauge(
    registers,
    'stepstream_sessions_waiting_for_place',
    'Sessions of all replicas that wait to be driven',
    () => load().queued,
  )
  gauge(
    registers,
    'stepstream_places',
    'How many sessions this replica drives at once, at most',
    () => places,
  )
  new Gauge({
    name: 'stepstream_places_used_ratio',
    help: 'Sessions driven per place; in a full replica also the sessions that wait per place, 1 at most',
    registers,
    collect() {
      this.set(usedRatio(places, load()))
    },
  })
}

/**
 * The share of the places that are taken; when none is free, the queue is added, in places too. The
 * queue is everybody's and the number of replicas unknown, so each replica counts all of it, but no
 * more than its own places again: whoever scales by the average then doubles the replicas at most.
 */
function usedRatio(places: number, { running, queued }: ReturnType<MetricSources['load']>): number {
  const used = running / places
  return used < 1 ? used : used + Math.min(queued / places, 1)
}
