import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { CountingServer } from './counting-server.ts'
import { type Followed, followThrough } from './persistent-follower.ts'
import type { Random } from './random.ts'
import { type Target, untilAnswered, untilAnsweredInTime } from './service-under-fire.ts'
import { type Kind, makeShape, type Shape } from './shapes.ts'

/** What a campaign lets happen to a service while it is under fire. */
export interface Stage {
  readonly service: Target
  /** What the steps call. */
  readonly server: CountingServer
  readonly random: Random
  readonly sessions: number
  readonly followers: number
  /** The share of sessions that somebody pauses and resumes, or cancels. */
  readonly meddled: number
  /** For how long sessions are posted; a fifth of them is at once. */
  readonly postedOverMs: number
  /** @default those that any service runs */
  readonly kinds?: readonly Kind[]
}

/** What became of one session. */
export interface Told {
  readonly sessionId: string
  readonly shape: Shape
  readonly cancelled: boolean
}

export interface Telling {
  /** Resolves when everything was posted and meddled with. */
  readonly told: Promise<readonly Told[]>
  /** Those of `told`, once that is there; each resolves at its session's end. */
  readonly followed: readonly Promise<Followed>[]
}

/** Posts sessions, meddles with some and follows some. */
export function tellStories(stage: Stage): Telling {
  const followed: Promise<Followed>[] = []
  const told = Array.from({ length: stage.sessions }, (_, index) =>
    tellStory(stage, index, (sessionId) => {
      const isFollowed = index % Math.floor(stage.sessions / stage.followers) === 0
      if (isFollowed) followed.push(followThrough(stage.service, sessionId))
    }),
  )
  return { told: Promise.all(told), followed }
}

/** One session from its post on. */
async function tellStory(
  stage: Stage,
  index: number,
  onPosted: (sessionId: string) => void,
): Promise<Told> {
  const { random, server, service, sessions, postedOverMs } = stage
  const key = `story-${index}`
  const shape = makeShape(key, server.url, random, stage.kinds)
  const startsAfterMs = index < sessions / 5 ? 0 : random.int(0, postedOverMs)
  const meddles = random.chance(stage.meddled)
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
export async function post(service: Target, key: string, { workflow }: Shape): Promise<string> {
  const { status, body } = await untilAnsweredInTime(service, '/v1/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(workflow),
  })
  expect(status, JSON.stringify(body)).toBe(202)
  return (body as { sessionId: string }).sessionId
}

/** Whether the command was taken; it is not when the session has ended. */
async function control(
  service: Target,
  sessionId: string,
  command: 'pause' | 'resume' | 'cancel',
): Promise<boolean> {
  const path = `/v1/sessions/${sessionId}/${command}`
  const { status, body } = await untilAnswered(service, path, { method: 'POST' })
  if (status === 202) return true
  expect(body).toMatchObject({ status: 409, code: 'SESSION_ENDED' })
  return false
}
