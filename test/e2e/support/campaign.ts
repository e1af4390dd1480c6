import { setTimeout as pause } from 'node:timers/promises'
import { startCountingServer } from './counting-server.ts'
import { createRandom, type Random } from './random.ts'
import { type ServiceUnderFire, startUnderFire } from './service-under-fire.ts'
import { tellStories } from './stories.ts'
import { judge, type Toll } from './verdict.ts'

export interface CampaignOptions {
  readonly seed: number
  /** An empty folder. */
  readonly dataDir: string
  readonly sessions: number
  readonly kills: number
  readonly followers: number
  /** The share of sessions that somebody pauses and resumes, or cancels. */
  readonly meddled: number
  /** Bounds of how long the service lives before its end, from when it listens. */
  readonly lifeMs: readonly [shortest: number, longest: number]
  /** The share of ends that are orderly, by SIGTERM. @default 0 */
  readonly orderly?: number
  /** The share of starts that are cut off before the service listens. @default 0 */
  readonly stillborn?: number
}

/**
 * Posts sessions while the service is killed again and again, meddles with some, follows some, and
 * holds what became of all of them against what the service promises.
 */
export async function runCampaign(options: CampaignOptions): Promise<Toll> {
  const { kills, lifeMs } = options
  const random = createRandom(options.seed)
  await using server = await startCountingServer()
  await using service = await startUnderFire({
    DATA_DIR: options.dataDir,
    WORK_DIR: options.dataDir,
    COMMANDS: 'sh',
    SHUTDOWN_GRACE: '100ms',
  })
  const { told, followed } = tellStories({
    ...options,
    service,
    server,
    random,
    postedOverMs: (kills * (lifeMs[0] + lifeMs[1])) / 2,
  })
  // Whatever fails first is what the test reports.
  const [stories] = await Promise.all([told, endAgainAndAgain(service, random, options)])
  return await judge({
    service,
    server,
    workDir: options.dataDir,
    stories,
    followed,
    mayBeLate: false,
  })
}

/** The longest that a start may take before it is cut off; listening takes about as long. */
const LONGEST_BIRTH_MS = 700

async function endAgainAndAgain(
  service: ServiceUnderFire,
  random: Random,
  { kills, lifeMs, orderly = 0, stillborn = 0 }: CampaignOptions,
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    await pause(random.int(...lifeMs))
    await service.restart({
      signal: random.chance(orderly) ? 'SIGTERM' : 'SIGKILL',
      ...(random.chance(stillborn) ? { stillbornMs: random.int(50, LONGEST_BIRTH_MS) } : {}),
    })
  }
}
