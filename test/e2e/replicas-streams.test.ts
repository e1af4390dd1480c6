import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { follow, messages } from '../support/follow.ts'
import { type Replica, type Replicas, startReplicas } from '../support/replicas.ts'
import { startHeldServer } from './support/held-server.ts'
import { readLog } from './support/json-log.ts'
import { checkLog } from './support/log-laws.ts'
import { countListeners, terminateListeners } from './support/replica-listeners.ts'
import { driverAmong, patience } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

/** How late an event may be that a replica was not told of. */
const POLL_MS = 2000

/** What three processes may take to start on a machine that does other things as well. */
const START_MS = 30_000

describe('any replica serves any stream', () => {
  let replicas: Replicas

  beforeAll(async () => {
    replicas = await startReplicas(3)
  }, START_MS)
  afterAll(() => replicas[Symbol.asyncDispose]())

  test('with the same frames and ids, from the beginning and live', async () => {
    const sessionId = await postSession(replicas.at(0), steps(20, 'Wait 30 ms'))
    const streams = await Promise.all(
      Array.from({ length: 9 }, (_, n) => frames(replicas.at(n % 3), sessionId)),
    )
    const afterwards = await Promise.all(Array.from(replicas, (one) => frames(one, sessionId)))
    const [first = []] = streams
    for (const stream of [...streams, ...afterwards]) expect(stream).toEqual(first)
    const log = await readLog(replicas.at(1).url, sessionId)
    expect(first.map(({ data }) => JSON.parse(data))).toEqual(log)
    expect(first.map(({ id }) => Number(id))).toEqual(log.map(({ seq }) => seq))
  })

  test('to one who hops between them by Last-Event-ID', async () => {
    const sessionId = await postSession(replicas.at(0), steps(40, 'Wait 20 ms'))
    const seen: LoggedEvent[] = []
    for (let hop = 0; seen.at(-1)?.type !== 'session.completed'; hop++) {
      const { url } = replicas.at(hop % 3)
      const last = seen.at(-1)?.seq
      const until = ({ seq }: LoggedEvent) => seq >= (last ?? 0) + 3
      seen.push(...(await follow(url, sessionId, { ...(last ? { after: last } : {}), until })))
    }
    expect(seen).toEqual(await readLog(replicas.at(2).url, sessionId))
    checkLog(seen, new Map())
  })

  test('an event of another replica is there at once', async () => {
    await using held = await startHeldServer()
    const sessionId = await postSession(replicas.at(0), steps(20, `GET ${held.url}/`))
    const first = await held.next()
    const driver = await driverAmong(replicas)
    const others = [...replicas].filter((replica) => replica !== driver)
    const arrivals = others.map((replica) => arrivalsAt(replica, sessionId))
    await Promise.all(arrivals.map(({ opened }) => opened))
    const askedAt: number[] = []
    for (let request = first; ; request = await held.next()) {
      askedAt.push(performance.now())
      request.release()
      if (askedAt.length === 20) break
    }
    for (const { ended } of arrivals) {
      const at = (await ended)
        .filter(({ type }) => type === 'step.completed')
        .map((event) => event.arrivedAt)
      expect(at).toHaveLength(20)
      const delays = at
        .map((arrivedAt, n) => arrivedAt - (askedAt[n] ?? 0))
        .toSorted((x, y) => x - y)
      // Without word from the driver half of them would take longer than half a poll.
      expect(delays[10]).toBeLessThan(POLL_MS / 4)
    }
  })

  test('lost notifications cost a short poll', async () => {
    await using held = await startHeldServer()
    const sessionId = await postSession(replicas.at(0), steps(8, `GET ${held.url}/`))
    const first = await held.next()
    const arrivals = [...replicas].map((replica) => arrivalsAt(replica, sessionId))
    await Promise.all(arrivals.map(({ opened }) => opened))
    const askedAt: number[] = []
    let count = 0
    for (let request = first; ; request = await held.next()) {
      // Every replica loses the connection that it listens on, at the moment of the event.
      if (count % 2 === 0) expect(await terminateListeners(replicas.databaseUrl)).toBe(3)
      askedAt.push(performance.now())
      request.release()
      count += 1
      if (count === 8) break
      if (count % 2 === 0) {
        await expect.poll(() => countListeners(replicas.databaseUrl), patience).toBe(3)
      }
    }
    await expectSoon(arrivals, askedAt)
  })

  test('a line to the database that breaks for a moment breaks no stream', async () => {
    await using held = await startHeldServer()
    for (const kind of ['cut', 'freeze'] as const) {
      const sessionId = await postSession(replicas.at(0), steps(2, `GET ${held.url}/`))
      const request = await held.next()
      const driver = await driverAmong(replicas)
      const other = [...replicas].find((replica) => replica !== driver) as Replica
      const arrivals = arrivalsAt(other, sessionId)
      await arrivals.opened
      other.proxy[kind]()
      request.release()
      await follow(driver.url, sessionId, { until: ({ type }) => type === 'step.completed' })
      await pause(500)
      const restoredAt = performance.now()
      other.proxy.restore()
      const last = await held.next()
      const askedAt = performance.now()
      last.release()
      await expectSoon([arrivals], [restoredAt, Math.max(restoredAt, askedAt)])
      await expect.poll(() => countListeners(replicas.databaseUrl), patience).toBe(3)
    }
  })
})

function steps(count: number, step: string) {
  return { timeout: '1d', steps: Array.from({ length: count }, () => step) }
}

/** The frames of a session's events, as they are. */
async function frames({ url }: Replica, sessionId: string) {
  const events: { id: string; event: string | undefined; data: string }[] = []
  for await (const { id, event, data } of messages(url, sessionId)) {
    if (id !== undefined) events.push({ id, event, data })
  }
  return events
}

interface Arrivals {
  readonly opened: Promise<void>
  /** All events, on one connection to the end. */
  readonly ended: Promise<readonly (LoggedEvent & { readonly arrivedAt: number })[]>
}

function arrivalsAt({ url }: Replica, sessionId: string): Arrivals {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const read = async () => {
    const events: (LoggedEvent & { arrivedAt: number })[] = []
    for await (const { id, data } of messages(url, sessionId)) {
      if (id === undefined) continue
      const event = JSON.parse(data) as LoggedEvent
      events.push({ ...event, arrivedAt: performance.now() })
      if (event.type === 'step.started') open()
    }
    return events
  }
  return { opened, ended: read() }
}

/** Each step's end came soon after the moment from which it could, and nothing is missing. */
async function expectSoon(
  arrivals: readonly Arrivals[],
  possibleAt: readonly number[],
): Promise<void> {
  for (const { ended } of arrivals) {
    const events = await ended
    checkLog(events, new Map())
    const ends = events.filter(({ type }) => type === 'step.completed')
    expect(ends).toHaveLength(possibleAt.length)
    for (const [n, { arrivedAt }] of ends.entries()) {
      expect(arrivedAt - (possibleAt[n] ?? 0)).toBeLessThan(POLL_MS)
    }
  }
}
