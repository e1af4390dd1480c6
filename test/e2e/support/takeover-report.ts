import { expect } from 'vitest'
import type { ReplicaToll } from './replica-campaign.ts'
import type { Dealt } from './replicas-under-fire.ts'

const AFTER_FREEZE_MS = 15_000

/** A line for each blow and one for the whole, for whoever watches the run. */
export function tell(seed: number, { blows, warnings, ...toll }: ReplicaToll): void {
  const lines = blows.map(({ kind, ms, replica, takeover, witnessed }) => {
    const { sessions, moved, lastMs } = takeover
    const gone = sessions === 0 ? 'drove nothing' : `${moved} of ${sessions} went on elsewhere`
    const by = moved === 0 ? '' : `, the last after ${lastMs} ms`
    return `  ${replica} ${kind} ${ms} ms: ${gone}${by}${witnessed ? '' : ' (others were unwell too)'}`
  })
  const warned = Object.entries(warnings).map(([warning, times]) => `  ${times} × ${warning}`)
  const whole = `SEED=${seed} ${JSON.stringify(toll)}`
  process.stdout.write(`${[whole, ...lines, ...warned].join('\n')}\n`)
}

/**
 * Sessions move in time where somebody was well enough to take them.
 * @param afterKillMs the most that half of the kills may take; a busy machine delays some
 */
export function checkTakeovers(blows: readonly Dealt[], afterKillMs: number): void {
  for (const { kind, takeover } of blows) {
    if (kind === 'kill') expect(takeover.moved).toBe(takeover.sessions)
  }
  const witnessed = blows.filter(({ witnessed, takeover }) => witnessed && takeover.moved > 0)
  const after = (...kinds: readonly string[]) =>
    witnessed.filter(({ kind }) => kinds.includes(kind)).map(({ takeover }) => takeover.lastMs)
  const kills = after('kill').toSorted((one, other) => one - other)
  if (kills.length > 0)
    expect(medianOf(kills), `takeover after kills: ${kills}`).toBeLessThan(afterKillMs)
  for (const ms of after('stop', 'freeze'))
    expect(ms, 'takeover after a freeze').toBeLessThan(AFTER_FREEZE_MS)
  for (const { kind, ms, takeover } of blows.filter((blow) => blow.witnessed)) {
    const isFrozen = kind === 'stop' || kind === 'freeze'
    if (isFrozen && ms >= AFTER_FREEZE_MS) expect(takeover.moved).toBe(takeover.sessions)
  }
}

function medianOf(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
