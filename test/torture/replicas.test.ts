import { describe, expect, test } from 'vitest'
import { withSeed } from '../e2e/support/random.ts'
import { type ReplicaCampaignOptions, runReplicaCampaign } from '../e2e/support/replica-campaign.ts'
import { checkTakeovers, tell } from '../e2e/support/takeover-report.ts'
import { dataDir } from '../store/data-dir.ts'

const rounds = Array.from({ length: Number(process.env['ROUNDS'] ?? 20) }, (_, round) => round + 1)

const options: Omit<ReplicaCampaignOptions, 'seed' | 'workDir'> = {
  sessions: 300,
  followers: 40,
  meddled: 0.2,
  postedOverMs: 70_000,
  alone: [
    { kind: 'kill', ms: 500 },
    { kind: 'stop', ms: 16_000 },
  ],
  volleys: [
    ['kill', 4, [0, 2000]],
    ['stop', 2, [500, 8000]],
    // About as long as a lease lasts, so that it thaws while others take over.
    ['stop', 2, [9000, 12_000]],
    ['stop', 1, [12_000, 18_000]],
    ['cut', 3, [200, 6000]],
    ['freeze', 2, [500, 8000]],
    ['freeze', 1, [9000, 12_000]],
    ['freeze', 1, [12_000, 18_000]],
  ],
  pauseMs: [0, 3000],
}

describe('three replicas that are killed, frozen and cut off', () => {
  test.each(rounds)('keep what one promises (round %i)', () =>
    withSeed(async (seed) => {
      const toll = await runReplicaCampaign({ ...options, seed, workDir: dataDir() })
      tell(seed, toll)
      checkTakeovers(toll.blows, 3000)
      expect(toll.interruptions).toBeGreaterThan(10)
      expect(toll.resumptions).toBeGreaterThan(10)
    }),
  )
})
