import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { LoggedEvent } from '../../../src/session/events.ts'
import { follow } from '../../support/follow.ts'
import { type CountingServer, startCountingServer } from './counting-server.ts'
import { readLog } from './json-log.ts'
import { checkLog, completionOf, startsOf } from './log-laws.ts'
import { type Followed, followThrough } from './persistent-follower.ts'
import { createRandom, type Random } from './random.ts'
import { type ServiceUnderFire, startUnderFire, untilAnswered } from './service-under-fire.ts'
import { makeShape, runsFile, type Shape } from './shapes.ts'

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

/** What became of one session. */
interface Told {
  readonly sessionId: string
  readonly shape: Shape
  readonly cancelled: boolean
}

/** What a campaign met, so that a test can tell that it was no walk in the park. */
export interface Toll {
  readonly interruptions: number
  readonly resumptions: number
  readonly events: number
}

interface Campaign extends CampaignOptions {
  readonly random: Random
  readonly service: ServiceUnderFire
  readonly server: CountingServer
}

/**
 * Posts sessions while the service is killed again and again, meddles with some, follows some, and
 * holds what became of all of them against what the service promises.
 */
export async function runCampaign(options: CampaignOptions): Promise<Toll> {
  await using server = await startCountingServer()
  await using service = await startUnderFire({
    DATA_DIR: options.dataDir,
    WORK_DIR: options.dataDir,
    COMMANDS: 'sh',
    SHUTDOWN_GRACE: '100ms',
  })
  const campaign = { ...options, random: createRandom(options.seed), service, server }
  const followed: Promise<Followed>[] = []
  const told = Array.from({ length: options.sessions }, (_, index) =>
    tellStory(campaign, index, (sessionId) => {
      const isFollowed = index % Math.floor(options.sessions / options.followers) === 0
      if (isFollowed) followed.push(followThrough(service, sessionId))
    }),
  )
  const stories = Promise.all(told)
  // Whatever fails first is what the test reports.
  await Promise.all([stories, endAgainAndAgain(campaign)])
  return await judge(campaign, await stories, await Promise.all(followed))
}

/** The longest that a start may take before it is cut off; listening takes about as long. */
const LONGEST_BIRTH_MS = 700

async function endAgainAndAgain(campaign: Campaign): Promise<void> {
  const { service, kills, lifeMs, random, orderly = 0, stillborn = 0 } = campaign
  for (let kill = 0; kill < kills; kill++) {
    await pause(random.int(...lifeMs))
    await service.restart({
      signal: random.chance(orderly) ? 'SIGTERM' : 'SIGKILL',
      ...(random.chance(stillborn) ? { stillbornMs: random.int(50, LONGEST_BIRTH_MS) } : {}),
    })
  }
}

/** One session from its post on; the first ones are posted at once, the others over the campaign. */
async function tellStory(
  campaign: Campaign,
  index: number,
  onPosted: (sessionId: string) => void,
): Promise<Told> {
  const { random, server, service, sessions, kills, lifeMs } = campaign
  const key = `story-${index}`
  const shape = makeShape(key, server.url, random)
  const wholeMs = (kills * (lifeMs[0] + lifeMs[1])) / 2
  const startsAfterMs = index < sessions / 5 ? 0 : random.int(0, wholeMs)
  const meddles = random.chance(campaign.meddled)
  const cancels = random.chance(0.3)
  const meddlesAfterMs = random.int(0, 500)
  await pause(startsAfterMs)
  const sessionId = await post(service, key, shape)
  onPosted(sessionId)
  if (!meddles) return { sessionId, shape, cancelled: false }
  await pause(meddlesAfterMs)
  if (cancels) return { sessionId, shape, cancelled: await control(service, sessionId, 'cancel') }
  await control(service, sessionId, 'pause')
  await pause(meddlesAfterMs)
  await control(service, sessionId, 'resume')
  return { sessionId, shape, cancelled: false }
}

/** Posts until it is answered; the key makes sure that one session comes of it. */
async function post(service: ServiceUnderFire, key: string, { workflow }: Shape): Promise<string> {
  const { status, body } = await untilAnswered(service, '/v1/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(workflow),
  })
  expect(status, JSON.stringify(body)).toBe(202)
  return (body as { sessionId: string }).sessionId
}

/** Whether the command was taken; it is not when the session has ended. */
async function control(
  service: ServiceUnderFire,
  sessionId: string,
  command: 'pause' | 'resume' | 'cancel',
): Promise<boolean> {
  const path = `/v1/sessions/${sessionId}/${command}`
  const { status, body } = await untilAnswered(service, path, { method: 'POST' })
  if (status === 202) return true
  expect(body).toMatchObject({ status: 409, code: 'SESSION_ENDED' })
  return false
}

async function judge(
  campaign: Campaign,
  stories: readonly Told[],
  followed: readonly Followed[],
): Promise<Toll> {
  const url = await campaign.service.url()
  const runs = (await readFile(join(campaign.dataDir, runsFile), 'utf8')).split('\n')
  const toll = { interruptions: 0, resumptions: 0, events: 0 }
  const logs = new Map<string, readonly LoggedEvent[]>()
  for (const story of stories) {
    const { sessionId, shape } = story
    // Resolves at the session's end, be it past or to come.
    await follow(url, sessionId)
    const events = await readLog(url, sessionId)
    logs.set(sessionId, events)
    checkLog(events, shape.onInterrupted)
    checkEffects(story, events, campaign.server, runs)
    toll.events += events.length
    toll.interruptions += events.filter(({ type }) => type === 'step.interrupted').length
  }
  for (const { sessionId, frames, gaps, connections } of followed) {
    expect(gaps, `gaps in the stream of ${sessionId}`).toBe(0)
    expect(frames.map(({ data }) => JSON.parse(data))).toEqual(logs.get(sessionId))
    expect(frames.map(({ id }) => Number(id))).toEqual(logs.get(sessionId)?.map(({ seq }) => seq))
    toll.resumptions += connections - 1
  }
  await checkSessions(campaign, stories)
  return toll
}

/** The world outside saw no more than the log tells. */
function checkEffects(
  { sessionId, shape, cancelled }: Told,
  events: readonly LoggedEvent[],
  server: CountingServer,
  runs: readonly string[],
): void {
  if (cancelled) expect(events.at(-1)?.type).toBe('session.cancelled')
  for (const { id, uses } of shape.workflow.steps) {
    const key = `${sessionId}:${id}`
    const starts = startsOf(events, id)
    if (uses === 'command') expect(runs.filter((run) => run === key).length).toBeLessThanOrEqual(1)
    const requests = server.of(key)
    expect(requests.length, `requests of ${key}`).toBeLessThanOrEqual(starts)
    const lastAt = requests.at(-1)?.at ?? 0
    expect(lastAt).toBeLessThanOrEqual(completionOf(events, id) ?? Number.POSITIVE_INFINITY)
  }
}

/** Each key has led to one session, and there are no others. */
async function checkSessions({ service }: Campaign, stories: readonly Told[]): Promise<void> {
  const ids = stories.map(({ sessionId }) => sessionId)
  const again = await Promise.all(
    stories.map(({ shape }) => post(service, shape.workflow.name, shape)),
  )
  expect(again).toEqual(ids)
  const listed: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`
    const { body } = await untilAnswered(service, `/v1/sessions?limit=200${cursor}`)
    const page = body as { sessions: { sessionId: string }[]; next: string | null }
    listed.push(...page.sessions.map(({ sessionId }) => sessionId))
    next = page.next
  }
  expect(listed.toSorted()).toEqual(ids.toSorted())
}
