import { EventSourceParserStream } from 'eventsource-parser/stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { type Replica, type Replicas, startReplicas } from '../support/replicas.ts'
import { readLog } from './support/json-log.ts'
import { postSession } from './support/started.ts'

/** What three processes may take to start on a machine that does other things as well. */
const START_MS = 30_000

interface Frame {
  readonly id: number
  readonly event: LoggedEvent
}

describe('any replica serves any merged stream', () => {
  let replicas: Replicas

  beforeAll(async () => {
    replicas = await startReplicas(3)
  }, START_MS)
  afterAll(() => replicas[Symbol.asyncDispose]())

  test('with the same ids in the same order, live and afterwards', async () => {
    const sessions = await Promise.all(
      [0, 1, 2].map((n) => postSession(replicas.at(n), steps(15, `Wait ${20 + n * 10} ms`))),
    )
    const query = `sessions=${sessions}`
    const live = await Promise.all([0, 1, 2, 0, 1, 2].map((n) => frames(replicas.at(n), query)))
    const afterwards = await Promise.all(Array.from(replicas, (one) => frames(one, query)))
    const [first = []] = live
    for (const stream of [...live, ...afterwards]) expect(stream).toEqual(first)
    const ids = first.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b))
    for (const id of sessions) {
      const own = first.map(({ event }) => event).filter(({ sessionId }) => sessionId === id)
      expect(own).toEqual(await readLog(replicas.at(0).url, id))
    }
  })

  test('to one who hops between them by Last-Event-ID, also with a filter', async () => {
    const labelled = { labels: { hop: 'yes' }, steps: steps(20, 'Wait 15 ms') }
    const sessions = await Promise.all([0, 1, 2].map((n) => postSession(replicas.at(n), labelled)))
    const seen: Frame[] = []
    const left = new Set(sessions)
    for (let hop = 0; left.size > 0; hop++) {
      // A stream by label never ends: it must not be asked for more than there is to come.
      const [query, count] =
        hop % 2 === 0 ? (['label=hop:yes', 1] as const) : ([`sessions=${sessions}`, 6] as const)
      const found = await frames(replicas.at(hop % 3), query, { after: seen.at(-1)?.id, count })
      for (const { event } of found)
        if (event.type === 'session.completed') left.delete(event.sessionId)
      seen.push(...found)
    }
    expect(seen).toEqual(await frames(replicas.at(0), `sessions=${sessions}`))
  })
})

function steps(count: number, text: string): string[] {
  return Array.from({ length: count }, () => text)
}

/** The events of a merged stream behind a cursor: all until it ends, or so many. */
async function frames(
  { url }: Replica,
  query: string,
  { after, count = Number.POSITIVE_INFINITY }: { after?: number | undefined; count?: number } = {},
): Promise<Frame[]> {
  const found: Frame[] = []
  const response = await fetch(`${url}/v1/events?${query}`, {
    headers: after === undefined ? {} : { 'last-event-id': String(after) },
  })
  if (response.status !== 200 || response.body === null) return found
  const messages = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
  for await (const { id, event = '', data } of messages) {
    if (event.startsWith('stream.')) continue
    found.push({ id: Number(id), event: JSON.parse(data) })
    if (found.length >= count) break
  }
  return found
}
