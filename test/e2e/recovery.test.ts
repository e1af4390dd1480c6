import { expect, test } from 'vitest'
import { dataDir } from '../store/data-dir.ts'
import { runCampaign } from './support/campaign.ts'
import { withSeed } from './support/random.ts'

test(
  'sessions survive a process that is killed twenty times while they run',
  {
    timeout: 180_000,
  },
  () =>
    withSeed(async (seed) => {
      const toll = await runCampaign({
        seed,
        dataDir: dataDir(),
        sessions: 200,
        kills: 20,
        followers: 20,
        meddled: 0.2,
        lifeMs: [50, 1400],
      })
      expect(toll.interruptions).toBeGreaterThan(10)
      expect(toll.resumptions).toBeGreaterThan(10)
    }),
)
