// @module-tag slow

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ArtifactRef, LoggedEvent } from '../../src/session/events.ts'
import { follow, messages } from '../support/follow.ts'
import { type Replica, type Replicas, startReplicas } from '../support/replicas.ts'
import { lastOf } from '../support/sessions.ts'
import { startHeldServer } from './support/held-server.ts'
import { readLog } from './support/json-log.ts'
import { countListeners, terminateListeners } from './support/replica-listeners.ts'
import {
  control,
  driverAmong,
  patience,
  postWithKey,
  read,
  runningAt,
  sessionAt,
} from './support/replica-requests.ts'
import { postSession } from './support/started.ts'
import { storyOf } from './support/story.ts'

/** What three processes may take to start on a machine that does other things as well. */
const START_MS = 30_000

describe('any replica takes any request', () => {
  let replicas: Replicas

  beforeAll(async () => {
    replicas = await startReplicas(3, {
      COMMANDS: 'sh',
      EXECUTORS_DIR: join(import.meta.dirname, '../support/fixtures/executors'),
    })
  }, START_MS)
  afterAll(() => replicas[Symbol.asyncDispose]())

  /** The replicas, another one first each time. */
  const rotated = (turn: number) => {
    const at = (offset: number) => replicas.at((turn + offset) % 3)
    return [at(0), at(1), at(2)] as const
  }

  test('what one replica has answered the others show at once', { timeout: 90_000 }, async () => {
    for (let turn = 0; turn < 30; turn++) {
      const [a, b, c] = rotated(turn)
      const sessionId = await postSession(a, { timeout: '1d', steps: ['Wait 1 hour'] })
      await Promise.all([b, c].map((replica) => expectThere(replica, sessionId)))

      expect((await control(b, sessionId, 'pause')).status).toBe(202)
      for (const { status, types } of await everywhere(replicas, sessionId)) {
        expect(status).toBe('paused')
        expect(types).toContain('session.paused')
      }
      expect((await control(c, sessionId, 'resume')).status).toBe(202)
      for (const { status, types } of await everywhere(replicas, sessionId)) {
        expect(status).not.toBe('paused')
        expect(types).toContain('session.resumed')
      }
      expect((await control(a, sessionId, 'cancel')).status).toBe(202)
      for (const { status, types } of await everywhere(replicas, sessionId)) {
        expect(['cancelling', 'cancelled']).toContain(status)
        expect(
          types.filter((type) => type === 'session.cancelled' || type === 'session.cancelling'),
        ).not.toHaveLength(0)
      }
    }
  })

  test('what all of them have shown of an ended session is gone when one deletes it', async () => {
    // Long enough that each of them keeps its state.
    const long = { uses: 'chatter', with: { lines: 1200, length: 10 } }
    const sessionId = await postSession(replicas.at(0), [long])
    await follow(replicas.at(0).url, sessionId)
    for (const { status } of await everywhere(replicas, sessionId)) expect(status).toBe('completed')
    const path = `/v1/sessions/${sessionId}`
    const deleted = await fetch(replicas.at(1).url + path, { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    for (const { url } of replicas) {
      for (const view of [path, `${path}/progress`])
        expect((await fetch(url + view)).status).toBe(404)
    }
  })

  test('also by the driver, and before it is told', async () => {
    await using held = await startHeldServer()
    const sessionId = await postSession(replicas.at(0), [`GET ${held.url}/`])
    const request = await held.next()
    const driver = await driverAmong(replicas)
    const other = [...replicas].find((replica) => replica !== driver) as Replica
    for (let turn = 0; turn < 10; turn++) {
      const command = turn % 2 === 0 ? 'pause' : 'resume'
      await expect.poll(() => countListeners(replicas.databaseUrl), patience).toBe(3)
      await terminateListeners(replicas.databaseUrl)
      expect((await control(other, sessionId, command)).status).toBe(202)
      const { status } = await sessionAt(driver, sessionId)
      expect(status).toBe(command === 'pause' ? 'paused' : 'running')
    }
    request.release()
    expect((await follow(other.url, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('a key that is used on three replicas at the same moment makes one session', async () => {
    const name = 'same'
    for (let turn = 0; turn < 20; turn++) {
      const answers = await Promise.all(
        Array.from({ length: 9 }, (_, n) =>
          postWithKey(replicas.at(n % 3), `same-${turn}`, { name, steps: ['Wait 1 ms'] }),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
      expect(new Set(answers.map(({ body }) => body.sessionId)).size).toBe(1)
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
    }
    const path = `/v1/sessions?limit=200&name=${name}`
    const listed = await read<{ sessions: unknown[] }>(replicas.at(2), path)
    expect(listed.sessions).toHaveLength(20)
  })

  test('a key that is used for different requests is refused to all but one', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const rivals = await Promise.all(
        Array.from(replicas, (replica, n) =>
          postWithKey(replica, `rival-${turn}`, [`Wait ${n + 1} ms`]),
        ),
      )
      expect(rivals.map(({ status }) => status).toSorted()).toEqual([202, 422, 422])
      for (const { status, body } of rivals) {
        if (status === 422) expect(body.code).toBe('IDEMPOTENCY_KEY_REUSED')
      }
    }
  })

  test('what a step produced on one replica is served by all', async () => {
    const script = 'head -c 300000 /dev/zero | tr "\\0" x'
    const sessionId = await postSession(replicas.at(0), [
      { id: 'big', uses: 'command', with: { run: ['sh', '-c', script] } },
      { uses: 'condition', with: { if: 'steps.big.output.stdout.size() == 300000' } },
    ])
    const events = await follow(replicas.at(1).url, sessionId)
    expect(events.at(-1)?.type).toBe('session.completed')
    const { output } = lastOf(
      events.filter((event) => 'stepId' in event && event.stepId === 'big'),
      'step.completed',
    )
    const { artifact, bytes } = output as ArtifactRef
    expect(bytes).toBeGreaterThan(300_000)
    for (const replica of replicas) {
      const { artifacts } = await read<{ artifacts: { id: string }[] }>(
        replica,
        `/v1/sessions/${sessionId}/artifacts`,
      )
      expect(artifacts.map(({ id }) => id)).toEqual([artifact])
      const { stdout } = await read<{ stdout: string }>(replica, `/v1/artifacts/${artifact}`)
      expect(stdout).toBe('x'.repeat(300_000))
    }
  })

  test('a cancel on one replica kills the program that another one runs', async () => {
    for (let turn = 0; turn < 3; turn++) {
      const sessionId = await postSession(replicas.at(turn), [
        {
          uses: 'command',
          with: { run: ['sh', '-c', 'echo $PPID $$; exec sleep 60'] },
        },
      ])
      const running = await follow(replicas.at(turn).url, sessionId, {
        until: ({ type }) => type === 'step.output',
      })
      const [parent = 0, pid = 0] = lastOf(running, 'step.output').text.split(' ').map(Number)
      const other = [...replicas].find(({ child }) => child.pid !== parent) as Replica
      expect([...replicas].map(({ child }) => child.pid)).toContain(parent)
      expect(isAlive(pid)).toBe(true)

      const askedAt = performance.now()
      expect((await control(other, sessionId, 'cancel')).status).toBe(202)
      await expect.poll(() => isAlive(pid), { interval: 10, timeout: 5000 }).toBe(false)
      expect(performance.now() - askedAt).toBeLessThan(2000)
      const events = await follow(other.url, sessionId)
      expect(storyOf(events).slice(-2)).toEqual(['step.cancelled step1', 'session.cancelled'])
    }
  })

  test('a pause on one replica holds the session that another one drives, a resume lets it go on', async () => {
    await using held = await startHeldServer()
    const sessionId = await postSession(replicas.at(0), [
      `GET ${held.url}/one`,
      `GET ${held.url}/two`,
    ])
    const first = await held.next()
    const driver = await driverAmong(replicas)
    const [b, c] = [...replicas].filter((replica) => replica !== driver) as [Replica, Replica]
    expect((await control(b, sessionId, 'pause')).status).toBe(202)
    first.release()
    await follow(c.url, sessionId, { until: ({ type }) => type === 'step.completed' })
    // Whoever drives it has let go of it, and began nothing more.
    await expect.poll(() => Promise.all([...replicas].map(runningAt)), patience).toEqual([0, 0, 0])
    expect(held.count()).toBe(1)

    const askedAt = performance.now()
    expect((await control(c, sessionId, 'resume')).status).toBe(202)
    ;(await held.next()).release()
    expect(performance.now() - askedAt).toBeLessThan(2000)
    expect(storyOf(await follow(b.url, sessionId))).toEqual([
      'session.created',
      'session.started',
      'step.started step1',
      'session.paused',
      'step.completed step1',
      'session.resumed',
      'step.started step2',
      'step.completed step2',
      'session.completed',
    ])
  })
})

/** Whatever can be asked of a session. */
async function expectThere(replica: Replica, sessionId: string): Promise<void> {
  const path = `/v1/sessions/${sessionId}`
  const [{ status }, { steps }, { totalSteps }, { artifacts }, log, { sessions }, hello] =
    await Promise.all([
      sessionAt(replica, sessionId),
      read<{ steps: unknown[] }>(replica, `${path}/steps`),
      read<{ totalSteps: number }>(replica, `${path}/progress`),
      read<{ artifacts: unknown[] }>(replica, `${path}/artifacts`),
      readLog(replica.url, sessionId),
      read<{ sessions: { sessionId: string }[] }>(replica, '/v1/sessions?limit=1'),
      follow(replica.url, sessionId, { until: () => true }),
    ])
  expect(['queued', 'running', 'waiting']).toContain(status)
  expect(steps).toHaveLength(1)
  expect(totalSteps).toBe(1)
  expect(artifacts).toEqual([])
  expect(log[0]?.type).toBe('session.created')
  expect(sessions).toMatchObject([{ sessionId }])
  expect(hello.map(({ type }) => type)).toEqual(['session.created'])
}

/** What each replica shows of a session at this moment, in answers and on a fresh stream. */
async function everywhere(replicas: Iterable<Replica>, sessionId: string) {
  return Promise.all(
    Array.from(replicas, async (replica) => {
      const [{ status }, log, frames] = await Promise.all([
        sessionAt(replica, sessionId),
        readLog(replica.url, sessionId),
        framesSoFar(replica, sessionId),
      ])
      const types = log.map(({ type }) => type)
      // They were read at the same time, and the session goes on meanwhile.
      const both = Math.min(frames.length, log.length)
      expect(frames.slice(0, both)).toEqual(log.slice(0, both))
      return { status, types }
    }),
  )
}

/** What a new stream shows of what was there when it was opened. */
async function framesSoFar({ url }: Replica, sessionId: string): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  let next = Number.POSITIVE_INFINITY
  for await (const { event, data, id } of messages(url, sessionId)) {
    if (event === 'stream.hello') next = (JSON.parse(data) as { next: number }).next
    if (id !== undefined) events.push(JSON.parse(data) as LoggedEvent)
    if (events.length >= next - 1) break
  }
  return events
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
