import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../support/manual-clock.ts'
import { output } from './support/log-double.ts'
import { openStream } from './support/read-stream.ts'
import { serve } from './support/serve.ts'

const problem = async (url: string, headers: Record<string, string>) => {
  const answer = await fetch(url, { headers })
  return { status: answer.status, code: ((await answer.json()) as { code: string }).code }
}

describe('opening a stream', () => {
  test('sends headers, the retry and the hello at once, without any event', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    const stream = await openStream(served.url('ses_a'))
    await stream.until('stream.hello')
    expect(stream.status).toBe(200)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      vary: 'accept, origin',
    })
    expect(stream.text()).toBe(
      'retry: 3000\n\nevent: stream.hello\ndata: {"first":1,"next":1,"resumed":false,"ended":false}\n\n',
    )
  })

  test('replays from the first event, goes on live, and ends after the final event', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 3)
    const stream = await openStream(served.url('ses_a'))
    await stream.until('id: 3\n')
    served.log.outputs('ses_a', 2)
    served.log.end('ses_a')
    expect(idsOf(await stream.ended())).toEqual([1, 2, 3, 4, 5, 6])
    expect(served.streams.stats).toMatchObject({
      opened: 1,
      closed: { ended: 1 },
      replayedEvents: 3,
    })
    expect(served.streams.open).toBe(0)
    expect(served.streamer.stats().followers).toBe(0)
  })

  test.each([
    ['the header', '', { 'last-event-id': '2' }],
    ['the query', '?lastEventId=2', {}],
    ['the header before the query', '?lastEventId=1', { 'last-event-id': '2' }],
  ])('resumes after the cursor of %s', async (_name, query, headers) => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 3)
    served.log.end('ses_a')
    const text = await (await openStream(served.url('ses_a', query), headers)).ended()
    expect(idsOf(text)).toEqual([3, 4])
    expect(text).toContain('"resumed":true,"ended":true')
  })

  test.each([
    ['future', '99'],
    ['unknown', 'garbage'],
    ['unknown', '3-7'],
    ['purged', '1'],
  ])('answers a cursor that is %s with a gap, then the earliest event kept', async (reason, id) => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 9)
    served.log.end('ses_a')
    served.log.purgeBefore('ses_a', 5)
    const stream = await openStream(served.url('ses_a'), { 'last-event-id': id })
    const text = await stream.ended()
    expect(text).toContain(
      `event: stream.gap\ndata: {"reason":"${reason}","requested":"${id}","first":5,"next":11,"snapshot":"/v1/sessions/ses_a"}\n\n`,
    )
    expect(idsOf(text)).toEqual([5, 6, 7, 8, 9, 10])
    expect(served.streams.stats.gaps[reason as 'future']).toBe(1)
  })

  test('answers 204 to a client that has every event of an ended session', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 1)
    served.log.end('ses_a')
    const answer = await fetch(served.url('ses_a'), { headers: { 'last-event-id': '2' } })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('content-type')).toBeNull()
    expect(served.streams.stats.opened).toBe(0)
  })

  test('waits for more when a resumed session has not ended', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 2)
    const stream = await openStream(served.url('ses_a'), { 'last-event-id': '2' })
    await stream.until('"resumed":true')
    served.log.end('ses_a')
    expect(idsOf(await stream.ended())).toEqual([3])
  })

  test('closes the connection of a client that cannot tell the end otherwise', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.end('ses_a')
    const stream = await openStream(served.url('ses_a'), { connection: 'close' })
    await stream.ended()
    expect(stream.headers.connection).toBe('close')
  })

  test('can be injected when the session has ended', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.end('ses_a')
    const answer = await served.app.inject({ url: '/v1/sessions/ses_a/events' })
    expect(idsOf(answer.body)).toEqual([1])
    expect(served.streams.open).toBe(0)
  })
})

