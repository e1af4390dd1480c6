// @module-tag slow

import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { scaled } from '../support/store.ts'
import { runCampaign } from './support/campaign.ts'
import { withSeed } from './support/random.ts'

test(
  'sessions survive a process that is killed again and again while they run',
  {
    timeout: 180_000,
  },
  () =>
    withSeed(async (seed) => {
      const toll = await runCampaign({
        seed,
        dataDir: dataDir(),
        sessions: scaled(100),
        kills: scaled(10),
        followers: scaled(10),
        meddled: 0.2,
        lifeMs: [50, 1400],
      })
      expect(toll.interruptions).toBeGreaterThan(scaled(5))
      expect(toll.resumptions).toBeGreaterThan(scaled(5))
    }),
)
