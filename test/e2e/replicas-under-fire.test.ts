// @module-tag slow

import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { withSeed } from './support/random.ts'
import { runReplicaCampaign } from './support/replica-campaign.ts'
import { checkTakeovers } from './support/takeover-report.ts'

test(
  'sessions survive replicas that are killed, frozen and cut off while they run',
  { timeout: 180_000 },
  () =>
    withSeed(async (seed) => {
      const toll = await runReplicaCampaign({
        seed,
        workDir: dataDir(),
        sessions: 90,
        followers: 15,
        meddled: 0.2,
        postedOverMs: 12_000,
        alone: [{ kind: 'kill', ms: 500 }],
        volleys: [
          ['kill', 1, [0, 500]],
          ['stop', 2, [500, 3000]],
          ['cut', 1, [200, 3000]],
          ['freeze', 1, [500, 4000]],
        ],
        pauseMs: [0, 1500],
      })
      // Sooner than a missed heartbeat would tell, also where other tests run beside this one.
      checkTakeovers(toll.blows, 8000)
      expect(toll.interruptions).toBeGreaterThan(0)
      expect(toll.resumptions).toBeGreaterThan(0)
    }),
)