describe('what is refused', () => {
  test('an unknown session and one of another tenant are 404 before any header', async () => {
    await using served = await serve()
    served.log.create('ses_a', 'acme')
    const headers = { accept: 'text/event-stream' }
    const notFound = { status: 404, code: 'SESSION_NOT_FOUND' }
    expect(await problem(served.url('ses_none'), headers)).toEqual(notFound)
    expect(await problem(served.url('ses_a'), headers)).toEqual(notFound)
    expect(await problem(served.url('ses_a'), { accept: 'application/json' })).toEqual(notFound)
    const own = await openStream(served.url('ses_a'), { 'x-tenant': 'acme' })
    expect(own.status).toBe(200)
  })

  test('a representation there is not is 406', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    expect(await problem(served.url('ses_a'), { accept: 'text/html' })).toEqual({
      status: 406,
      code: 'NOT_ACCEPTABLE',
    })
  })

  test('an unknown type is 400', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    const url = served.url('ses_a', '?types=step.exploded')
    expect(await problem(url, {})).toEqual({ status: 400, code: 'INVALID_QUERY' })
  })

  test('one stream too many is 429 to a new client and a goodbye to one that resumes', async () => {
    await using served = await serve({ maxFollowers: 1 })
    served.log.create('ses_a')
    const first = await openStream(served.url('ses_a'))
    expect(await problem(served.url('ses_a'), {})).toEqual({ status: 429, code: 'RATE_LIMITED' })
    const second = await openStream(served.url('ses_a'), { 'last-event-id': '0' })
    expect(await second.ended()).toBe(
      'retry: 20000\n\nevent: stream.bye\ndata: {"reason":"overloaded"}\n\n',
    )
    expect(served.streams.stats).toMatchObject({ opened: 1, refused: { overloaded: 1 } })
    first.destroy()
  })

  test('a stream the store cannot serve for now says goodbye with 200', async () => {
    await using served = await serve()
    served.log.fault = new Error('no disk')
    const stream = await openStream(served.url('ses_a'))
    expect(stream.status).toBe(200)
    expect(await stream.ended()).toBe(
      'retry: 6000\n\nevent: stream.bye\ndata: {"reason":"unavailable"}\n\n',
    )
  })

  test('a store that fails in mid-stream ends it with a goodbye', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 5)
    const stream = await openStream(served.url('ses_a'))
    await stream.until('id: 5\n')
    served.log.fault = new Error('no disk')
    served.streamer.changed(['ses_a'])
    expect(await stream.ended()).toContain('data: {"reason":"unavailable"}')
    expect(served.streams.stats.closed.unavailable).toBe(1)
    expect(served.streamer.stats().followers).toBe(0)
  })

  test('a session removed while it is replayed ends the stream with a goodbye', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.append('ses_a', Array(300).fill(output('x'.repeat(1000))))
    const release = served.log.hold()
    const stream = await openStream(served.url('ses_a'))
    await stream.until('stream.hello')
    served.log.remove('ses_a')
    release()
    expect(await stream.ended()).toContain('data: {"reason":"unavailable"}')
  })
})

describe('HEAD', () => {
  test('answers the headers of the stream and ends', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    const answer = await fetch(served.url('ses_a'), { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers.get('x-accel-buffering')).toBe('no')
    expect(served.streams.stats.opened).toBe(0)
  })

  test('answers 404 for an unknown session', async () => {
    await using served = await serve()
    expect((await fetch(served.url('ses_none'), { method: 'HEAD' })).status).toBe(404)
  })
})

describe('a filter of types', () => {
  test('holds for what is replayed and for what comes, and lets the final event pass', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    const started = { type: 'step.started', data: { uses: 'wait' } } as const
    served.log.append('ses_a', [started, output('a'), started])
    const stream = await openStream(served.url('ses_a', '?types=step.started'))
    await stream.until('id: 3\n')
    served.log.append('ses_a', [output('b'), started, output('c')])
    await stream.until('id: 5\n')
    served.log.end('ses_a')
    expect(idsOf(await stream.ended())).toEqual([1, 3, 5, 7])
  })

  test('moves the client’s cursor past what it hides when a heartbeat is due', async () => {
    const clock = new ManualClock()
    await using served = await serve({ clock })
    served.log.create('ses_a')
    const stream = await openStream(served.url('ses_a', '?types=step.started'))
    await stream.until('stream.hello')
    served.log.outputs('ses_a', 4)
    await delivered(served, 4)
    clock.advance(16_000)
    await stream.until('id: 4\n\n')
    clock.advance(16_000)
    await stream.until(': keep-alive\n\n')
    expect(stream.text().match(/id: /g)).toHaveLength(1)
  })
})

describe('heartbeats', () => {
  test('come 15 s after the last write, whatever it was', async () => {
    const clock = new ManualClock()
    await using served = await serve({ clock })
    served.log.create('ses_a')
    const stream = await openStream(served.url('ses_a'))
    await stream.until('stream.hello')
    clock.advance(10_000)
    served.log.outputs('ses_a', 1)
    await stream.until('id: 1\n')
    clock.advance(14_000)
    served.log.outputs('ses_a', 1)
    await stream.until('id: 2\n')
    expect(stream.text()).not.toContain(': keep-alive')
    clock.advance(16_000)
    await stream.until(': keep-alive\n\n')
  })

  test('share one timer among all streams', async () => {
    const clock = new ManualClock()
    await using served = await serve({ clock })
    served.log.create('ses_a')
    const before = clock.pending
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => openStream(served.url('ses_a'))),
    )
    await Promise.all(streams.map((stream) => stream.until('stream.hello')))
    expect(clock.pending - before).toBeLessThanOrEqual(2)
    clock.advance(16_000)
    await Promise.all(streams.map((stream) => stream.until(': keep-alive')))
  })
})

