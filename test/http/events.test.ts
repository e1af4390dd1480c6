import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'
import { describe, expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { create } from '../store/records.ts'
import { getBatch, startBatch } from '../support/batches.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

/** The frames of a merged stream, until it ends or `until` says so. */
async function frames(
  { url }: Pick<Service, 'url'>,
  query: string,
  {
    after,
    until,
    onOpen,
  }: {
    after?: string | number
    until?: (message: EventSourceMessage, count: number) => boolean
    onOpen?: () => unknown
  } = {},
): Promise<{ status: number; frames: EventSourceMessage[] }> {
  const controller = new AbortController()
  const response = await fetch(`${url}/v1/events?${query}`, {
    headers: {
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': String(after) }),
    },
    signal: controller.signal,
  })
  const found: EventSourceMessage[] = []
  if (response.status !== 200 || response.body === null) {
    return { status: response.status, frames: found }
  }
  const messages = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream()) as AsyncIterable<EventSourceMessage>
  for await (const message of messages) {
    if (message.event === 'stream.hello') await onOpen?.()
    found.push(message)
    if (until?.(message, found.filter(isLogged).length)) break
  }
  controller.abort()
  return { status: 200, frames: found }
}

const isLogged = ({ event = '' }: EventSourceMessage) => !event.startsWith('stream.')

const eventsOf = (found: readonly EventSourceMessage[]) =>
  found.filter(isLogged).map(({ data }) => JSON.parse(data) as LoggedEvent)

const idsOf = (found: readonly EventSourceMessage[]) =>
  found.filter(isLogged).map(({ id }) => Number(id))

const controlOf = (found: readonly EventSourceMessage[], type: string) =>
  found.filter(({ event }) => event === type).map(({ data }) => JSON.parse(data))

const grows = (ids: readonly number[]) => ids.every((id, n) => n === 0 || id > (ids[n - 1] ?? 0))

const waits = (count: number, text = 'Wait 5 ms') => Array.from({ length: count }, () => text)

interface Page {
  events: LoggedEvent[]
  next: number
  upToDate: boolean
  ended: boolean
}

const readPage = (service: Service, query: string) =>
  json<Page>(service.get(`/v1/events?${query}`, { accept: 'application/json' }))

