import { describe, expect, test } from 'vitest'
import { type CampaignOptions, runCampaign } from '../e2e/support/campaign.ts'
import { withSeed } from '../e2e/support/random.ts'
import { dataDir } from '../store/data-dir.ts'

const rounds = Array.from({ length: Number(process.env['ROUNDS'] ?? 3) }, (_, round) => round + 1)

const campaigns: Readonly<Record<string, Omit<CampaignOptions, 'seed' | 'dataDir'>>> = {
  'killed while it runs': {
    sessions: 400,
    kills: 50,
    followers: 40,
    meddled: 0.2,
    lifeMs: [100, 2000],
  },
  'killed while it recovers, or before': {
    sessions: 300,
    kills: 60,
    followers: 30,
    meddled: 0.2,
    lifeMs: [0, 200],
    stillborn: 0.3,
  },
  'stopped in order as often as killed': {
    sessions: 300,
    kills: 40,
    followers: 30,
    meddled: 0.2,
    lifeMs: [0, 1500],
    orderly: 0.5,
  },
  'killed while everything is paused, resumed and cancelled': {
    sessions: 300,
    kills: 40,
    followers: 30,
    meddled: 1,
    lifeMs: [50, 1000],
    orderly: 0.2,
  },
}

describe.each(Object.entries(campaigns))('the service, %s,', (_, options) => {
  test.each(rounds)('keeps what it promises (round %i)', () =>
    withSeed(async (seed) => {
      const toll = await runCampaign({ ...options, seed, dataDir: dataDir() })
      expect(toll.interruptions).toBeGreaterThan(0)
      expect(toll.resumptions).toBeGreaterThan(0)
    }),
  )
})
