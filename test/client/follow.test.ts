import { describe, expect, test } from 'vitest'
import {
  createStepstream,
  type Event,
  ProblemError,
  StreamGapError,
} from '../../src/client/index.ts'
import { handExecutor } from '../support/hand-executor.ts'
import { as, makeKey, withKeys } from '../support/keys.ts'
import { startService } from '../support/service.ts'
import { json, start } from '../support/sessions.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/** All that a follower is shown. */
async function all<E extends Event>(events: AsyncIterable<E>): Promise<E[]> {
  const seen: E[] = []
  for await (const event of events) seen.push(event)
  return seen
}

/** Whose `seq` is what, from 1 on without holes. */
function seqsOf(events: readonly Event[]): readonly number[] {
  return events.map(({ seq }) => seq)
}

function counting(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** The global fetch, and what it was asked for. */
function watchedFetch() {
  const requests: { readonly url: string; readonly init: RequestInit }[] = []
  const watched: typeof fetch = (input, init = {}) => {
    requests.push({ url: String(input instanceof Request ? input.url : input), init })
    return fetch(input, init)
  }
  return { requests, fetch: watched }
}

describe('a follower', () => {
  test('gets every event from the first to the end, and then its loop is over', async () => {
    await using service = await startService()
    const { follow } = createStepstream({ baseUrl: service.url })
    const sessionId = await start(service, ['Wait 10 ms', 'Wait 10 ms'])

    const events = await all(follow(sessionId))

    expect(seqsOf(events)).toEqual(counting(events.length))
    expect(events[0]?.type).toBe('session.created')
    expect(events.at(-1)?.type).toBe('session.completed')
    expect(await all(follow(sessionId))).toEqual(events)
  })

  test('goes on after an event that is known, and has nothing to do after the last one', async () => {
    await using service = await startService()
    const { follow } = createStepstream({ baseUrl: service.url })
    const sessionId = await start(service, ['Wait 1 ms'])
    const events = await all(follow(sessionId))

    expect(await all(follow(sessionId, { after: 3 }))).toEqual(events.slice(3))
    expect(await all(follow(sessionId, { after: 0 }))).toEqual(events)
    expect(await all(follow(sessionId, { after: events.length }))).toEqual([])
  })

  test('loses nothing and sees nothing twice when its connection breaks', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    await using line = await startTcpProxy(Number(new URL(service.url).port))
    const { requests, fetch } = watchedFetch()
    const { follow } = createStepstream({ baseUrl: `http://127.0.0.1:${line.port}`, fetch })
    const steps = Array.from({ length: 2 }, () => ({ uses: 'hand' }))
    const sessionId = await start(service, steps)

    const seen: Event[] = []
    for await (const event of follow(sessionId)) {
      seen.push(event)
      if (event.type !== 'step.started') continue
      const attempt = await hand.attempt()
      line.cut()
      attempt.succeed()
      line.restore()
    }

    expect(seqsOf(seen)).toEqual(counting(seen.length))
    expect(seen.at(-1)?.type).toBe('session.completed')
    const cursors = requests.map(({ init }) => new Headers(init.headers).get('last-event-id'))
    expect(cursors.length).toBeGreaterThan(1)
    expect(cursors[0]).toBeNull()
    expect(cursors.slice(1).every((cursor) => Number(cursor) > 0)).toBe(true)
  })

  test('takes a connection that says nothing for dead, and opens another', async () => {
    const hand = handExecutor()
    await using service = await startService(
      { STREAM_HEARTBEAT: '1s' },
      { executors: [hand.executor] },
    )
    await using line = await startTcpProxy(Number(new URL(service.url).port))
    const { requests, fetch } = watchedFetch()
    const { follow } = createStepstream({ baseUrl: `http://127.0.0.1:${line.port}`, fetch })
    const sessionId = await start(service, [{ uses: 'hand' }])

    const seen: Event[] = []
    for await (const event of follow(sessionId, { silenceMs: 3000 })) {
      seen.push(event)
      if (event.type !== 'step.started') continue
      line.freeze()
      void hand.attempt().then((attempt) => attempt.succeed())
      void expect
        .poll(() => requests.length)
        .toBeGreaterThan(1)
        .then(() => line.restore())
    }

    expect(seqsOf(seen)).toEqual(counting(seen.length))
    expect(requests.length).toBeGreaterThan(1)
  })

  test('closes its connection when the loop is left', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    const { follow } = createStepstream({ baseUrl: service.url })
    const sessionId = await start(service, [{ uses: 'hand' }])
    const open = async () => /^stepstream_stream_clients (\d+)$/m.exec(await metrics())?.[1]
    const metrics = async () => (await service.get('/metrics')).text()

    for await (const event of follow(sessionId)) {
      if (event.type !== 'step.started') continue
      expect(await open()).toBe('1')
      break
    }

    await expect.poll(open).toBe('0')
  })

  test('ends with the reason of its signal, also while it waits for the next connection', async () => {
    const hand = handExecutor()
    await using service = await startService({}, { executors: [hand.executor] })
    await using line = await startTcpProxy(Number(new URL(service.url).port))
    const { requests, fetch } = watchedFetch()
    const { follow } = createStepstream({ baseUrl: `http://127.0.0.1:${line.port}`, fetch })
    const sessionId = await start(service, [{ uses: 'hand' }])
    const enough = new Error('enough')

    const early = new AbortController()
    const following = all(follow(sessionId, { signal: early.signal }))
    await hand.attempt()
    early.abort(enough)
    await expect(following).rejects.toBe(enough)

    const late = new AbortController()
    line.cut()
    const before = requests.length
    const trying = all(follow(sessionId, { signal: late.signal }))
    await expect.poll(() => requests.length).toBeGreaterThan(before)
    late.abort(enough)
    await expect(trying).rejects.toBe(enough)

    const aborted = follow(sessionId, { signal: AbortSignal.abort(enough) })
    await expect(all(aborted)).rejects.toBe(enough)
  })

  test('sees only the types that it asks for, and the end', async () => {
    await using service = await startService()
    const { follow } = createStepstream({ baseUrl: service.url })
    const sessionId = await start(service, ['Wait 1 ms', 'Wait 1 ms'])

    const events = await all(follow(sessionId, { types: ['step.completed', 'variable.*'] }))

    expect(events.map(({ type }) => type)).toEqual([
      'step.completed',
      'step.completed',
      'session.completed',
    ])
  })

  test('is told of a session that is not there, of a wrong key and of a query that is none', async () => {
    await using service = await startService(withKeys)
    const { secret } = await makeKey(service, { scopes: ['read', 'run'] })
    const sessionId = await start(as(service, secret), ['Wait 1 ms'])
    const follow = (key: string, id: string, types?: readonly 'step.*'[]) => {
      const { follow } = createStepstream({ baseUrl: service.url, key })
      return all(follow(id, types === undefined ? {} : { types }))
    }

    expect(await follow(secret, sessionId)).not.toEqual([])
    const refused = { status: 401, code: 'UNAUTHENTICATED' }
    await expect(follow('sk_wrong', sessionId)).rejects.toMatchObject(refused)
    const missing = { status: 404, code: 'SESSION_NOT_FOUND' }
    await expect(follow(secret, `ses_${'0'.repeat(26)}`)).rejects.toMatchObject(missing)
    const none = follow(secret, sessionId, ['step.nothing' as 'step.*'])
    await expect(none).rejects.toMatchObject({ status: 400, code: 'INVALID_QUERY' })
    await expect(none).rejects.toBeInstanceOf(ProblemError)
  })

  test('is let in by a ticket', async () => {
    await using service = await startService(withKeys)
    const { secret } = await makeKey(service, { scopes: ['read', 'run'] })
    const holder = as(service, secret)
    const sessionId = await start(holder, ['Wait 1 ms'])
    const path = `/v1/sessions/${sessionId}/tickets`
    const { ticket } = await json<{ ticket: string }>(holder.post(path))
    const { follow } = createStepstream({ baseUrl: service.url })

    expect((await all(follow(sessionId, { ticket }))).at(-1)?.type).toBe('session.completed')
  })

  test('does not go on silently where events are missing', async () => {
    await using service = await startService()
    const { follow } = createStepstream({ baseUrl: service.url })
    const sessionId = await start(service, ['Wait 1 ms'])
    const events = await all(follow(sessionId))

    const failing = all(follow(sessionId, { after: 1000 }))
    await expect(failing).rejects.toBeInstanceOf(StreamGapError)
    const gap = { reason: 'future', requested: '1000', first: 1, next: events.length + 1 }
    await expect(failing).rejects.toMatchObject({ gap })

    const gaps: unknown[] = []
    const told = await all(follow(sessionId, { after: 1000, onGap: (gap) => gaps.push(gap) }))
    expect(told).toEqual(events)
    expect(gaps).toEqual([expect.objectContaining(gap)])
  })

  test('is over with the error of its own onGap', async () => {
    await using service = await startService()
    const { follow } = createStepstream({ baseUrl: service.url })
    const sessionId = await start(service, ['Wait 1 ms'])
    const onGap = () => {
      throw new Error('not so')
    }
    await expect(all(follow(sessionId, { after: 1000, onGap }))).rejects.toThrow('not so')
  })

  test('waits as long as a service asks for that takes nobody for now', async () => {
    await using service = await startService()
    const sessionId = await start(service, ['Wait 1 ms'])
    const times: number[] = []
    const busyAtFirst: typeof fetch = async (...request) => {
      times.push(performance.now())
      if (times.length > 1) return fetch(...request)
      return new Response('{}', { status: 503, headers: { 'retry-after': '2' } })
    }
    const { follow } = createStepstream({ baseUrl: service.url, fetch: busyAtFirst })

    const events = await all(follow(sessionId))

    expect(events.at(-1)?.type).toBe('session.completed')
    expect(times[1]! - times[0]!).toBeGreaterThan(1990)
  })

  test('is told that what answers is no stream, and of an address and a key that are none', async () => {
    const page = async () =>
      new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } })
    const { follow } = createStepstream({ baseUrl: 'http://service.invalid', fetch: page })
    await expect(all(follow('ses_1'))).rejects.toThrow(
      'what answered gives text/html, which is no event stream',
    )
    expect(() => createStepstream({ baseUrl: 'localhost' })).toThrow('no URL: "localhost"')
    const baseUrl = 'http://service.invalid'
    expect(() => createStepstream({ baseUrl, key: 'two\nlines' })).toThrow(TypeError)
  })
})
