import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { LoggedEvent } from '../../../src/session/events.ts'
import { follow } from '../../support/follow.ts'
import type { Counted, CountingServer } from './counting-server.ts'
import { readLog } from './json-log.ts'
import { checkLog, completionOf, interruptionsOf, startsOf } from './log-laws.ts'
import type { Followed } from './persistent-follower.ts'
import { type Target, untilAnsweredInTime } from './service-under-fire.ts'
import { runsFile } from './shapes.ts'
import { post, type Told } from './stories.ts'

/** What is held against what the service promises. */
export interface Evidence {
  readonly service: Target
  readonly server: CountingServer
  /** The folder that command steps ran in. */
  readonly workDir: string
  readonly stories: readonly Told[]
  readonly followed: readonly Promise<Followed>[]
  /** Processes were frozen: one may send the request of an attempt long after that was given up for lost. */
  readonly mayBeLate: boolean
}

/** What a campaign met, so that a test can tell that it was no walk in the park. */
export interface Toll {
  readonly interruptions: number
  readonly resumptions: number
  readonly events: number
}

/** A session that has not ended so long after the last blow never will. */
const STUCK_MS = 120_000

/** Waits for every session's end, and throws where the service broke a promise. */
export async function judge(evidence: Evidence): Promise<Toll> {
  const { service, stories } = evidence
  const url = await service.url()
  await untilEnded(url, stories)
  const followed = await Promise.all(evidence.followed)
  const runs = (await readFile(join(evidence.workDir, runsFile), 'utf8')).split('\n')
  const toll = { interruptions: 0, resumptions: 0, events: 0 }
  const logs = new Map<string, readonly LoggedEvent[]>()
  for (const story of stories) {
    const { sessionId, shape } = story
    const events = await readLog(url, sessionId)
    logs.set(sessionId, events)
    checkLog(events, shape.onInterrupted)
    checkEffects(evidence, story, events, runs)
    toll.events += events.length
    toll.interruptions += events.filter(({ type }) => type === 'step.interrupted').length
  }
  for (const { sessionId, frames, gaps, connections } of followed) {
    expect(gaps, `gaps in the stream of ${sessionId}`).toBe(0)
    expect(frames.map(({ data }) => JSON.parse(data))).toEqual(logs.get(sessionId))
    expect(frames.map(({ id }) => Number(id))).toEqual(logs.get(sessionId)?.map(({ seq }) => seq))
    toll.resumptions += connections - 1
  }
  await checkSessions(service, stories)
  return toll
}

async function untilEnded(url: string, stories: readonly Told[]): Promise<void> {
  const signal = AbortSignal.timeout(STUCK_MS)
  for (const { sessionId } of stories) {
    // Resolves at the session's end, be it past or to come.
    await follow(url, sessionId, { signal }).catch((cause: unknown) => {
      throw new Error(`${sessionId} does not end`, { cause })
    })
  }
}

/** The world outside saw no more than the log tells. */
function checkEffects(
  { server, mayBeLate }: Evidence,
  { sessionId, shape, cancelled }: Told,
  events: readonly LoggedEvent[],
  runs: readonly string[],
): void {
  if (cancelled) expect(events.at(-1)?.type).toBe('session.cancelled')
  for (const { id, uses } of shape.workflow.steps) {
    const key = `${sessionId}:${id}`
    if (uses === 'command') expect(runs.filter((run) => run === key).length).toBeLessThanOrEqual(1)
    const requests = server.of(key)
    // With a log in which every start but the first follows an attempt that failed or was lost,
    // this tells that each doubled request was allowed.
    expect(requests.length, `requests of ${key}`).toBeLessThanOrEqual(startsOf(events, id))
    checkAttempts(key, requests)
    const completedAt = completionOf(events, id) ?? Number.POSITIVE_INFINITY
    const late = requests.filter(({ at }) => at > completedAt)
    const lost = mayBeLate ? interruptionsOf(events, id) : []
    expect(late.length, `late requests of ${key}`).toBeLessThanOrEqual(lost.length)
    for (const { attempt } of late) if (attempt !== undefined) expect(lost).toContain(attempt)
  }
}

/** No attempt was made twice, here or there. */
function checkAttempts(key: string, requests: readonly Counted[]): void {
  const attempts = requests.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]))
  expect(new Set(attempts).size, `attempts of ${key}: ${attempts}`).toBe(attempts.length)
}

/** Each key has led to one session, and there are no others. */
async function checkSessions(service: Target, stories: readonly Told[]): Promise<void> {
  const ids = stories.map(({ sessionId }) => sessionId)
  const again = await Promise.all(
    stories.map(({ shape }) => post(service, shape.workflow.name, shape)),
  )
  expect(again).toEqual(ids)
  const listed: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`
    const { body } = await untilAnsweredInTime(service, `/v1/sessions?limit=200${cursor}`)
    const page = body as { sessions: { sessionId: string }[]; next: string | null }
    listed.push(...page.sessions.map(({ sessionId }) => sessionId))
    next = page.next
  }
  expect(listed.toSorted()).toEqual(ids.toSorted())
}
