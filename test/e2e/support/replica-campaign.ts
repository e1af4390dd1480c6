import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'
import { expect } from 'vitest'
import { startCountingServer } from './counting-server.ts'
import { createRandom, type Random } from './random.ts'
import {
  type Blow,
  type BlowKind,
  type Dealt,
  RETURN_MS,
  type ReplicasUnderFire,
  startReplicasUnderFire,
} from './replicas-under-fire.ts'
import { checkOutput, warningsOf } from './service-output.ts'
import { withTallies } from './shapes.ts'
import { tellStories } from './stories.ts'
import { judge, type Toll } from './verdict.ts'

/** A kind of blow, how often it is dealt, and bounds of how long one lasts. */
export type Volley = readonly [kind: BlowKind, times: number, ms: readonly [number, number]]

export interface ReplicaCampaignOptions {
  readonly seed: number
  /** An empty folder. */
  readonly workDir: string
  readonly sessions: number
  readonly followers: number
  /** The share of sessions that somebody pauses and resumes, or cancels. */
  readonly meddled: number
  /** For how long sessions are posted. */
  readonly postedOverMs: number
  /** What is dealt first, each while all others have been well for some time. */
  readonly alone: readonly Blow[]
  /** What is dealt then, in an order that is made up at random, two at a time. */
  readonly volleys: readonly Volley[]
  /** Bounds of the pause before a blow. */
  readonly pauseMs: readonly [shortest: number, longest: number]
}

export interface ReplicaToll extends Toll {
  readonly blows: readonly Dealt[]
  /** The warnings that the replicas wrote, with how often. */
  readonly warnings: Readonly<Record<string, number>>
}

const REPLICAS = 3

/**
 * Posts sessions to three replicas, each of which is hit at random, meddles with some, follows some
 * from here and there, and holds what became of all against what the service promises.
 */
export async function runReplicaCampaign(options: ReplicaCampaignOptions): Promise<ReplicaToll> {
  const { seed, workDir } = options
  const random = createRandom(seed)
  await using server = await startCountingServer()
  const settings = {
    WORK_DIR: workDir,
    COMMANDS: 'sh',
    EXECUTORS_DIR: join(import.meta.dirname, '../../support/fixtures/executors'),
  }
  await using service = await startReplicasUnderFire(REPLICAS, settings, random)
  const { told, followed } = tellStories({
    ...options,
    service,
    server,
    random,
    kinds: withTallies,
  })
  // Whatever fails first is what the test reports.
  const [stories, blows] = await Promise.all([told, dealAll(service, random, options)])
  const toll = await judge({
    service,
    server,
    workDir,
    stories,
    followed,
    mayBeLate: true,
  })
  await checkLeftovers(service.database)
  checkOutput(service.outputs())
  return { ...toll, blows, warnings: warningsOf(service.outputs()) }
}

async function dealAll(
  service: ReplicasUnderFire,
  random: Random,
  { alone, volleys, pauseMs }: ReplicaCampaignOptions,
): Promise<readonly Dealt[]> {
  const dealt: Dealt[] = []
  for (const blow of alone) {
    await pause(RETURN_MS)
    dealt.push(await service.strike(blow))
  }
  const waiting = volleys.flatMap(([kind, times, ms]) =>
    Array.from({ length: times }, () => ({ kind, ms: random.int(...ms) })),
  )
  // Two hands, so that two of three replicas are unwell at times.
  const hand = async () => {
    while (waiting.length > 0) {
      const [blow] = waiting.splice(random.int(0, waiting.length - 1), 1)
      await pause(random.int(...pauseMs))
      if (blow !== undefined) dealt.push(await service.strike(blow))
    }
  }
  await Promise.all([hand(), hand()])
  return dealt
}

/** Where all sessions have ended nobody drives any, nor is about to; and who is gone is known to be. */
async function checkLeftovers(database: Pool): Promise<void> {
  const held =
    'SELECT id, status, owner, claim FROM stepstream.session WHERE num_nonnulls(owner, claim) > 0'
  const queued = 'SELECT name, state, singleton_key FROM stepstream_queue.job'
  const patient = { timeout: 30_000, interval: 200 }
  await expect.poll(async () => (await database.query(held)).rows, patient).toEqual([])
  await expect
    .poll(async () => (await database.query(queued)).rows.filter(isOfSession), patient)
    .toEqual([])
  await expect
    .poll(async () => (await database.query('SELECT owner FROM stepstream.replica')).rows, patient)
    .toHaveLength(REPLICAS)
}

/** Beside jobs of schedules, and timers of sessions that have ended, which do no harm. */
function isOfSession({ name, state }: { name: string; state: string }): boolean {
  return name === 'sessions' || (name === 'timers' && state === 'active')
}