describe('shutdown', () => {
  test('says goodbye on every stream, spreads the return, and ends cleanly', async () => {
    let step = 0
    await using served = await serve({ random: () => (step++ % 10) / 10 })
    served.log.create('ses_a')
    served.log.outputs('ses_a', 2)
    const streams = await Promise.all(
      Array.from({ length: 5 }, () => openStream(served.url('ses_a'))),
    )
    await Promise.all(streams.map((stream) => stream.until('id: 2\n')))
    await served.app.close()
    const texts = await Promise.all(streams.map((stream) => stream.ended()))
    for (const text of texts) {
      expect(text).toMatch(/retry: \d+\n\nevent: stream\.bye\ndata: {"reason":"shutdown"}\n\n$/)
    }
    expect(new Set(texts.map((text) => text.match(/retry: (\d+)/g)?.at(-1))).size).toBe(5)
    expect(served.streams.open).toBe(0)
    expect(served.streams.stats.closed.shutdown).toBe(5)
  })
})

describe('the log as JSON', () => {
  const page = async (url: string) =>
    (await (await fetch(url, { headers: { accept: 'application/json' } })).json()) as {
      events: { seq: number; type: string }[]
      next: number
      last: number
      upToDate: boolean
      ended: boolean
    }

  test('comes in pages that follow one another', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 4)
    served.log.end('ses_a')
    const first = await page(served.url('ses_a', '?limit=3'))
    expect(first).toMatchObject({ next: 3, last: 5, upToDate: false, ended: true })
    expect(first.events.map(({ seq }) => seq)).toEqual([1, 2, 3])
    const second = await page(served.url('ses_a', `?limit=3&after=${first.next}`))
    expect(second).toMatchObject({ next: 5, upToDate: true, ended: true })
    expect(second.events.map(({ type }) => type)).toEqual(['step.output', 'session.completed'])
    const third = await page(served.url('ses_a', `?after=${second.next}`))
    expect(third).toEqual({ events: [], next: 5, last: 5, upToDate: true, ended: true })
  })

  test('obeys the filter of types, and moves on past what it hides', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 3)
    expect(await page(served.url('ses_a', '?types=step.failed'))).toEqual({
      events: [],
      next: 3,
      last: 3,
      upToDate: true,
      ended: false,
    })
  })

  test('fills a page of some types from as far as it has to', async () => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 25_000)
    served.log.end('ses_a')
    const first = await page(served.url('ses_a', '?types=-step.output&limit=1'))
    expect(first).toMatchObject({ last: 25_001, upToDate: false, ended: true })
    expect(first.next).toBeGreaterThan(1000)
    const second = await page(served.url('ses_a', `?types=-step.output&after=${first.next}`))
    expect(second).toMatchObject({ next: 25_001, last: 25_001, upToDate: true, ended: true })
    expect([...first.events, ...second.events].map(({ type }) => type)).toEqual([
      'session.completed',
    ])
  })

  test.each([
    ['?after=x', 'INVALID_CURSOR'],
    ['?after=-1', 'INVALID_CURSOR'],
    ['?after=99', 'INVALID_CURSOR'],
    ['?after=0', 'INVALID_CURSOR'],
    ['?after=3&after=4', 'INVALID_CURSOR'],
    ['?limit=0', 'INVALID_QUERY'],
    ['?limit=5001', 'INVALID_QUERY'],
    ['?limit=ten', 'INVALID_QUERY'],
    ['?types=nope', 'INVALID_QUERY'],
  ])('refuses %s with %s', async (query, code) => {
    await using served = await serve()
    served.log.create('ses_a')
    served.log.outputs('ses_a', 5)
    served.log.purgeBefore('ses_a', 3)
    const headers = { accept: 'application/json' }
    expect(await problem(served.url('ses_a', query), headers)).toEqual({ status: 400, code })
  })
})

function idsOf(text: string): number[] {
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
}

/** Resolves once so many events went through the streams. */
async function delivered(
  served: { streams: { stats: { deliveredEvents: number } } },
  count: number,
) {
  while (served.streams.stats.deliveredEvents < count) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}
