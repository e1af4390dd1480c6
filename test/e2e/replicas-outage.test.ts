// @module-tag slow

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startPostgres } from '../support/postgres.ts'
import { type Replica, startReplicas } from '../support/replicas.ts'
import { type HeldRequest, startHeldServer } from './support/held-server.ts'
import { checkLog } from './support/log-laws.ts'
import { postWithKey, read } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'
import { storyOf } from './support/story.ts'

/** How many attempts are under way when the database goes. */
const ATTEMPTS = 6

/** What any answer may take while the database is away. */
const ANSWER_MS = 6000

/** What every attempt's session looks like in the end, however long the database was away. */
const undisturbed = [
  'session.created',
  'session.started',
  'step.started step1',
  'step.completed step1',
  'step.started step2',
  'step.completed step2',
  'session.completed',
]

describe('a database that is away costs nothing that runs', () => {
  test('for a few seconds, by an orderly stop', { timeout: 60_000 }, () => outlive(5000, 'fast'))
  test('for longer than a lease, by a crash', { timeout: 90_000 }, () =>
    outlive(20_000, 'immediate'),
  )
})

async function outlive(awayMs: number, mode: 'fast' | 'immediate'): Promise<void> {
  await using held = await startHeldServer()
  await using postgres = await startPostgres()
  await using database = await postgres.createDatabase()
  await using replicas = await startReplicas(
    3,
    { STREAM_HEARTBEAT: '300ms', SHUTDOWN_GRACE: '1s' },
    { databaseUrl: database.url },
  )
  const all = [...replicas]
  const ids = await Promise.all(
    Array.from({ length: ATTEMPTS }, (_, n) =>
      postSession(replicas.at(n % 3), [`GET ${held.url}/${n}/one`, `GET ${held.url}/${n}/two`]),
    ),
  )
  const attempts: HeldRequest[] = []
  while (attempts.length < ATTEMPTS) attempts.push(await held.next())
  const [streamed = ''] = ids
  const streams = await Promise.all(all.map((replica) => openStream(replica, streamed)))
  await using poster = keepPosting(all)

  const goneAt = performance.now()
  await postgres.stop(mode)
  for (const attempt of attempts.slice(0, 3)) attempt.release()
  await Promise.all(all.map((replica) => expectUnavailable(replica, streamed)))
  for (const stream of streams) {
    const before = stream.heartbeats()
    await expect.poll(stream.heartbeats, { timeout: 5000 }).toBeGreaterThan(before + 2)
  }
  await pause(Math.max(0, goneAt + awayMs - performance.now()))
  await postgres.start()
  for (const attempt of attempts.slice(3)) attempt.release()
  const backAt = performance.now()

  for (let n = 0; n < ATTEMPTS; n++) {
    const { path, release } = await held.next()
    expect(path).toMatch(/two$/)
    release()
  }
  for (const [n, sessionId] of ids.entries()) {
    const events = await follow(replicas.at(n % 3).url, sessionId)
    checkLog(events, new Map())
    expect(storyOf(events)).toEqual(undisturbed)
  }
  expect(performance.now() - backAt).toBeLessThan(15_000)
  expect(held.count()).toBe(2 * ATTEMPTS)
  // The same connections from before the database went to the session's end.
  for (const stream of streams) expect(await stream.text).toContain('event: session.completed')
  for (const replica of all) {
    await expect.poll(async () => (await fetch(`${replica.url}/readyz`)).status).toBe(200)
  }

  const posted = await poster.stop()
  expect(posted.length).toBeGreaterThan(20)
  expect(new Set(posted).size).toBe(posted.length)
  for (const sessionId of posted) {
    const events = await follow(replicas.at(0).url, sessionId)
    checkLog(events, new Map())
    expect(events.at(-1)?.type).toBe('session.completed')
  }
  expect((await listed(replicas.at(1))).toSorted()).toEqual([...ids, ...posted].toSorted())
}

/** Whatever needs the database says so, soon; whatever does not goes on. */
async function expectUnavailable({ url }: Replica, sessionId: string): Promise<void> {
  const since = performance.now()
  const json = { 'content-type': 'application/json', accept: 'application/json' }
  const refused = await Promise.all([
    fetch(`${url}/v1/sessions`),
    fetch(`${url}/v1/sessions/ses_01ARZ3NDEKTSV4RRFFQ69G5FAV`),
    fetch(`${url}/v1/sessions/${sessionId}`),
    fetch(`${url}/v1/sessions/${sessionId}/steps`),
    fetch(`${url}/v1/sessions/${sessionId}/events`, { headers: json }),
    fetch(`${url}/v1/sessions/${sessionId}/pause`, { method: 'POST' }),
    fetch(`${url}/v1/sessions`, { method: 'POST', headers: json, body: '["Wait 1 ms"]' }),
  ])
  for (const response of refused) {
    expect(response.status, response.url).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.json()).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
  }
  const stream = await fetch(`${url}/v1/sessions/${sessionId}/events`, {
    headers: { accept: 'text/event-stream' },
  })
  expect(stream.status).toBe(200)
  expect(await stream.text()).toMatch(/^retry: \d+\n[\s\S]*event: stream\.bye\n/)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(performance.now() - since).toBeLessThan(ANSWER_MS)
  // The probe tells what the last look at the database met; there is one each second.
  const probe = async () => (await fetch(`${url}/readyz`)).status
  await expect.poll(probe, { timeout: 3000 }).toBe(503)
}

/** A stream as its bytes. */
async function openStream({ url }: Replica, sessionId: string) {
  const response = await fetch(`${url}/v1/sessions/${sessionId}/events`, {
    headers: { accept: 'text/event-stream' },
  })
  let text = ''
  const read = async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
    }
    return text
  }
  const whole = read()
  // Whatever fails first is what the test reports.
  whole.catch(() => {})
  return { text: whole, heartbeats: () => text.match(/^:/gm)?.length ?? 0 }
}

/** Starts a session every 200 ms, each on the next replica; asks for it again, by its key, until it is there. */
function keepPosting(replicas: readonly Replica[]) {
  let over = false
  const posts: Promise<string>[] = []
  const run = async () => {
    for (let n = 0; !over; n++) {
      const post = postUntilTaken(replicas, n)
      // Whatever fails first is what the test reports.
      post.catch(() => {})
      posts.push(post)
      await pause(200)
    }
  }
  const running = run()
  return {
    /** The ids of all. */
    async stop(): Promise<readonly string[]> {
      over = true
      await running
      return Promise.all(posts)
    },
    async [Symbol.asyncDispose]() {
      over = true
      await running
    },
  }
}

async function postUntilTaken(replicas: readonly Replica[], n: number): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const replica = replicas[(n + attempt) % replicas.length] as Replica
    const { status, body } = await postWithKey(replica, `post-${n}`, ['Wait 1 ms'])
    if (status === 202 && body.sessionId !== undefined) return body.sessionId
    expect(body).toMatchObject({ status: 503, code: 'STORAGE_UNAVAILABLE' })
    await pause(300)
  }
}

async function listed(replica: Replica): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = ''; ; ) {
    const page = await read<{ sessions: { sessionId: string }[]; next: string | null }>(
      replica,
      `/v1/sessions?limit=200${cursor}`,
    )
    ids.push(...page.sessions.map(({ sessionId }) => sessionId))
    if (page.next === null) return ids
    cursor = `&cursor=${page.next}`
  }
}