describe('GET /v1/events', () => {
  test('has the events of the sessions named in the order of commits and ends with them', async () => {
    await using service = await startService()
    const [a, b, other] = await Promise.all([
      start(service, waits(4)),
      start(service, waits(6)),
      start(service, waits(2)),
    ])
    const live = await frames(service, `sessions=${a},${b}`)
    const ids = idsOf(live.frames)
    expect(grows(ids)).toBe(true)
    const events = eventsOf(live.frames)
    for (const id of [a, b]) {
      expect(events.filter(({ sessionId }) => sessionId === id)).toEqual(await ended(service, id))
    }
    expect(events.some(({ sessionId }) => sessionId === other)).toBe(false)
    const owners = events.map(({ sessionId }) => sessionId).join()
    expect(owners).toMatch(new RegExp(`${a},${b}.*${a}`))
    expect(live.frames[0]?.event).toBe('stream.hello')
    expect(live.frames.filter(isLogged).map(({ event }) => event)).toEqual(
      events.map(({ type }) => type),
    )
    const replay = await frames(service, `sessions=${b},${a}`)
    expect(replay.frames.filter(isLogged)).toEqual(live.frames.filter(isLogged))
    expect(controlOf(replay.frames, 'stream.hello')).toEqual([
      { first: 1, next: expect.any(Number), resumed: false, ended: false },
    ])
  })

  test('goes on from every id with the rest, each event once, and answers 204 at the end', async () => {
    await using service = await startService()
    const sessions = await Promise.all([start(service, waits(3)), start(service, waits(3))])
    const query = `sessions=${sessions}`
    const whole = (await frames(service, query)).frames.filter(isLogged)
    for (const [index, { id }] of whole.entries()) {
      const rest = await frames(service, query, { after: id ?? '' })
      expect(rest.frames.filter(isLogged)).toEqual(whole.slice(index + 1))
      expect(rest.status).toBe(index === whole.length - 1 ? 204 : 200)
    }
    const last = whole.at(-1)?.id
    expect((await frames(service, `${query}&lastEventId=${last}`)).status).toBe(204)
    expect((await frames(service, `${query}&after=latest`)).frames.filter(isLogged)).toEqual([])
  })

  test('shows each event once, whenever a follower comes while much is written', async () => {
    await using service = await startService()
    const sessions = await Promise.all(
      Array.from({ length: 6 }, () =>
        start(service, { labels: { run: 'x' }, steps: waits(12, 'Wait 2 ms') }),
      ),
    )
    const query = `sessions=${sessions}`
    let last = ''
    const isLive = () => last === ''
    const whole = frames(service, query).then((found) => {
      last = found.frames.at(-1)?.id ?? ''
      return found.frames.filter(isLogged)
    })
    const cuts: { after: string; frames: EventSourceMessage[] }[] = []
    let after = ''
    while (isLive() && cuts.length < 60) {
      const count = 1 + (cuts.length % 5)
      const found = await frames(service, cuts.length % 2 === 0 ? query : 'label=run:x', {
        ...(after === '' ? {} : { after }),
        until: (_message, seen) => seen >= count,
      })
      cuts.push({ after, frames: found.frames.filter(isLogged) })
      after = found.frames.findLast(isLogged)?.id ?? after
      if (after === (await Promise.race([whole.then((all) => all.at(-1)?.id), '']))) break
    }
    const all = await whole
    expect(cuts.length).toBeGreaterThan(3)
    const seen = cuts.flatMap((cut) => cut.frames)
    expect(seen).toEqual(all.slice(0, seen.length))
    const rest = await frames(service, query, { after })
    expect([...seen, ...rest.frames.filter(isLogged)]).toEqual(all)
  })

  test('of a filter takes in what is created later, and nothing else', async () => {
    await using service = await startService()
    const first = await start(service, { labels: { env: 'prod' }, steps: waits(1) })
    await ended(service, first)
    const later: string[] = []
    const finals = new Set(['session.completed'])
    let left = 2
    const found = await frames(service, 'label=env:prod&name=nightly', {
      onOpen: async () => {
        for (const [env, name] of [
          ['test', 'nightly'],
          ['prod', 'nightly'],
          ['prod', 'daily'],
          ['prod', 'nightly'],
        ]) {
          later.push(await start(service, { name, labels: { env }, steps: waits(2) }))
        }
      },
      until: ({ event = '' }) => finals.has(event) && --left === 0,
    })
    const events = eventsOf(found.frames)
    expect(new Set(events.map(({ sessionId }) => sessionId))).toEqual(new Set([later[1], later[3]]))
    expect(events.filter(({ sessionId }) => sessionId === later[3])).toEqual(
      await ended(service, later[3] ?? ''),
    )
    // What it still wrote would be in the tail as well.
    await ended(service, later[2] ?? '')
    const tail = await frames(service, 'label=env:prod&after=latest', {
      onOpen: () => start(service, { name: 'last', labels: { env: 'prod' }, steps: waits(1) }),
      until: ({ event }) => event === 'session.completed',
    })
    expect(eventsOf(tail.frames)[0]?.seq).toBe(1)
    expect(new Set(eventsOf(tail.frames).map(({ sessionId }) => sessionId)).size).toBe(1)
  })

  test('shows only some types if asked, and final ones always', async () => {
    await using service = await startService()
    const sessions = [await start(service, waits(2)), await start(service, waits(1))]
    const found = await frames(service, `sessions=${sessions}&types=step.completed`)
    expect(
      eventsOf(found.frames)
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual([
      'session.completed',
      'session.completed',
      'step.completed',
      'step.completed',
      'step.completed',
    ])
  })

  test('tells a cursor from the future or of nobody, and starts anew', async () => {
    await using service = await startService()
    const id = await start(service, waits(1))
    await ended(service, id)
    const whole = await frames(service, `sessions=${id}`)
    for (const [after, reason] of [
      ['999999', 'future'],
      ['x', 'unknown'],
    ]) {
      const found = await frames(service, `sessions=${id}`, { after: after ?? '' })
      expect(controlOf(found.frames, 'stream.gap')).toMatchObject([{ reason, requested: after }])
      expect(found.frames.filter(isLogged)).toEqual(whole.frames.filter(isLogged))
    }
  })

  test('refuses what it cannot serve before any frame', async () => {
    await using service = await startService()
    const id = await start(service, waits(1))
    const unknown = `ses_${'0'.repeat(26)}`
    const missing = await service.get(`/v1/events?sessions=${id},${unknown},nonsense`)
    expect(missing.status).toBe(404)
    const absent = await service.get(`/v1/events?sessions=${id},${unknown}`)
    expect([absent.status, (await json<{ detail: string }>(absent)).detail]).toEqual([
      404,
      `There is no session ${unknown}.`,
    ])
    for (const query of [
      '',
      'types=step.*',
      `sessions=${id}&label=a:b`,
      'sessions=',
      'label=nonsense',
      'status=running',
      `sessions=${id}&types=nothing`,
      `sessions=${id}&after=7`,
      `sessions=${Array.from({ length: 101 }, (_, n) => `s${n}`)}`,
      'unknown=1',
    ]) {
      const refused = await service.get(`/v1/events?${query}`, { accept: 'text/event-stream' })
      expect([query, refused.status]).toEqual([query, 400])
    }
    const accept = await service.get(`/v1/events?sessions=${id}`, { accept: 'text/html' })
    expect(accept.status).toBe(406)
    const head = await fetch(`${service.url}/v1/events?sessions=${id}`, { method: 'HEAD' })
    expect(head.headers.get('content-type')).toContain('text/event-stream')
    expect(
      (await fetch(`${service.url}/v1/events?sessions=${unknown}`, { method: 'HEAD' })).status,
    ).toBe(404)
  })

  test('does not know sessions of other tenants', async () => {
    const store = createMemoryStore()
    const foreign = await create(store, { name: 'same', tenant: 'other' })
    await using service = await startService({}, { store })
    const id = await start(service, { name: 'same', steps: waits(1) })
    expect((await service.get(`/v1/events?sessions=${id},${foreign.id}`)).status).toBe(404)
    await ended(service, id)
    const page = await readPage(service, 'name=same')
    expect(new Set(page.events.map(({ sessionId }) => sessionId))).toEqual(new Set([id]))
  })

  test('comes in pages of JSON for those who poll', async () => {
    await using service = await startService()
    const sessions = [await start(service, waits(2)), await start(service, waits(2))]
    const whole = eventsOf((await frames(service, `sessions=${sessions}`)).frames)
    const found: LoggedEvent[] = []
    let after = ''
    for (;;) {
      const page = await readPage(service, `sessions=${sessions}&limit=3${after}`)
      found.push(...page.events)
      after = `&after=${page.next}`
      expect(page.ended).toBe(true)
      if (page.upToDate) break
    }
    expect(found).toEqual(whole)
    const latest = await readPage(service, `sessions=${sessions}&after=latest`)
    expect(latest).toMatchObject({ events: [], upToDate: true, ended: true })
    const asJson = { accept: 'application/json' }
    for (const cursor of ['99999', 'x']) {
      const refused = await service.get(`/v1/events?sessions=${sessions}&after=${cursor}`, asJson)
      expect((await json<{ code: string }>(refused)).code).toBe('INVALID_CURSOR')
    }
  })

  test('tells sessions that are removed while they are followed', async () => {
    await using service = await startService()
    const [a, b] = [await start(service, waits(1)), await start(service, waits(1, 'Wait 400 ms'))]
    await ended(service, a)
    const found = await frames(service, `sessions=${a},${b}&after=latest`, {
      onOpen: () => fetch(`${service.url}/v1/sessions/${a}`, { method: 'DELETE' }),
    })
    expect(controlOf(found.frames, 'stream.gap')).toMatchObject([
      { reason: 'purged', sessions: [a] },
    ])
    expect(found.frames.at(-1)?.event).toBe('session.completed')
    expect((await frames(service, `sessions=${a},${b}`)).status).toBe(404)
  })

  test('serves many followers the same frames, up to the limit of streams', async () => {
    await using service = await startService({ STREAM_MAX_FOLLOWERS: '40' })
    const sessions = await Promise.all([
      start(service, waits(10, 'Wait 20 ms')),
      start(service, waits(10, 'Wait 20 ms')),
    ])
    const [first, ...others] = await Promise.all(
      Array.from({ length: 40 }, () => frames(service, `sessions=${sessions}`)),
    )
    expect(first?.frames.filter(isLogged).length).toBeGreaterThan(40)
    for (const other of others) {
      expect(other.frames.filter(isLogged)).toEqual(first?.frames.filter(isLogged))
    }
    await using full = await startService({ STREAM_MAX_FOLLOWERS: '1' })
    const held = await fetch(`${full.url}/v1/events?name=x`)
    expect((await full.get('/v1/events?name=x')).status).toBe(429)
    const returning = await frames(full, 'name=x', { after: 0 })
    expect(controlOf(returning.frames, 'stream.bye')).toEqual([{ reason: 'overloaded' }])
    await held.body?.cancel()
  })

  test('ends with a batch that has started all its sessions, and is 404 for one that is not', async () => {
    await using service = await startService()
    const sessions = Array.from({ length: 6 }, () => waits(2))
    const { batchId, sessionIds } = await startBatch(service, { sessions, maxRunning: 2 })
    const stream = await frames(service, `batch=${batchId}`)
    const events = eventsOf(stream.frames)
    const done = events.filter(({ type }) => type === 'session.completed')
    expect(done.map(({ sessionId }) => sessionId).toSorted()).toEqual(sessionIds.toSorted())
    const last = idsOf(stream.frames).at(-1) ?? 0
    expect((await frames(service, `batch=${batchId}`, { after: last })).status).toBe(204)
    for (const id of ['bat_unknown', `bat_${'0'.repeat(26)}`]) {
      const answer = await service.get(`/v1/events?batch=${id}`)
      expect([answer.status, (await json(answer))['code']]).toEqual([404, 'BATCH_NOT_FOUND'])
    }
  })

  test('ends with a batch also where the last thing that happens is no event', async () => {
    await using service = await startService()
    const sessions = [waits(1), waits(1)]
    const { batchId, sessionIds } = await startBatch(service, { sessions, maxRunning: 1 })
    // Paused when the first one ends, there is nothing more to come but the end of the batch itself.
    await service.post(`/v1/batches/${batchId}/pause`)
    const counts = async () => (await getBatch(service, batchId)).counts
    await expect
      .poll(counts, { timeout: 10_000 })
      .toSatisfy(({ completed = 0, paused = 0 }) => completed + paused === 1)
    await service.post(`/v1/sessions/${sessionIds[0]}/resume`)
    await ended(service, sessionIds[0] ?? '')
    const stream = frames(service, `batch=${batchId}`, {
      onOpen: () => service.post(`/v1/batches/${batchId}/cancel`),
    })
    const events = eventsOf((await stream).frames)
    expect(new Set(events.map(({ sessionId }) => sessionId))).toEqual(new Set([sessionIds[0]]))
  })

  test('says goodbye when the service stops', async () => {
    const service = await startService()
    const stream = frames(service, 'schedule=sch_unknown', {
      onOpen: () => void service.app.close(),
    })
    expect(controlOf((await stream).frames, 'stream.bye')).toEqual([{ reason: 'shutdown' }])
    await service[Symbol.asyncDispose]()
  })

  test('moves the cursor of a client on by heartbeats while others write', async () => {
    await using service = await startService({ STREAM_HEARTBEAT: '1s' })
    await ended(service, await start(service, waits(1)))
    const response = await fetch(`${service.url}/v1/events?name=nobody`)
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (/^id: \d+\n\n/m.test(text)) break
    }
    const id = Number(/^id: (\d+)\n\n/m.exec(text)?.[1])
    expect(id).toBe((await readPage(service, 'name=nobody')).next)
  })
})
